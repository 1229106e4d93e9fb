package report

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// har writes all exchanges as an HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/) once the run is over. A
// page is a scenario.
type har struct{ Options }

func newHAR(o Options) Printer { return &whole{write: har{o}.write, all: true} }

type harDocument struct {
	Log harLog `json:"log"`
}

type harLog struct {
	Version string     `json:"version"`
	Creator harCreator `json:"creator"`
	Pages   []harPage  `json:"pages"`
	Entries []harEntry `json:"entries"`
	Comment string     `json:"comment,omitempty"` // why the run ended early
}

type harCreator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type harPage struct {
	Started string         `json:"startedDateTime"`
	ID      string         `json:"id"`
	Title   string         `json:"title"`
	Timings map[string]any `json:"pageTimings"`
}

type harEntry struct {
	Page     string         `json:"pageref"`
	Started  string         `json:"startedDateTime"`
	Time     float64        `json:"time"` // ms
	Request  harRequest     `json:"request"`
	Response harResponse    `json:"response"`
	Cache    map[string]any `json:"cache"`
	Timings  harTimings     `json:"timings"`
	Comment  string         `json:"comment,omitempty"`
}

type harTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

type harRequest struct {
	Method      string       `json:"method"`
	URL         string       `json:"url"`
	HTTPVersion string       `json:"httpVersion"`
	Cookies     []jsonField  `json:"cookies"`
	Headers     []jsonField  `json:"headers"`
	Query       []jsonField  `json:"queryString"`
	Post        *harPostData `json:"postData,omitempty"`
	HeadersSize int          `json:"headersSize"` // -1: not known
	BodySize    int          `json:"bodySize"`
}

type harPostData struct {
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
	Comment  string `json:"comment,omitempty"` // says that Text is base64: HAR has no word for it in requests
}

type harResponse struct {
	Status      int         `json:"status"`
	StatusText  string      `json:"statusText"`
	HTTPVersion string      `json:"httpVersion"`
	Cookies     []jsonField `json:"cookies"`
	Headers     []jsonField `json:"headers"`
	Content     harContent  `json:"content"`
	Redirect    string      `json:"redirectURL"`
	HeadersSize int         `json:"headersSize"`
	BodySize    int         `json:"bodySize"`
	Comment     string      `json:"comment,omitempty"`
}

type harContent struct {
	Size     int    `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Encoding string `json:"encoding,omitempty"`
}

func (h har) write(run Run, scenarios []Scenario) error {
	d := harDocument{harLog{Version: "1.2", Creator: harCreator{"hookdrill", run.Version}, Pages: []harPage{}, Entries: []harEntry{}, Comment: h.mask(run.Broken)}}
	for _, s := range scenarios {
		h := har{h.hiding(s.exchanges()...)}
		first := len(d.Log.Entries)
		for _, e := range s.Entries {
			if e.Kind != journal.Consequence && e.Kind != journal.Word { // which are no exchanges
				d.Log.Entries = append(d.Log.Entries, h.entry(s.ID(), e))
			}
		}
		if len(d.Log.Entries) > first {
			d.Log.Pages = append(d.Log.Pages, harPage{d.Log.Entries[first].Started, s.ID(), h.title(s), map[string]any{}})
		}
	}
	return h.document(d)
}

func (h har) entry(page string, e journal.Entry) harEntry {
	took := float64(e.Took) / float64(time.Millisecond)
	entry := harEntry{
		Page: page, Started: e.At.UTC().Format("2006-01-02T15:04:05.000Z"), Time: took, Cache: map[string]any{},
		Timings: harTimings{Wait: took}, Comment: h.line(h.heading(e)),
		Request: harRequest{
			Method: e.Request.Method, URL: absolute(h.url(e.Request.URL)), HTTPVersion: "HTTP/1.1", Cookies: []jsonField{},
			Headers: h.fields(e.Request), Query: parameters(h.url(e.Request.URL)), HeadersSize: -1, BodySize: len(e.Request.Body),
		},
		Response: harResponse{
			Status: e.Response.Status, StatusText: http.StatusText(e.Response.Status), HTTPVersion: "HTTP/1.1", Cookies: []jsonField{},
			Headers: h.fields(e.Response), Redirect: h.mask(e.Response.Field("Location")), HeadersSize: -1, BodySize: len(e.Response.Body),
			Comment: h.mask(e.Failure),
		},
	}
	if body, encoding := h.body(e.Request); body != "" {
		entry.Request.Post = &harPostData{MimeType: mimeType(e.Request), Text: body, Comment: encoding}
	}
	text, encoding := h.body(e.Response)
	entry.Response.Content = harContent{Size: len(e.Response.Body), MimeType: mimeType(e.Response), Text: text, Encoding: encoding}
	return entry
}

// parameters are those of a URL's query, all and in their order: what cannot be decoded stands there as it was sent.
func parameters(target string) []jsonField {
	list := []jsonField{}
	target, _, _ = strings.Cut(target, "#")
	_, query, _ := strings.Cut(target, "?")
	for _, pair := range strings.Split(query, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		list = append(list, jsonField{decoded(name), decoded(value)})
	}
	return list
}

func decoded(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

func mimeType(m journal.Message) string {
	if t := m.Field("Content-Type"); t != "" {
		return t
	}
	return "application/octet-stream"
}

// absolute is a URL with a host: what was asked in process, or of a server, has none.
func absolute(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "http://unreadable.invalid/"
	case u.Host == "":
		return "http://platform.invalid" + text
	}
	return text
}
