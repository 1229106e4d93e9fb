package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// hidden stands where a secret was.
const hidden = "***"

// wideJSON is how long JSON on one line may be before it is shown a second time, indented.
const wideJSON = 120

// mostIndented bounds what indenting makes of JSON: its length times how deep it is nested.
const mostIndented = 16 << 20

// unexplained is the message of a failure that has none. It is hookdrill's fault, but must not look like a pass.
const unexplained = "the scenario failed, and did not say why"

// Evidence is a failed scenario as lines of text: its steps, what was expected, and every exchange that it is about,
// with a command that sends the request again. It is the text of all formats. Secrets are masked; whatever a payload
// holds, nothing in it reaches a terminal raw.
func Evidence(o Options, s Scenario) []string {
	o = o.hiding(s.exchanges()...)
	var list []string
	for _, step := range s.Steps {
		list = append(list, o.step(s, step))
	}
	if len(list) > 0 {
		list = append(list, "")
	}
	if s.Verdict == Flaky {
		list = append(list, "flaky: "+o.reason(s.Reason), "")
	}
	if s.Verdict == UnexpectedPass {
		return append(list, "it passed, and is listed as a known failure: take it off the list", "listed because: "+o.reason(s.Reason))
	}
	if s.Failure == nil {
		return append(list, unexplained)
	}
	list = append(list, o.judgement(*s.Failure)...)
	if len(s.Consequences) > 0 {
		list = append(append(list, "the platform said:"), indent("  → ", o.lines(s.Consequences))...)
	}
	for _, e := range s.Failure.Entries {
		list = append(append(list, ""), o.exchange(e)...)
	}
	if s.Failure.Output != "" {
		list = append(list, "", "the receiver printed:")
		list = append(list, indent("  | ", clippedEnd(strings.TrimRight(o.mask(s.Failure.Output), "\n")))...)
	}
	return list
}

// failed is the headline of a scenario that did: what it is called, how much it matters, and where it stands.
func (o Options) failed(mark string, s Scenario) string {
	level := ""
	if s.Level != "" && s.Level != Must {
		level = " (" + string(s.Level) + ")"
	}
	return o.paint(grave(s), mark+o.title(s)) + fmt.Sprintf("%s  %s:%d", level, visible(s.File), s.Line)
}

// grave is the colour of a failure: red if it fails the run.
func grave(s Scenario) style {
	if s.Fails() {
		return red
	}
	return yellow
}

func (o Options) step(s Scenario, step Step) string {
	text := o.line(step.Keyword + " " + step.Text)
	switch step.Verdict {
	case Pass:
		return "✓ " + text
	case Fail:
		return fmt.Sprintf("✗ %s  %s:%d", text, visible(s.File), step.Line)
	}
	return "– " + text
}

// judgement is the message, with what was expected and what came.
func (o Options) judgement(f Failure) []string {
	list := clipped(o.mask(f.Message))
	for _, side := range []struct{ label, text string }{{"expected: ", f.Want}, {"got:      ", f.Got}} {
		switch lines := clipped(o.mask(side.text)); {
		case side.text == "":
		case len(lines) == 1:
			list = append(list, side.label+lines[0])
		default:
			list = append(append(list, strings.TrimSpace(side.label)), indent("  ", lines)...)
		}
	}
	return list
}

// exchange is one request and its answer.
func (o Options) exchange(e journal.Entry) []string {
	list := []string{o.heading(e)}
	list = append(list, o.message("> ", o.line(e.Request.Method+" ")+visible(o.url(e.Request.URL)), e.Request)...)
	if e.Response.Status != 0 {
		status := fmt.Sprintf("%d %s", e.Response.Status, http.StatusText(e.Response.Status))
		list = append(list, o.message("< ", strings.TrimSpace(status), e.Response)...)
	}
	if e.Response.Early {
		list = append(list, "  (the receiver closed the connection before it had read all of the request)")
	}
	switch {
	case e.Failure != "":
		list = append(list, "  ! "+o.line(e.Failure))
	case e.Rejected != "" && e.Response.Status >= 200 && e.Response.Status < 300:
		list = append(list, "  ! not acknowledged: "+o.line(e.Rejected))
	case e.Response.Status == 0:
		list = append(list, "  ! no answer")
	}
	if e.Unsent != "" {
		list = append(list, "  ("+o.line(e.Unsent)+")")
	}
	return append(list, indent("  ", o.curl(e))...)
}

