package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// read are the names that the file may have in its folder.
func read() []string {
	return []string{Name, "hookdrill.yml", ".config/hookdrill.yaml", ".config/hookdrill.yml"}
}

// meant are names that somebody may give it, and that are not read.
func meant() []string {
	return []string{
		"hookdrill.json", ".hookdrill.yaml", ".hookdrill.yml", ".hookdrill.json", "hookdrill.toml", "Hookdrill.yaml", "Hookdrill.yml",
		".config/hookdrill.json", ".config/hookdrill.toml",
	}
}

// nearly are what a folder and its .config have under a name that is nearly the file's: in other letters, or with one more ending.
// What has one is a copy beside a file that is read; one that says to be an example is never meant.
func nearly(folder string) (respelt, copies []string) {
	for _, below := range []string{"", ".config"} {
		entries, _ := os.ReadDir(filepath.Join(folder, below)) // a folder that cannot be listed may hold a file that can be read
		for _, entry := range entries {
			name := filepath.ToSlash(filepath.Join(below, entry.Name()))
			if slices.Contains(slices.Concat(read(), meant()), name) || !entry.Type().IsRegular() {
				continue
			}
			switch match := likeName.FindStringSubmatch(entry.Name()); {
			case match == nil:
			case match[1] == "":
				respelt = append(respelt, name)
			case !slices.Contains([]string{".example", ".sample", ".dist", ".template", ".tmpl"}, strings.ToLower(match[1])):
				copies = append(copies, name)
			}
		}
	}
	return respelt, copies
}

// likeName finds the name in any letters, and in the group the ending that is too much.
var likeName = regexp.MustCompile(`(?i)^[.#]?hookdrill\.(?:json|toml|ya?ml(\.[a-z0-9]+|[~#])?)$`)

// Find looks for the file in a folder and those above it. It gives "" if there is none. What is there and would be left out in
// silence is an error: another receiver would be tested than was meant.
func Find(folder string) (string, error) {
	for {
		path, err := In(folder)
		if path != "" || err != nil {
			return path, err
		}
		above := filepath.Dir(folder)
		if above == folder {
			return "", nil
		}
		folder = above
	}
}

// In looks for the file in one folder.
func In(folder string) (string, error) {
	var found, unread []string
	var infos []fs.FileInfo
	respelt, copies := nearly(folder)
	for _, name := range slices.Concat(read(), meant(), respelt) {
		path := filepath.Join(folder, filepath.FromSlash(name))
		info, err := look(path)
		if err != nil {
			return "", err
		}
		same := func(other fs.FileInfo) bool { return os.SameFile(info, other) } // a link, or a system that takes letters of any case
		if info == nil || slices.ContainsFunc(infos, same) || isReport(path) {
			continue
		}
		infos, found = append(infos, info), append(found, path)
		if !slices.Contains(read(), name) {
			unread = append(unread, path)
		}
	}
	switch {
	case len(found) > 1:
		return "", fmt.Errorf("%s are there, and only one can describe the receivers: keep one, as %s", strings.Join(found, " and "), Name)
	case len(unread) > 0:
		return "", fmt.Errorf("%s is not read: receivers are described in %s, in YAML (which JSON is, too); give it that name, or name it with --config", unread[0], Name)
	case len(found) > 0:
		return found[0], nil
	case len(copies) > 0:
		return "", fmt.Errorf("%s is not read, and there is no %s beside it, in which receivers are described: give it that name, name it with --config, or take it away", filepath.Join(folder, copies[0]), Name)
	}
	return "", nil
}

// look gives nil for what is not there. What is there and cannot be read is an error.
func look(path string) (fs.FileInfo, error) {
	link, err := os.Lstat(path)
	if isMissing(path, err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil && link.Mode()&fs.ModeSymlink != 0:
		return nil, fmt.Errorf("%s is a link that leads nowhere: %w", path, err)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file (%s); it should describe the receivers", path, info.Mode().Type())
	}
	return info, nil
}

// isMissing says whether an error means that nothing is there. A .config may also be somebody else's, or no folder.
func isMissing(path string, err error) bool {
	return errors.Is(err, fs.ErrNotExist) || err != nil && filepath.Base(filepath.Dir(path)) == ".config"
}

// isReport says that a file is one that --format json has written.
func isReport(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, 512)
	n, _ := f.Read(head) // what cannot be read is not a report
	return bytes.Contains(head[:n], []byte(`"format": "hookdrill`))
}
