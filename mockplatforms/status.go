package mockplatforms

import (
	"cmp"
	"net/http"
	"slices"
)

// StatusKind is what a receiver says with a status.
type StatusKind string

// The kinds of statuses.
const (
	MeansSuccess  StatusKind = "success"  // if the platform takes it as one
	MeansRedirect StatusKind = "redirect" // it is elsewhere: no platform here follows
	MeansRefusal  StatusKind = "refusal"  // a deliberate no to what came
	MeansLater    StatusKind = "later"    // nothing is wrong with what came: it should come again
	MeansBreakage StatusKind = "breakage" // the receiver, or what stands in front of it, has broken
)

// Trait is something of a callback that a few statuses are about: to a callback without it they are breakage.
type Trait string

// The traits.
const (
	OtherMethod  Trait = "a method other than POST"
	Coded        Trait = "a transfer coding (chunked)"
	OtherVersion Trait = "another version of HTTP than 1.1, which nothing here sends"
)

// Meaning is what a status says when a receiver answers a callback with it.
type Meaning struct {
	Status int        `json:"status"` // 500 stands for every 5xx that has no row, and so do 200, 300 and 400
	Kind   StatusKind `json:"kind"`
	To     []Trait    `json:"to,omitempty"` // only to a callback with one of these; none: to any
	Words  string     `json:"words"`
}

// Name is the status as RFC 9110 calls it, or the RFC that added it.
func (m Meaning) Name() string { return http.StatusText(m.Status) }

// Meanings is the one table of statuses: RFC 9110, and what RFC 6585, 8470 and others add. What is judged is whether an answer is a
// deliberate no. For which fault a status is meant is told to people: receivers choose differently, and who answers 400 to
// everything has answered on purpose.
func Meanings() []Meaning {
	return []Meaning{
		{200, MeansSuccess, nil, "every 2xx; which of them acknowledge is the platform's policy"},
		{300, MeansRedirect, nil, "every 3xx; the platform does not follow, so the callback is not taken"},
		{400, MeansRefusal, nil, "malformed, or wrong in any other way; every 4xx without a row here counts as this one (RFC 9110, 15)"},
		{401, MeansRefusal, nil, "no credentials, or wrong ones: a signature, a header of the hook's own"},
		{402, MeansRefusal, nil, "reserved; taken as 400"},
		{403, MeansRefusal, nil, "understood and not allowed: a forgery, a stale timestamp, CSRF protection, an address that is not listed"},
		{404, MeansRefusal, nil, "no such path, or an event or a thing that the receiver does not know"},
		{405, MeansRefusal, nil, "the path is there, and does not take this method"},
		{406, MeansRefusal, nil, "the answer cannot be in a form that Accept names"},
		{407, MeansRefusal, nil, "a proxy in front of the receiver wants credentials"},
		{408, MeansLater, nil, "the receiver's own time-out: the request was not there in time, and may come again"},
		{409, MeansRefusal, nil, "it is in work, or against what is known"},
		{410, MeansRefusal, nil, "no longer here, for good; some platforms end a hook for it"},
		{411, MeansRefusal, nil, "a body without Content-Length, as a chunked one is, is not taken"},
		{412, MeansRefusal, nil, "a condition in the header (If-Match, …) does not hold"},
		{413, MeansRefusal, nil, "the body is longer than the receiver takes"},
		{414, MeansRefusal, nil, "the target or its query is longer than the receiver takes"},
		{415, MeansRefusal, nil, "the content type or the content coding (gzip) is not taken"},
		{416, MeansRefusal, nil, "the range that was asked for is not there"},
		{417, MeansRefusal, nil, "what Expect asks for cannot be met; a sender repeats the request without it"},
		{421, MeansRefusal, nil, "this server does not answer for the host that Host names"},
		{422, MeansRefusal, nil, "well-formed, and not what the receiver takes"},
		{425, MeansLater, nil, "it might be a replay (TLS early data): it should come again (RFC 8470)"},
		{426, MeansRefusal, nil, "not over this protocol; Upgrade names another"},
		{428, MeansRefusal, nil, "it has to carry a condition (If-Match, …; RFC 6585)"},
		{429, MeansLater, nil, "the receiver's rate limit: it should come again, and Retry-After may say when (RFC 6585)"},
		{431, MeansRefusal, nil, "the header, or a field of it, is longer than the receiver takes (RFC 6585)"},
		{451, MeansRefusal, nil, "not for legal reasons (RFC 7725)"},
		{500, MeansBreakage, nil, "every 5xx without a row here: the receiver has failed at it, whatever it was"},
		{501, MeansRefusal, []Trait{OtherMethod, Coded}, "the method is one that the server has no code for (Python's http.server), or the coding is; to a plain POST it is breakage"},
		{502, MeansBreakage, nil, "what stands in front of the receiver got no good answer of it"},
		{503, MeansLater, nil, "overloaded or under repair: it should come again, and Retry-After may say when"},
		{504, MeansBreakage, nil, "what stands in front of the receiver got no answer in time"},
		{505, MeansRefusal, []Trait{OtherVersion}, "the version of HTTP is not taken"},
	}
}

// MeaningOf is the row of a status: its own, or that of its class. It is not ok for what is not the status of an answer.
func MeaningOf(status int) (m Meaning, ok bool) {
	for _, m = range Meanings() {
		if m.Status == status {
			return m, true
		}
	}
	i := slices.IndexFunc(Meanings(), func(m Meaning) bool { return m.Status == status/100*100 })
	if i < 0 {
		return Meaning{Status: status}, false
	}
	m = Meanings()[i]
	m.Status = status
	return m, true
}

// Reply is an answer to a callback, with what of the callback decides what the answer says.
type Reply struct {
	Status       int
	Acknowledged bool   // the platform takes it as success
	Method       string // of the callback; "": POST
	Coded        bool   // the callback came in a transfer coding
	RetryAfter   bool   // the answer says when to come again
}

// refuses says whether a reply is a deliberate no to what came.
func (r Reply) refuses() bool {
	m, ok := MeaningOf(r.Status)
	has := map[Trait]bool{OtherMethod: cmp.Or(r.Method, http.MethodPost) != http.MethodPost, Coded: r.Coded}
	return ok && !r.Acknowledged && m.Kind == MeansRefusal &&
		(len(m.To) == 0 || slices.ContainsFunc(m.To, func(t Trait) bool { return has[t] }))
}

// wantsLater says whether a reply has nothing against what came, and says when to send it again.
func (r Reply) wantsLater() bool {
	m, ok := MeaningOf(r.Status)
	return ok && !r.Acknowledged && m.Kind == MeansLater && r.RetryAfter
}
