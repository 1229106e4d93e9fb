package inspector

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"slices"
	"strings"
)

// OrderField is a header field that orders must have: a page of another origin cannot send it without asking first, and that is
// not answered. Its value is FromSend, or the process that has made the page.
const (
	OrderField = "X-Hookdrill"
	FromSend   = "1"
)

// sessionCookie stands for the token in a browser.
const sessionCookie = "hookdrill-session"

// guard decides who may ask. No web page of another origin may: not by a form, a script, a frame, nor by a name that it has
// made to point to our address (DNS rebinding).
type guard struct {
	token   string
	session string // what the cookie holds: another one in each process
	tries   tries
}

func newGuard(token string) *guard {
	return &guard{token: token, session: rand.Text()}
}

// headers keep what is shown from being run, framed, kept or told.
func headers() map[string]string {
	return map[string]string{
		"Content-Security-Policy":      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "same-origin", // with no-referrer the Origin of our own form is null
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cache-Control":                "no-store",
	}
}

// refuses gives the status and the reason of a refusal, 0 for a request that may pass.
func (g *guard) refuses(r *http.Request) (status int, why string) {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	origin := r.Header.Get("Origin")
	switch {
	case g.token == "" && !isLoopback(host):
		return http.StatusForbidden, "the Host is not a loopback one"
	case origin != "" && origin != "http://"+r.Host && (g.token == "" || origin != "https://"+r.Host): // with a token there may be a proxy in front
		return http.StatusForbidden, "the Origin is another one"
	case reads && r.URL.Path == "/" && r.Header.Get("Sec-Fetch-Mode") == "navigate": // a link that leads here is harmless
	case !slices.Contains([]string{"", "same-origin", "none"}, r.Header.Get("Sec-Fetch-Site")):
		return http.StatusForbidden, "the request comes from another origin"
	}
	if r.URL.Path == "/login" || reads && r.URL.Path == "/style.css" {
		return 0, ""
	}
	knows, err := g.knows(r)
	switch {
	case err != nil:
		return http.StatusTooManyRequests, err.Error()
	case !knows:
		return http.StatusUnauthorized, "a token is asked for: give it to hookdrill send with --token-env VARIABLE, or open / in a browser; over HTTP it is \"Authorization: Bearer …\""
	case !reads && r.Header.Get(OrderField) == "":
		return http.StatusForbidden, "the field " + OrderField + " is missing"
	}
	return 0, ""
}

// knows says whether a request has the token, or the session of one who had it.
func (g *guard) knows(r *http.Request) (bool, error) {
	if g.token == "" {
		return true, nil
	}
	given, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if bearer {
		return g.tries.try(r.Context(), r.RemoteAddr, given, g.token)
	}
	cookie, err := r.Cookie(sessionCookie)
	return err == nil && same(cookie.Value, g.session), nil
}

// same compares in a time that says nothing of where they differ, nor of how long they are.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// login takes the token of a form and gives a session for it.
func (i *Inspector) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxOrder)
	right, err := i.guard.tries.try(r.Context(), r.RemoteAddr, r.PostFormValue("token"), i.Token)
	if err != nil {
		i.refuse(w, http.StatusTooManyRequests, err.Error())
		return
	}
	if !right {
		i.askForToken(w, true)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: i.guard.session, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// askForToken shows the form that login takes.
func (i *Inspector) askForToken(w http.ResponseWriter, wrong bool) {
	i.show(w, http.StatusUnauthorized, "login", struct {
		Title string
		Wrong bool
	}{i.Title, wrong})
}
