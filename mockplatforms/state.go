package mockplatforms

import (
	"bytes"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/sjson"

	"github.com/hookdrill/hookdrill/fixtures"
)

// State is one platform at work in one scenario: what its registration API reads and changes.
type State struct {
	Platform *Platform
	Fixtures *fixtures.Set
	Hooks    *Hooks
	Now      func() time.Time // the receiver's time
	// Elapsed is how much time of the platform's schedule has passed. It is set before the first use.
	Elapsed func() time.Duration

	mu       sync.Mutex
	accounts []Account // never changed in place: who has the slice may go on reading it
	settings map[string]string
	refusals []Refusal
	asked    int // hooks so far
	gone     map[string]bool
	lookups  []Refusal
	values   []value
	emails   map[string][]string // by client
	blocks   []Block
}

// NewState gives a platform's state at the start of a scenario.
func NewState(p *Platform, set *fixtures.Set, now func() time.Time) *State {
	s := &State{
		Platform: p, Fixtures: set, accounts: []Account{p.Account}, Hooks: NewHooks(p.FirstHook), Now: now,
		Elapsed:  func() time.Duration { return 0 },
		settings: map[string]string{}, gone: map[string]bool{}, emails: map[string][]string{},
	}
	s.Hooks.elapsed = func() time.Duration { return s.Elapsed() }
	return s
}

// Accounts are the clients of the store: the first is the one under test.
func (s *State) Accounts() []Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accounts
}

// AddAccount adds another client of the store.
func (s *State) AddAccount(a Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts = append(slices.Clone(s.accounts), a)
}

// SetAccount puts an account in the place of the one under test.
func (s *State) SetAccount(a Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts = append([]Account{a}, s.accounts[1:]...)
}

// SetTarget says where the callbacks of the account under test go that were registered without a target.
func (s *State) SetTarget(url string) {
	a := s.Accounts()[0]
	a.Target = url
	s.SetAccount(a)
}

// Setting is the value of a switch of the platform: what Set gave it, or the first of its values.
func (s *State) Setting(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.settings[name]; ok {
		return v
	}
	return s.Platform.DefaultOf(name)
}

// DefaultOf is the first value of a switch.
func (p *Platform) DefaultOf(name string) string {
	for _, sw := range p.Switches {
		if sw.Name == name {
			return sw.Values[0]
		}
	}
	return ""
}

// Set turns a switch, or, under RESOURCE.PATH, sets a value of every such thing that is looked up. The error of what is unknown names
// what there is.
func (s *State) Set(name, value string) error {
	if resource, path, dotted := strings.Cut(name, "."); dotted {
		return s.SetValue(resource, "", path, value)
	}
	if err := s.Platform.CheckSetting(s.Fixtures, name, value); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settings[name] = value
	return nil
}

// CheckSetting says whether the platform has this switch with this value, or looks up what has such a value.
func (p *Platform) CheckSetting(set *fixtures.Set, name, value string) error {
	if resource, path, dotted := strings.Cut(name, "."); dotted {
		return p.checkValue(set, resource, path, value)
	}
	var names []string
	for _, sw := range p.Switches {
		names = append(names, sw.Name)
		if sw.Name != name {
			continue
		}
		for _, v := range sw.Values {
			if v == value {
				return nil
			}
		}
		return fmt.Errorf("switch %s.%s takes %q, not %q", p.Name, name, sw.Values, value)
	}
	return fmt.Errorf("%s has no switch %q%s (it has %q)", p.Name, name, fixtures.Hint(name, names), names)
}

// Refusal has registrations refused with a status: those for an event, the nth hook that is asked for, or, with
// neither, whole requests.
type Refusal struct {
	Event  string
	Nth    int // from 1
	Status int
	Times  int // 0: until the scenario ends
	met    bool
}

// Refuse adds a refusal. The error of a status for which the platform has no recorded answer names those it has.
func (s *State) Refuse(r Refusal) error { return s.file(&s.refusals, r) }