// heading says what the exchange was. It has the platform's time only: the real one is different in each run.
func (o Options) heading(e journal.Entry) string {
	text := fmt.Sprintf("#%d %s%s", e.Seq, e.Kind, about(e))
	if e.Virtual > 0 {
		text += ", after " + e.Virtual.Round(time.Millisecond).String() + " of the platform's time"
	}
	return o.line(text + withFault(e))
}

// about says of which event, for which hook, of what or by whom an exchange was.
func about(e journal.Entry) (text string) {
	if e.Kind == journal.Attempt {
		text = fmt.Sprintf(" %d of %s, for hook %d", e.Number, e.Event, e.Hook)
	}
	if e.Resource != "" {
		text += " of " + strings.TrimSpace(e.Resource+" "+strings.Join(e.IDs, ", "))
	}
	if e.Client != "" {
		text += ", by client " + e.Client
	}
	return text
}

func withFault(e journal.Entry) string {
	if e.Fault == "" {
		return ""
	}
	return ", with the fault: " + e.Fault
}

func (o Options) message(arrow, start string, m journal.Message) []string {
	head := []string{start}
	for _, f := range m.Header {
		value, _ := o.fieldValue(f)
		head = append(head, strings.Join(clipped(f.Name+": "+value), " "))
	}
	list := indent("  "+arrow, append(head, ""))
	if len(m.Body) == 0 {
		return list
	}
	body := o.mask(string(m.Body))
	list = append(list, indent("  "+arrow, clipped(body))...)
	if m.Truncated {
		list = append(list, "  (the body was longer: this is what was kept of it)")
	}
	if label, text := readable(body); label != "" {
		list = append(list, "  "+label+":")
		list = append(list, indent("    ", clipped(o.mask(text)))...) // again: a secret may have been written with escapes
	}
	return list
}

// readable is a second look at a body, where the first one is hard to read: the JSON inside a JSON string, decoded, and
// long JSON on one line, indented. The label is empty where a second look would show nothing new.
func readable(body string) (label, text string) {
	inner, escaped := fixtures.Unescape([]byte(body))
	var out bytes.Buffer
	wide := len(inner) > wideJSON && len(inner)*fixtures.Depth(inner) <= mostIndented && !bytes.ContainsRune(inner, '\n') && json.Indent(&out, inner, "", "  ") == nil
	switch {
	case escaped && wide:
		return "the JSON in that string, indented", out.String()
	case escaped:
		return "the JSON in that string", string(inner)
	case wide && gjson.ParseBytes(inner).Type == gjson.String:
		return "the text in that string, which is not JSON", gjson.ParseBytes(inner).Str
	case wide:
		return "the same, indented", out.String()
	}
	return "", body
}

// fieldValue is the value of a header field with its secret hidden, and whether one was.
func (o Options) fieldValue(f fixtures.Field) (value string, masked bool) {
	secrets := []string{"authorization", "proxy-authorization", "x-auth-token", "cookie", "set-cookie"}
	if !slices.Contains(secrets, strings.ToLower(f.Name)) {
		value = o.mask(f.Value)
		return value, value != f.Value
	}
	// The scheme is no secret, and a wrong one is a common mistake.
	if scheme, _, ok := strings.Cut(f.Value, " "); ok && strings.HasSuffix(strings.ToLower(f.Name), "authorization") {
		return o.mask(scheme) + " " + hidden, true
	}
	return hidden, true
}

// url hides the secrets of a URL: the accounts', and who is named before its host.
func (o Options) url(text string) string {
	text = o.mask(text)
	scheme, rest, ok := strings.Cut(text, "//")
	host := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host = rest[:i]
	}
	if at := strings.LastIndexByte(host, '@'); ok && at >= 0 {
		return scheme + "//" + hidden + rest[at:]
	}
	return text
}
