package fault

import (
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// signedFieldFaults are about the fields that a signature stands in and covers: its own, webhook-id, webhook-timestamp.
func signedFieldFaults() []Fault {
	return []Fault{
		odd(onField("", "capitals in the names of the signature's fields", "WEBHOOK-ID and the others: names have no case, whoever compares them as text misses them",
			func(f fixtures.Field) fixtures.Field {
				if strings.HasPrefix(strings.ToLower(f.Name), "webhook-") {
					f.Name = strings.ToUpper(f.Name)
				}
				return f
			})),
		lettersBehind,
		onField("-timestamp", "a timestamp that is no number", "the timestamp is a word, which no comparison with the clock finds too old",
			func(f fixtures.Field) fixtures.Field { f.Value = "now"; return f }),
		onField("webhook-id", "another webhook-id than was signed", "the id is part of what is signed: with another one an old callback would look like a new one",
			func(f fixtures.Field) fixtures.Field { f.Value += "0"; return f }),
		without("-timestamp", "no timestamp", "the field with the time of the signature is missing"),
		without("webhook-id", "no webhook-id", "the field with the id that is part of what is signed is missing"),
	}
}

// lettersBehind forges nothing: who reads as far as the digits go, and signs the number that it has read, finds the signature right.
var lettersBehind = Fault{
	Name: "letters behind the timestamp", Doc: "the digits of the timestamp are as they were signed, and letters follow them",
	Condition: mockplatforms.OddTimestamp, AfterSigning: true,
	Apply: onField("-timestamp", "", "", func(f fixtures.Field) fixtures.Field { f.Value += "abc"; return f }).Apply,
}

func without(suffix, name, doc string) Fault {
	return Fault{Name: name, Doc: doc, AfterSigning: true, Apply: func(r mockplatforms.Request) mockplatforms.Request {
		for _, f := range r.Header {
			if strings.HasSuffix(strings.ToLower(f.Name), suffix) {
				r = r.WithoutHeader(f.Name)
			}
		}
		return r
	}}
}
