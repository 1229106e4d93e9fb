package steps

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"reflect"
	"strconv"
	"strings"

	"github.com/cucumber/godog"
	messages "github.com/cucumber/messages/go/v21"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// What can stand below a step.
const (
	nothing   = "nothing"
	table     = "a table"
	docString = "a doc string"
)

// kindOf names what stands below a step.
func kindOf(a *messages.PickleStepArgument) string {
	switch {
	case a == nil:
		return nothing
	case a.DataTable != nil:
		return table
	}
	return docString
}

// textsOf are the texts of what stands below a step.
func textsOf(a *messages.PickleStepArgument) (list []string) {
	switch {
	case a == nil:
	case a.DocString != nil:
		list = append(list, a.DocString.MediaType, a.DocString.Content)
	default:
		for _, row := range a.DataTable.Rows {
			for _, cell := range row.Cells {
				list = append(list, cell.Value)
			}
		}
	}
	return list
}

// takes is what the step's method wants below it.
func (s Step) takes() string {
	method := reflect.TypeOf(s.Do(&World{}))
	for i := range method.NumIn() {
		switch method.In(i) {
		case reflect.TypeFor[*godog.Table]():
			return table
		case reflect.TypeFor[*godog.DocString]():
			return docString
		}
	}
	return nothing
}

// below is what stands below the step, and empty where that is not what it takes: checkArgument has said so.
func (s Step) below(a *messages.PickleStepArgument) *messages.PickleStepArgument {
	if s.takes() == kindOf(a) {
		return a
	}
	return &messages.PickleStepArgument{DataTable: &messages.PickleTable{}, DocString: &messages.PickleDocString{}}
}

// checkArgument refuses what godog would drop without a word: a table below a step that does not read it.
func (s Step) checkArgument(text string, a *messages.PickleStepArgument) error {
	if wants, has := s.takes(), kindOf(a); wants != has {
		return misuse(fmt.Sprintf("below the step %s stands %s; it takes %s", text, has, wants))
	}
	return nil
}

// misuse is the error of a scenario that is written wrongly, found in a hook: godog puts words of its own around it.
type misuse string

func (m misuse) Error() string { return string(m) }

// checkHookFields holds a table to what hooks have. Which clients a store has is known only when the scenario runs.
func (w *World) checkHookFields(table *godog.Table) error {
	pairs, err := pairsOf(table)
	h, broken := &mockplatforms.Hook{Fields: map[string]string{}}, []error{err}
	for _, p := range pairs {
		if p.Name != "client" {
			broken = append(broken, w.setField(h, p))
		}
	}
	return errors.Join(broken...)
}

// exact gives the bytes that a doc string stands for. Gherkin has changed them: it takes off the indentation and the
// last newline, and turns CRLF into LF. The media types base64, hex and go (a Go string literal) keep every byte.
func exact(text *godog.DocString) ([]byte, error) {
	media, parameters, err := mime.ParseMediaType(text.MediaType)
	if err != nil {
		media = strings.TrimSpace(text.MediaType)
	}
	if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, fmt.Errorf("the doc string would be sent in UTF-8, and not in %s; give its bytes in base64 or hex", charset)
	}
	packed := strings.Join(strings.Fields(text.Content), "")
	var body []byte
	switch media {
	case "", "json", "text", "http", "message/http", "application/json", "text/plain":
		return []byte(text.Content), nil
	case "base64":
		body, err = base64.StdEncoding.DecodeString(packed)
	case "hex":
		body, err = hex.DecodeString(packed)
	case "go":
		s, err := strconv.Unquote(strings.TrimSpace(text.Content))
		if err != nil {
			return nil, fmt.Errorf("the doc string is not a Go string literal; write it in double quotes, on one line")
		}
		return []byte(s), nil
	default:
		return nil, fmt.Errorf("the media type %q of the doc string is not known%s (base64, hex, go, or json, text and http for the text as it is)",
			media, fixtures.Hint(media, []string{"base64", "hex", "go", "json", "text", "http"}))
	}
	if err != nil {
		return nil, fmt.Errorf("the doc string is not %s: %w", media, err)
	}
	return body, nil
}