func (s *State) file(list *[]Refusal, r Refusal) error {
	if !s.has(fmt.Sprintf("errors/%d", r.Status)) {
		var known []string
		for _, m := range s.Fixtures.List(s.Platform.Name, ".response.http") {
			if path.Base(path.Dir(m.Name)) == "errors" {
				known = append(known, path.Base(m.Name)[:len(path.Base(m.Name))-len(".response.http")])
			}
		}
		return fmt.Errorf("%s has no recorded error answer %d; it has %q", s.Platform.Name, r.Status, known)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	*list = append(*list, r)
	return nil
}

// has says whether there is a recorded answer of this name.
func (s *State) has(name string) bool {
	_, err := s.Fixtures.Load(s.Platform.Name + "/" + name + ".response.http")
	return err == nil
}

// Refused says whether a registration of the event is to be refused, and uses up one time of the refusal. "" asks for
// the request as a whole: the engine does, before a platform sees it.
func (s *State) Refused(event string) (status int, refused bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if event != "" {
		s.asked++
	}
	return use(&s.refusals, func(r Refusal) bool {
		return (r.Event == event || event != "" && r.Nth == s.asked) && (event != "" || r.Nth == 0)
	})
}

// use finds the first refusal that fits and takes one time off it.
func use(list *[]Refusal, fits func(Refusal) bool) (status int, refused bool) {
	i := slices.IndexFunc(*list, fits)
	if i < 0 {
		return 0, false
	}
	r := &(*list)[i]
	r.met, status = true, r.Status
	switch {
	case r.Times == 1:
		*list = slices.Delete(*list, i, i+1)
	case r.Times > 1:
		r.Times--
	}
	return status, true
}

// Unmet says in words of a refusal that it was never made use of: nothing was asked for that could have been refused. "" is none.
func (s *State) Unmet() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.refusals {
		switch {
		case r.met:
		case r.Event != "":
			return "it did not ask for " + r.Event + ", which was to be refused"
		case r.Nth > 0:
			return fmt.Sprintf("it asked for fewer than %d hooks, of which the last was to be refused", r.Nth)
		default:
			return "it sent no registration that could be refused"
		}
	}
	if slices.ContainsFunc(s.lookups, func(r Refusal) bool { return !r.met }) {
		return "it looked nothing up that could be refused"
	}
	return ""
}

// Forget makes lookups of a resource answer that there is no such thing.
func (s *State) Forget(resource, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone[resource+" "+id] = true
}

func (s *State) exists(resource, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.gone[resource+" "+id]
}

// Edit changes the body of a recorded answer on its way out.
type Edit func(body []byte) []byte

// Put sets the value at a path of the body. Raw is JSON.
func Put(path string, raw []byte) Edit {
	return func(body []byte) []byte {
		changed, err := sjson.SetRawBytes(body, path, raw)
		if err != nil {
			return body
		}
		return changed
	}
}

// Fill replaces a {placeholder} of the body.
func Fill(placeholder, text string) Edit {
	return func(body []byte) []byte { return bytes.ReplaceAll(body, []byte(placeholder), []byte(text)) }
}

// Answer writes a recorded answer: the fixture's status and fields, and its body after the edits. The name is relative
// to the platform's folder: "errors/404".
func (s *State) Answer(w http.ResponseWriter, name string, edits ...Edit) {
	m, err := s.Fixtures.Load(s.Platform.Name + "/" + name + ".response.http")
	if err != nil {
		http.Error(w, "hookdrill: "+err.Error(), http.StatusNotImplemented)
		return
	}
	body := m.Body
	for _, edit := range edits {
		body = edit(body)
	}
	for _, f := range m.Header {
		w.Header().Add(f.Name, f.Value)
	}
	w.WriteHeader(m.Status())
	_, _ = w.Write(body) // the receiver may have gone away; the journal has the answer
}

// Error writes the platform's own error answer to a request.
func (s *State) Error(w http.ResponseWriter, r *http.Request, status int, edits ...Edit) {
	name := fmt.Sprintf("errors/%d", status)
	if s.Platform.ErrorName != nil {
		// A status that a user's fixture adds may have only the plain form.
		if own := s.Platform.ErrorName(r, status); s.has(own) {
			name = own
		}
	}
	s.Answer(w, name, edits...)
}
