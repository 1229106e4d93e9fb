package inspector

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// saveOrder is what POST /save takes.
type saveOrder struct {
	Number int    `json:"number"` // of the exchange
	Name   string `json:"name"`   // of the files
}

// save keeps a callback as a fixture, and writes a feature that sends it. What a fixture cannot hold, because it happens on
// the way, stands in the feature.
func (i *Inspector) save(_ context.Context, o saveOrder) (Receipt, error) {
	h, ok := i.feed.find(o.Number)
	switch {
	case !ok:
		return Receipt{}, fmt.Errorf("exchange %d is not kept any more", o.Number)
	case h.entry.Kind != journal.Attempt:
		return Receipt{}, errors.New("only callbacks can be sent by a feature; this is a call of the receiver")
	case !regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`).MatchString(o.Name):
		return Receipt{}, fmt.Errorf("%q is no name for files; take small letters, digits and hyphens", o.Name)
	}
	platform, err := i.platformOf(h.entry)
	if err != nil {
		return Receipt{}, err
	}
	files := map[string][]byte{}
	fixture, feature := filepath.Join(i.Folder, "fixtures"), filepath.Join(i.Folder, o.Name+".feature")
	command := "hookdrill run " + feature
	when := fmt.Sprintf("%q happens but arrives with: %s", h.entry.Event, h.entry.Fault)
	if holds(h.entry.Fault) {
		m, err := i.kept(h.entry)
		if err != nil {
			return Receipt{}, err
		}
		when = fmt.Sprintf(`the fixture "%s/%s" is sent`, platform.Name, o.Name)
		command = "hookdrill run --fixtures " + fixture + " " + feature
		files[filepath.Join(fixture, platform.Name, o.Name+".callback.http")] = m.Format()
	}
	files[feature] = featureOf(platform, h.entry, o.Name, when)
	if err := write(files); err != nil {
		return Receipt{}, err
	}
	return Receipt{Platform: platform.Name, Said: fmt.Sprintf("%s is written; %s", feature, command)}, nil
}

func (i *Inspector) platformOf(e journal.Entry) (*mockplatforms.Platform, error) {
	for _, p := range i.Platforms {
		if p.Name == e.Platform {
			return p, nil
		}
	}
	return nil, fmt.Errorf("no platform %q plays", e.Platform)
}

// holds says whether a message shows all that was done to it: what befell the signature or the connection it does not.
func holds(faults string) bool {
	for _, name := range strings.Split(faults, ", ") {
		f, err := fault.Find(name)
		if err == nil && (f.Apply == nil || f.Signature) {
			return false
		}
	}
	return true
}

// kept is a callback as a fixture: its body byte for byte, without secrets and without what is made anew for each attempt.
func (i *Inspector) kept(e journal.Entry) (*fixtures.Message, error) {
	m, err := i.recorded(e)
	if err != nil {
		return nil, err
	}
	m.Body = []byte(i.Mask(string(m.Body)))
	m.Meta.Source, m.Meta.Evidence, m.Meta.Date = "an exchange of hookdrill's, kept in its inspector", "recorded", e.At.Format("2006-01-02")
	m.Meta.SHA256, m.Meta.Schema, m.Meta.Note = fixtures.Sum(m.Body), "", ""
	_, err = fixtures.Parse(m.Name, m.Format())
	return m, err
}

func featureOf(p *mockplatforms.Platform, e journal.Entry, name, when string) []byte {
	then := "the receiver acknowledges it"
	if e.Fault != "" {
		then = "the receiver acknowledges or refuses it"
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

// write writes new files, all or none, and overwrites nothing.
func write(files map[string][]byte) error {
	for path := range files {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is there already; choose another name", path)
		}
	}
	for path, text := range files {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return err
		}
		_, err = file.Write(text)
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	return nil
}
