package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Flag is what the file says in the place of a flag.
type Flag struct {
	Name   string
	Values []string
	Where  string
}

// Receiver finds the receiver of a name; "" is the only one. The error names those that there are.
func (f *File) Receiver(name string) (string, error) {
	names := f.Names()
	switch {
	case name == "" && len(names) == 1:
		return names[0], nil
	case name == "" && len(names) > 1:
		return "", fmt.Errorf("%s has several receivers; choose one with --use: %q", f.path, names)
	case name == "" || slices.Contains(names, name):
		return name, nil
	}
	return "", fmt.Errorf("%s has no receiver %q%s (it has %q)", f.path, name, fixtures.Hint(name, names), names)
}

// Flags are what the file says of a receiver, in the order of the file's keys. Of "" it is what it says of all.
func (f *File) Flags(receiver string) (list []Flag) {
	add := func(flag string, key string, values ...string) {
		values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
		if len(values) > 0 {
			list = append(list, Flag{flag, values, f.Where("receivers", receiver, key)})
		}
	}
	if len(f.Fixtures) > 0 {
		list = append(list, Flag{"fixtures", f.below(f.Fixtures), f.Where("fixtures")})
	}
	r, ok := f.Receivers[receiver]
	if !ok {
		return list
	}
	add("platform", "platforms", r.platforms()...)
	add("event", "events", r.Events...)
	add("receiver", "url", r.URL)
	add("receiver", "urls", pairs(r.URLs, "=")...)
	add("exec", "command", r.Command)
	add("env", "env", pairs(r.Env, "=")...)
	add("wait-for", "ready", r.Ready.URL)
	add("wait-timeout", "ready", r.Ready.Timeout)
	add("register", "register", r.Register)
	add("probe", "probe", r.Probe.URL)
	add("probe-path", "probe", r.Probe.Path)
	if r.LooksUp {
		add("looks-up", "looks-up", "true")
	}
	add("quiet", "quiet", r.Quiet)
	add("secret-env", "secrets", pairs(r.Secrets, "=")...)
	add("set", "settings", pairs(r.Settings, "=")...)
	add("hook-header", "headers", pairs(r.Headers, ": ")...)
	add("listen", "listen", pairs(r.Listen, "=")...)
	add("allow-host", "allow-hosts", r.Hosts...)
	return list
}

// platforms are those that the receiver takes: what it says, or those that have a URL.
func (r Receiver) platforms() []string {
	if len(r.Platforms) > 0 {
		return slices.Clone(r.Platforms)
	}
	return slices.Sorted(maps.Keys(r.URLs))
}

// Named is the name of a platform, and where it stands.
type Named struct{ Platform, Where string }

// PlatformNames are the platforms that the file names of a receiver.
func (f *File) PlatformNames(receiver string) (list []Named) {
	r := f.Receivers[receiver]
	for i, name := range r.Platforms {
		list = append(list, Named{name, f.Where("receivers", receiver, "platforms", fmt.Sprint(i))})
	}
	for _, m := range []struct {
		key  string
		keys map[string]string
	}{{"urls", r.URLs}, {"secrets", r.Secrets}, {"listen", r.Listen}} {
		for _, name := range slices.Sorted(maps.Keys(m.keys)) {
			list = append(list, Named{name, f.Where("receivers", receiver, m.key, name)})
		}
	}
	return list
}

func pairs(m map[string]string, between string) (list []string) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, key+between+m[key])
	}
	return list
}

// Folder is that of the project: a command runs there, and paths in the file begin there. It is the one where the file is, and of
// a file in .config the one that holds this.
func (f *File) Folder() string {
	folder := filepath.Dir(f.path)
	if whole, err := filepath.Abs(folder); err == nil && filepath.Base(whole) == ".config" {
		return filepath.Join(folder, "..")
	}
	return folder
}

// below makes paths of the file paths of whoever runs.
func (f *File) below(paths []string) (list []string) {
	for _, p := range paths {
		if !filepath.IsAbs(p) {
			p = filepath.Join(f.Folder(), p)
		}
		list = append(list, p)
	}
	return list
}

// FeaturePaths are the features of the project, as paths of whoever runs. Builtin stands for those of hookdrill.
func (f *File) FeaturePaths(builtin string) (list []string) {
	for _, p := range f.Features {
		if p != builtin {
			p = f.below([]string{p})[0]
		}
		list = append(list, p)
	}
	return list
}
