package saboteur

import (
	"bytes"
	"net/http/httptest"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
)

// promise is what the platform has answered to one registration. It makes good answers to others.
type promise struct {
	request []byte
	answer  *httptest.ResponseRecorder
}

// to gives the answer that the platform would have given to another request: what it has said of the one, in the words of
// the other.
func (p *promise) to(request []byte) *httptest.ResponseRecorder {
	body := p.answer.Body.Bytes()
	if fixtures.ValidJSON(p.request) && fixtures.ValidJSON(request) {
		said := map[string]string{}
		walk(gjson.ParseBytes(p.request), "", func(path, raw string) { said[path] = raw })
		walk(gjson.ParseBytes(request), "", func(path, raw string) {
			if was := said[path]; was != "" && was != raw {
				body = bytes.ReplaceAll(body, []byte(was), []byte(raw))
			}
		})
	}
	answer := answered(p.answer.Code, string(body))
	for name, values := range p.answer.Header() {
		if name != "Content-Length" {
			answer.Header()[name] = values
		}
	}
	return answer
}

// walk goes over the strings of a JSON value, with their paths.
func walk(v gjson.Result, path string, see func(path, raw string)) {
	if v.Type == gjson.String {
		see(path, v.Raw)
	}
	if v.IsObject() || v.IsArray() {
		v.ForEach(func(key, value gjson.Result) bool {
			walk(value, path+"."+key.String(), see)
			return true
		})
	}
}
