package cratejoy

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// api answers /v1/hooks/.
type api struct{ *mockplatforms.State }

func routes(s *mockplatforms.State) []mockplatforms.Route {
	a := api{s}
	return []mockplatforms.Route{
		{Pattern: "GET /v1/hooks/", Serve: a.list},
		{Pattern: "POST /v1/hooks/", Creates: true, Serve: a.create},
		{Pattern: "GET /v1/hooks/{id}/", Serve: a.get},
		{Pattern: "PUT /v1/hooks/{id}/", Serve: a.update},
		{Pattern: "PATCH /v1/hooks/{id}/", Serve: a.update},
		{Pattern: "DELETE /v1/hooks/{id}/", Serve: a.remove},
	}
}

// authorize takes HTTP Basic: the client's id as user, its secret as password.
func authorize(s *mockplatforms.State, r *http.Request) (mockplatforms.Account, bool) {
	user, password, ok := r.BasicAuth()
	i := slices.IndexFunc(s.Accounts(), func(a mockplatforms.Account) bool { return a.Client == user && a.Secret == password })
	if !ok || i < 0 {
		return mockplatforms.Account{}, false
	}
	return s.Accounts()[i], true
}

// asked reads the hook that a request asked for. Any success is one: 201 is documented, a public client takes 200 too.
func asked(request []byte, status int, _ []byte) []mockplatforms.Ask {
	if event := gjson.GetBytes(request, "event"); fixtures.ValidJSON(request) && event.Type == gjson.String {
		return []mockplatforms.Ask{{Event: event.Str, Target: gjson.GetBytes(request, "target").Str, Accepted: mockplatforms.Success2xx(status)}}
	}
	return nil
}

func (a api) create(w http.ResponseWriter, r *http.Request, account mockplatforms.Account) {
	body, ok := a.read(w, r)
	if !ok {
		return
	}
	// enabled is read-only in the documents; that PUT takes it is a default of ours.
	problems := a.check(body, "name", "target", "request_type", "event", "querystring")
	for _, property := range []string{"name", "target", "request_type", "event"} {
		if !body.Get(property).Exists() {
			problems = append(problems, problem{"errors/400-missing", property})
		}
	}
	if len(problems) > 0 {
		a.refuse(w, problems)
		return
	}
	now := a.Now()
	hook := mockplatforms.Hook{Client: account.Client, Active: true, Created: now, Updated: now}
	change(&hook, body)
	if status, refused := a.Refused(hook.Event); refused {
		a.Error(w, r, status)
		return
	}
	hook, _ = a.Hooks.Add(hook, nil) // nothing forbids two hooks with one event and target
	a.Answer(w, "registration/hook", a.element(hook))
}

func (a api) get(w http.ResponseWriter, r *http.Request, _ mockplatforms.Account) {
	hook, ok := a.Hooks.Get(id(r))
	if !ok {
		a.Error(w, r, http.StatusNotFound)
		return
	}
	a.Answer(w, "registration/hook-200", a.element(hook))
}

func (a api) update(w http.ResponseWriter, r *http.Request, _ mockplatforms.Account) {
	if _, ok := a.Hooks.Get(id(r)); !ok {
		a.Error(w, r, http.StatusNotFound)
		return
	}
	body, ok := a.read(w, r)
	if !ok {
		return
	}
	if problems := a.check(body, "name", "target", "request_type", "event", "querystring", "enabled"); len(problems) > 0 {
		a.refuse(w, problems)
		return
	}
	hook, ok := a.Hooks.Update(id(r), func(h *mockplatforms.Hook) {
		change(h, body)
		h.Updated = a.Now()
	})
	if !ok { // deleted meanwhile
		a.Error(w, r, http.StatusNotFound)
		return
	}
	a.Answer(w, "registration/hook-200", a.element(hook))
}

func (a api) remove(w http.ResponseWriter, r *http.Request, _ mockplatforms.Account) {
	if _, ok := a.Hooks.Delete(id(r)); !ok {
		a.Error(w, r, http.StatusNotFound)
		return
	}
	a.Answer(w, "registration/delete")
}

// id reads the id of a path; one that is written in another way than the platform writes it is no hook's.
func id(r *http.Request) int64 {
	n, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != r.PathValue("id") {
		return 0
	}
	return n
}

