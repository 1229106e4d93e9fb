package oliver

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// encode makes the triggered message, in the dialect in which the hook was registered.
func encode(s *mockplatforms.State, c mockplatforms.Callback) (mockplatforms.Request, error) {
	target := cmp.Or(c.Hook.Target, c.Account.Target)
	if target == "" {
		return mockplatforms.Request{}, fmt.Errorf("app %s has no target; a registration has no word for one, so the account needs it", c.Account.Store)
	}
	body := c.Message.Body
	if !c.Verbatim {
		var err error
		if body, err = translate(s, c); err != nil {
			return mockplatforms.Request{}, err
		}
	}
	return mockplatforms.Request{
		Method: cmp.Or(c.Message.Method(), http.MethodPost), URL: target, Header: c.Message.Header, Body: body,
	}, nil
}

// translate gives the body in the hook's dialect. A message that was recorded in it stays as it is, byte for byte;
// another is put into the frame of the dialect.
func translate(s *mockplatforms.State, c mockplatforms.Callback) ([]byte, error) {
	from := c.Message.Meta.Dialect
	to := cmp.Or(c.Hook.Fields["dialect"], from)
	if set := s.Setting("dialect"); c.Hook.Fields["dialect"] == "" && len(set) == 1 && from != "" {
		to = set
	}
	if s.Setting("body") == "literal" {
		return literal(s, c, to)
	}
	if from == to || from == "" {
		return withCommand(c.Message.Body, to, c.Hook.Fields["command"]), nil
	}
	if !fixtures.ValidJSON(c.Message.Body) {
		return nil, fmt.Errorf("it is not JSON, so it cannot be put from dialect %s into the hook's %s; send it verbatim", from, to)
	}
	message := gjson.ParseBytes(c.Message.Body)
	frame, err := s.Fixtures.Load(s.Platform.Name + "/templates/" + strings.ToLower(to) + "-triggered.callback.http")
	if err != nil {
		return nil, err
	}
	event, payload := c.Message.Meta.Event, payloadOf(message)
	filled := strings.NewReplacer(
		`"{event}"`, quote(cmp.Or(wordOf(message).String(), c.Hook.Fields["event"], event)),
		`"{hookName}"`, quote(cmp.Or(message.Get("hookName").String(), event)),
		`"{command}"`, quote(cmp.Or(c.Hook.Fields["command"], event)),
	).Replace(string(frame.Body))
	if to == "C" {
		payload = quote(payload)
	} else {
		filled = string(set([]byte(filled), "version", message.Get("version").Raw)) // as the message says it
	}
	return set([]byte(filled), "data", payload), nil
}

// unknown says whether a message would have data in a dialect that is documented with objects alone, and has a text.
func unknown(m *fixtures.Message, dialect string) bool {
	return m.Meta.Dialect == "C" && dialect != "C" && !gjson.Parse(payloadOf(gjson.ParseBytes(m.Body))).IsObject()
}

// withCommand sends an app of dialect C the command that it registered.
func withCommand(body []byte, dialect, command string) []byte {
	if dialect != "C" || command == "" || !fixtures.ValidJSON(body) || gjson.GetBytes(body, "command").String() == command {
		return body
	}
	return set(body, "command", quote(command))
}

// payloadOf gives the JSON of a message's data, which dialect C has inside a string.
func payloadOf(message gjson.Result) string {
	data := message.Get("data")
	if data.Type == gjson.String && fixtures.ValidJSON(data.Str) {
		return data.Str
	}
	return cmp.Or(data.Raw, "null")
}

// literal gives what the document printed, from the file beside the fixture.
func literal(s *mockplatforms.State, c mockplatforms.Callback, dialect string) ([]byte, error) {
	text, err := s.Fixtures.File(strings.TrimSuffix(c.Message.Name, ".http") + ".literal.txt")
	if err != nil || dialect != c.Message.Meta.Dialect {
		return nil, fmt.Errorf("the documents print no text of %s in dialect %s; set %s.body=strict", c.Message.Meta.Event, dialect, s.Platform.Name)
	}
	return text, nil
}

func quote(text string) string { return string(mockplatforms.Quote(text)) }
