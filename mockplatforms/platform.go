package mockplatforms

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Platform is who calls. It is a value: an optional field that is zero means "does not do that".
type Platform struct {
	Name    string   // folder, package, tag, flag and help topic
	Title   string   // as people write it
	Manual  string   // what `hookdrill help NAME` prints: endpoints, callbacks, what is documented and what is a default
	Hosts   []string // the hosts of the real API, answered for receivers that run in process
	Account Account  // what a scenario gets unless it says otherwise

	FirstHook int64    // the id of the first hook that an account gets
	Switches  []Switch // ways in which real accounts differ, or in which the sources do
	Policy    Policy
	// Vary gives the policy under the values of the switches. Nil: it is always the same.
	Vary func(p Policy, setting func(name string) string) Policy

	// Vars names what a receiver has to be told: {NAME.store_hash} in --env. The names token, secret and password are
	// masked in reports.
	Vars func(Account) []fixtures.Field
	// Authorize finds the account that a request of the receiver acts for. Nil: the API asks for no credentials.
	Authorize func(*State, *http.Request) (Account, bool)
	// Denied is the status of a request that Authorize refuses.
	Denied int
	// Routes is the registration API. What a receiver looks up is not here: it is read from the fixtures.
	Routes func(*State) []Route
	// API is where the paths of the platform's API begin: what is asked for below and is not in the fixtures is a gap of ours.
	API []string
	// HookFields are the names that Hook.Fields may have.
	HookFields []string
	// Asked reads which hooks a registration request asked for, and which of them its answer says are taken.
	Asked func(request []byte, status int, answer []byte) []Ask
	// Dialect names the switch, and the field of a hook, for which of several dialects callbacks come in; "": there is one.
	Dialect string
	// Unknown says whether nobody knows what a message looks like in a dialect that it was not recorded in. Optional.
	Unknown func(m *fixtures.Message, dialect string) bool
	// OneStatus is the dialect in which a registration has one status for all its hooks, so that none is refused alone.
	OneStatus string
	// Unlisted says that hooks cannot be listed: a receiver that has forgotten them has to ask for all of them again.
	Unlisted bool
	// ErrorName names the fixture of an error answer to a request. Nil: "errors/{status}".
	ErrorName func(*http.Request, int) string

	// Matches says whether a hook listens to the event of a callback. Nil: the names are equal.
	Matches func(Hook, *fixtures.Message) bool
	// Encode makes the request that a hook's target gets. It may lend out the header of the message. The fields that the
	// hook asks for, and those that sign, are put in later, each in the place of one of its name.
	Encode func(*State, Callback) (Request, error)
	// Sign gives the fields that prove who sent a body: made anew for every attempt. Nil: the platform signs nothing.
	Sign func(account Account, id string, at time.Time, body []byte) ([]fixtures.Field, error)
}

// EveryDialect is the value of the switch Dialect for a receiver that speaks all of them.
const EveryDialect = "every"

// Account is one store of a platform. A platform uses the fields that it has words for.
type Account struct {
	Store  string // what paths name it by: a store hash, an app id
	Number string // its numeric id, where payloads carry one
	Client string // the API client: its id or user name. Hooks belong to it
	Secret string // the client's secret or password; signs callbacks where they are signed
	Token  string // access token
	Target string // where callbacks go if a registration has no word for it
}

// Ask is one hook that a registration request asked for.
type Ask struct {
	Event    string
	Target   string // where its callbacks are to go; "" where a registration has no word for it
	Accepted bool
}

// Route is one call of the registration API. The pattern is net/http's, "POST /stores/{store}/v3/hooks".
type Route struct {
	Pattern string
	Creates bool // the call registers hooks, so a scenario may have it refused
	Serve   func(http.ResponseWriter, *http.Request, Account)
}

// Switch is something that a scenario or a flag may set: `--set NAME.SWITCH=VALUE`. The first value is the default.
type Switch struct {
	Name   string
	Doc    string
	Values []string
	Notice string // what the report says while the default stands, for a default that is laxer than the platform
}

// Callback is an event on its way to one hook.
type Callback struct {
	Account  Account
	Hook     Hook
	Message  *fixtures.Message // what happened; its Meta.Event is the catalogue's name
	Verbatim bool              // the body goes out as it is in the message
	ID       string            // one for each event, the same in every attempt
	At       time.Time         // when it happened, in the receiver's time
}

// Request is a callback as the platform writes it: body as bytes, and the fields that are the message's own. A Host among
// them is who is called in the place of the URL's host; what frames the message is added when it is sent.
type Request struct {
	Method string
	URL    string
	Header []fixtures.Field
	Body   []byte

	Chunked bool // the body goes out in chunks, without a Content-Length
}

// With gives a request that carries these fields, in the place of those that it has of their names.
func (r Request) With(fields ...fixtures.Field) Request {
	r.Header = Replace(r.Header, fields...)
	return r
}

// WithHeader gives a request whose field has this one value, at the end of the header.
func (r Request) WithHeader(name, value string) Request {
	return r.With(fixtures.Field{Name: name, Value: value})
}

// WithoutHeader gives a request without a field.
func (r Request) WithoutHeader(name string) Request {
	r.Header = slices.DeleteFunc(slices.Clone(r.Header), func(f fixtures.Field) bool { return strings.EqualFold(f.Name, name) })
	return r
}

// Signs says whether a field is one that the platform sets itself when it signs a callback: whatever else is given for it is not sent.
func (p *Platform) Signs(a Account, field string) bool {
	if p.Sign == nil {
		return false
	}
	fields, err := p.Sign(a, "msg_0", time.Unix(0, 0), nil)
	return err == nil && slices.ContainsFunc(fields, func(f fixtures.Field) bool { return strings.EqualFold(f.Name, field) })
}

// Validate refuses a platform that cannot work, before anything runs. The errors name what is missing.
func Validate(platforms []*Platform) error {
	seen := map[string]bool{}
	for _, p := range platforms {
		switch {
		case p.Name == "" || p.Title == "":
			return fmt.Errorf("a platform has no name or no title")
		case seen[p.Name]:
			return fmt.Errorf("platform %s is listed twice", p.Name)
		case p.Manual == "":
			return fmt.Errorf("platform %s is undocumented: Manual is empty", p.Name)
		case p.Routes == nil || p.Asked == nil || p.Encode == nil || p.Vars == nil:
			return fmt.Errorf("platform %s needs Routes, Asked, Encode and Vars", p.Name)
		case p.Policy.Acknowledged == nil || p.Policy.Acknowledges == "" || p.Policy.Timeout <= 0:
			return fmt.Errorf("platform %s has no policy: which answers acknowledge, also in words, and the time it waits", p.Name)
		case p.Authorize != nil && p.Denied == 0:
			return fmt.Errorf("platform %s checks credentials but has no status for a refusal", p.Name)
		}
		if err := p.Policy.validate(); err != nil {
			return fmt.Errorf("platform %s: %w", p.Name, err)
		}
		for _, s := range p.Switches {
			if s.Name == "" || s.Doc == "" || len(s.Values) < 2 {
				return fmt.Errorf("platform %s: switch %q needs a name, a doc and two values", p.Name, s.Name)
			}
		}
		seen[p.Name] = true
	}
	return nil
}