// read takes a body that is a JSON object and does not call itself a form.
func (a api) read(w http.ResponseWriter, r *http.Request) (gjson.Result, bool) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // "" for nonsense, which is no form
	body, _ := io.ReadAll(r.Body)                                    // in memory: the engine has read it
	if isForm := media == "application/x-www-form-urlencoded" || media == "multipart/form-data"; !isForm && fixtures.ValidJSON(body) {
		if object := gjson.ParseBytes(body); object.IsObject() {
			return object, true
		}
	}
	a.Answer(w, "errors/400-malformed")
	return gjson.Result{}, false
}

// problem is one line of a 400: its recorded text, and the property's name as it stands inside a JSON string.
type problem struct{ fixture, property string }

// check finds the properties that a request may not have, and the values that they may not have.
func (a api) check(body gjson.Result, allowed ...string) (problems []problem) {
	body.ForEach(func(key, value gjson.Result) bool {
		name := key.Raw[1 : len(key.Raw)-1]
		if !slices.Contains(allowed, key.Str) {
			problems = append(problems, problem{"errors/400-unknown-property", name})
		} else if !a.isValid(key.Str, value) {
			problems = append(problems, problem{"errors/400-invalid", name})
		}
		return true
	})
	return problems
}

func (a api) isValid(property string, v gjson.Result) bool {
	switch property {
	case "enabled":
		return v.IsBool()
	case "querystring":
		return v.Type == gjson.String || v.Type == gjson.Null
	case "request_type":
		return v.Type == gjson.String && (v.Str == http.MethodPost || v.Str == http.MethodGet)
	case "event":
		return v.Type == gjson.String && slices.Contains(a.Fixtures.Events(a.Platform.Name), v.Str)
	case "target":
		u, ok := mockplatforms.Target(v.Str)
		return v.Type == gjson.String && ok && (u.Scheme == "https" || u.Scheme == "http")
	}
	return v.Type == gjson.String
}

// refuse answers 400 with all that is wrong, a line each.
func (a api) refuse(w http.ResponseWriter, problems []problem) {
	var lines []string
	for _, p := range problems {
		if m, err := a.Fixtures.Load(a.Platform.Name + "/" + p.fixture + ".response.http"); err == nil {
			lines = append(lines, gjson.GetBytes(mockplatforms.Fill("{property}", p.property)(m.Body), "errors.0").Raw)
		}
	}
	a.Answer(w, problems[0].fixture, mockplatforms.Put("errors", []byte("["+strings.Join(lines, ",")+"]")))
}

// change sets what a checked body says. The map is made anew: the store hands out copies that share it.
func change(h *mockplatforms.Hook, body gjson.Result) {
	h.Fields = maps.Clone(h.Fields)
	if h.Fields == nil {
		h.Fields = map[string]string{}
	}
	body.ForEach(func(key, value gjson.Result) bool {
		switch key.Str {
		case "event":
			h.Event = value.Str
		case "target":
			h.Target = value.Str
		case "request_type":
			h.Method = value.Str
		case "enabled":
			h.Active = value.Bool()
		case "querystring":
			delete(h.Fields, "querystring") // null
			if value.Type == gjson.String {
				h.Fields["querystring"] = value.Str
			}
		default:
			h.Fields[key.Str] = value.Str
		}
		return true
	})
}

// element fills the recorded element with a hook.
func (a api) element(h mockplatforms.Hook) mockplatforms.Edit {
	querystring := []byte("null")
	if q, ok := h.Fields["querystring"]; ok {
		querystring = quote(q)
	}
	number := strconv.FormatInt(h.ID, 10)
	values := []fixtures.Field{
		{Name: "created_at", Value: string(quote(h.Created.UTC().Format(time.RFC3339)))},
		{Name: "enabled", Value: strconv.FormatBool(h.Active)},
		{Name: "event", Value: string(quote(h.Event))},
		{Name: "id", Value: number},
		{Name: "name", Value: string(quote(h.Fields["name"]))},
		{Name: "querystring", Value: string(querystring)},
		{Name: "request_type", Value: string(quote(method(h)))},
		{Name: "target", Value: string(quote(h.Target))},
		{Name: "url", Value: string(quote("/v1/hooks/" + number + "/"))},
	}
	if store := a.Accounts()[0].Number; fixtures.ValidJSON(store) {
		values = append(values, fixtures.Field{Name: "store_id", Value: store})
	}
	return func(body []byte) []byte {
		for _, v := range values {
			body = mockplatforms.Put(v.Name, []byte(v.Value))(body)
		}
		return body
	}
}

// quote writes a JSON string as Python's json.dumps does: ASCII only, and <, > and & as they are.
func quote(text string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string and a buffer never fail
	return fixtures.ASCII(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}
