package saboteur

import (
	"net/http"
	"net/http/httptest"
	"regexp"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

var looksUpAnother = Saboteur{
	Name:    "looks-up-another",
	Doc:     "fetches the neighbour of what a callback names",
	Needs:   Needs{Lookups: true},
	Catches: []string{"conformance/effects.feature: Each of five callbacks is looked up once"},
	New: func() engine.Between {
		return calls(func(c *call) *httptest.ResponseRecorder {
			if c.kind == journal.Lookup {
				return c.passAs(neighbour(with(c.Request, c.body)))
			}
			return c.pass()
		})
	},
}

var lastNumber = regexp.MustCompile(`\d(\D*)$`)

// neighbour has another last digit in its path, or in its query where that names the thing.
func neighbour(r *http.Request) *http.Request {
	part := &r.URL.Path
	if r.URL.RawQuery != "" {
		part = &r.URL.RawQuery
	}
	*part = lastNumber.ReplaceAllStringFunc(*part, func(digit string) string {
		return string('0'+(digit[0]-'0'+1)%10) + digit[1:]
	})
	r.URL.RawPath = ""
	return r
}
