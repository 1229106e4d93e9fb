package inspector

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// saveOrder is what POST /save takes.
type saveOrder struct {
	Exchange string `json:"exchange"` // as the page names it
	Name     string `json:"name"`     // of the files
}

// save keeps a callback as a fixture, and writes a feature that sends it. What a fixture cannot hold, because it happens on
// the way, stands in the feature.
func (i *Inspector) save(_ context.Context, o saveOrder) (Receipt, error) {
	h, err := i.callback(o.Exchange)
	switch {
	case err != nil:
		return Receipt{}, err
	case h.entry.InFront:
		return Receipt{}, fmt.Errorf("something stood in front of the receiver (%s), so this says nothing of it; keep a callback that has reached it", h.entry.Fault)
	case !regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`).MatchString(o.Name):
		return Receipt{}, fmt.Errorf("%q is not a name for files; take small letters, digits and hyphens", o.Name)
	}
	platform, err := i.platformOf(h.entry)
	if err != nil {
		return Receipt{}, err
	}
	faults, err := beyond(h.entry)
	if err != nil {
		return Receipt{}, err
	}
	m, err := i.kept(h.entry)
	if err != nil {
		return Receipt{}, err
	}
	fixture, feature := filepath.Join("fixtures", platform.Name, o.Name+".callback.http"), o.Name+".feature"
	if err := write(i.Folder, map[string][]byte{fixture: m.Format(), feature: featureOf(platform, h.entry, o.Name, faults)}); err != nil {
		return Receipt{}, err
	}
	fixture, feature, fixtures := filepath.Join(i.Folder, fixture), filepath.Join(i.Folder, feature), filepath.Join(i.Folder, "fixtures")
	command := fmt.Sprintf("%s --fixtures %s %s", i.Mask(i.Command(h.entry)), fixtures, feature)
	if strings.Contains(command, "***") {
		command += "  # *** stands for a secret: put it back"
	}
	return Receipt{Platform: platform.Name, Said: fmt.Sprintf("%s and %s are written; %s", fixture, feature, command)}, nil
}

func (i *Inspector) platformOf(e journal.Entry) (*mockplatforms.Platform, error) {
	for _, p := range i.Platforms {
		if p.Name == e.Platform {
			return p, nil
		}
	}
	return nil, fmt.Errorf("no platform %q plays", e.Platform)
}

// beyond are the faults of a callback that its message does not show: what befell the signature, or the connection. What stood
// in front of the receiver is none of the callback's. The error is a callback that was signed for another time, which only a
// scenario can.
func beyond(e journal.Entry) (list []fault.Fault, err error) {
	for _, name := range strings.Split(e.Fault, ", ") {
		f, err := fault.Find(name)
		if err == nil && f.Instead == nil && (f.Apply == nil || f.Signature) {
			list = append(list, f)
		}
	}
	if e.Condition == string(mockplatforms.Forged) && len(list) == 0 {
		return nil, errors.New(`this callback was signed for another time than it was sent at, which is done only by a step: "EVENT" happens, signed 10 minutes ago`)
	}
	return list, nil
}

// kept is a callback as a fixture: its body byte for byte, without secrets and without what is made anew for each attempt.
func (i *Inspector) kept(e journal.Entry) (*fixtures.Message, error) {
	m, err := i.recorded(e)
	if err != nil {
		return nil, err
	}
	m.Start = e.Request.Method + " /" + i.Mask(i.query(e)) + " HTTP/1.1"
	m.Body = []byte(i.Mask(string(m.Body)))
	// What hookdrill has sent is no recording of the platform.
	m.Meta.Source, m.Meta.Evidence, m.Meta.Date = "an exchange of hookdrill's, kept in its inspector", "inferred", e.At.Format("2006-01-02")
	m.Meta.SHA256, m.Meta.Schema, m.Meta.Note = fixtures.Sum(m.Body), "", ""
	m.Meta.Identity = slices.DeleteFunc(slices.Clone(m.Meta.Identity), func(path string) bool { return !m.Identifies(path) })
	_, err = fixtures.Parse(m.Name, m.Format())
	return m, err
}

// query is what a callback says in its URL, with its question mark: the payload of a GET hook. What the URL of its hook has is
// the receiver's, and none where that hook is gone.
func (i *Inspector) query(e journal.Entry) string {
	s, err := i.storeOf(e.Platform)
	if err != nil {
		return ""
	}
	hook, ok := s.Engine.State.Hooks.Get(e.Hook)
	_, own, _ := strings.Cut(mockplatforms.SentURL(hook.Target), "?")
	_, all, _ := strings.Cut(e.Request.URL, "?")
	said, begins := strings.CutPrefix(all, own)
	if said = strings.TrimPrefix(said, "&"); !ok || !begins || said == "" {
		return ""
	}
	return "?" + said
}

// featureOf is a feature that sends the fixture of a callback, and asks for what a receiver owes it.
func featureOf(p *mockplatforms.Platform, e journal.Entry, name string, faults []fault.Fault) []byte {
	when, then := fmt.Sprintf(`the fixture "%s/%s" is sent`, p.Name, name), "the receiver acknowledges it"
	if e.Fault != "" {
		then = "the receiver acknowledges or refuses it"
	}
	var names []string
	for _, f := range faults {
		names = append(names, f.Name)
	}
	if len(names) > 0 {
		when += " but arrives with: " + strings.Join(names, ", ")
	}
	switch mockplatforms.Condition(e.Condition) {
	case mockplatforms.Forged, mockplatforms.BrokenOff: // no fixture is, of itself
		then = "the receiver answers as the contract allows"
	}
	return fmt.Appendf(nil, `@%s
Feature: %s

  Scenario: %s
    Given a %s store
    And a hook for %q
    When %s
    Then %s
`, p.Name, name, strings.ReplaceAll(name, "-", " "), p.Title, e.Event, when, then)
}

// write writes new files into a folder, and overwrites nothing: where one is there already none is written. A link in or at the folder
// leads nowhere else: whose project it is may not say where we write.
func write(folder string, files map[string][]byte) error {
	root, err := rootOf(folder)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // it only names what is below
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		switch _, err := root.Lstat(name); {
		case err == nil:
			return fmt.Errorf("%s is there already; choose another name", filepath.Join(folder, name))
		case !errors.Is(err, fs.ErrNotExist):
			return cannotWrite(root, folder, name, err)
		}
	}
	for _, name := range names {
		if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return cannotWrite(root, folder, name, err)
		}
		file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return fmt.Errorf("cannot write below %s: %w", folder, err)
		}
		_, err = file.Write(files[name])
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	return nil
}

// cannotWrite says why a file cannot be written, and names the link on the way to it that leads out of the folder.
func cannotWrite(root *os.Root, folder, name string, err error) error {
	for at := filepath.Dir(name); at != "."; at = filepath.Dir(at) {
		if info, failed := root.Lstat(at); failed == nil && info.Mode()&fs.ModeSymlink != 0 {
			return fmt.Errorf("cannot write below %s: %s is a link, which may lead out of it; put a folder in its place, or keep in the folder that is meant (--keep-in)", folder, filepath.Join(folder, at))
		}
	}
	return fmt.Errorf("cannot write below %s: %w", folder, err)
}

// rootOf makes a folder and opens it. One below this one has no links that lead out of this one; another one is not a link itself.
func rootOf(folder string) (*os.Root, error) {
	if filepath.IsLocal(folder) {
		here, err := os.OpenRoot(".")
		if err != nil {
			return nil, err
		}
		defer func() { _ = here.Close() }()
		if err := here.MkdirAll(folder, 0o755); err != nil {
			return nil, fmt.Errorf("cannot keep anything in %s: %w", folder, err)
		}
		return here.OpenRoot(folder)
	}
	if info, err := os.Lstat(folder); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return nil, fmt.Errorf("cannot keep anything in %s: it is a link; give the folder that is meant", folder)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	return os.OpenRoot(folder)
}
