package bigcommerce

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// api is what the calls of one scenario share.
type api struct {
	*mockplatforms.State
	scopes func() map[string]bool // what can be registered, channels as {channel_id}

	mu sync.Mutex // held while hooks are checked and changed: an update has to obey the rules too
}

// version is what the two versions of the API differ in.
type version struct {
	path   string
	prefix string // of the names of recorded answers
	shown  string // the answer about a hook that was there before
	place  string // of hooks in answers; v2 has no envelope
}

// call is one request to the API.
type call struct {
	*api
	version
	w       http.ResponseWriter
	r       *http.Request
	account mockplatforms.Account
}

func routes(s *mockplatforms.State) []mockplatforms.Route {
	a := &api{State: s, scopes: sync.OnceValue(func() map[string]bool { return s.Fixtures.Scopes(s.Platform.Name) })}
	v3 := version{" /stores/{store}/v3/hooks", "", "hook", "data"}
	v2 := version{" /stores/{store}/v2/hooks", "v2-", "hook-200", "@this"}
	on := func(v version, method, path string, serve func(call)) mockplatforms.Route {
		return mockplatforms.Route{
			Pattern: method + v.path + path,
			Creates: method == "POST",
			Serve: func(w http.ResponseWriter, r *http.Request, account mockplatforms.Account) {
				serve(call{a, v, w, r, account})
			},
		}
	}
	list := []mockplatforms.Route{on(v3, "GET", "/admin", call.admin), on(v3, "PUT", "/admin", call.setEmails)}
	for _, v := range []version{v3, v2} {
		list = append(list,
			on(v, "POST", "", call.create),
			on(v, "GET", "", call.list),
			on(v, "GET", "/{id}", onHook(call.show)),
			on(v, "PUT", "/{id}", onHook(call.update)),
			on(v, "DELETE", "/{id}", onHook(call.delete)))
	}
	return list
}

// asked reads what a request to make a hook was about.
func asked(request []byte, status int, _ []byte) []mockplatforms.Ask {
	scope := gjson.GetBytes(request, "scope")
	if !fixtures.ValidJSON(request) || scope.Type != gjson.String {
		return nil
	}
	return []mockplatforms.Ask{{Event: trim(scope.Str), Target: gjson.GetBytes(request, "destination").Str, Accepted: mockplatforms.Success2xx(status)}}
}

// answer writes a recorded answer of the version that was called.
func (c call) answer(dir, name string, edits ...mockplatforms.Edit) {
	c.Answer(c.w, dir+c.prefix+name, edits...)
}

func (c call) refuse(name string, edits ...mockplatforms.Edit) { c.answer("errors/", name, edits...) }

func (c call) show(h mockplatforms.Hook) { c.answer("registration/", c.shown, c.put(c.element(h))) }

func (c call) create() {
	body, ok := c.body()
	if !ok {
		return
	}
	for _, field := range []string{"destination", "scope"} {
		if !given(body.Get(field)) {
			c.refuse("422", mockplatforms.Fill("destination", field)) // the recorded complaint is about this field
			return
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Now()
	h := mockplatforms.Hook{Client: c.account.Client, Active: true, Created: now, Updated: now}
	if objection := c.change(&h, body, c.Hooks.List()); objection != "" {
		c.refuse(objection)
		return
	}
	if status, refused := c.Refused(general(h.Event)); refused { // a scenario names events as the catalogue does
		c.Error(c.w, c.r, status)
		return
	}
	h, _ = c.Hooks.Add(h, nil)
	c.answer("registration/", "hook", c.put(c.element(h)))
}

// onHook finds the hook that the path names. The hooks of another client do not exist for this one.
func onHook(serve func(call, mockplatforms.Hook)) func(call) {
	return func(c call) {
		c.mu.Lock()
		defer c.mu.Unlock()
		text := c.r.PathValue("id")
		id, _ := strconv.ParseInt(text, 10, 64)
		h, ok := c.Hooks.Get(id)
		if !ok || h.Client != c.account.Client || strconv.FormatInt(id, 10) != text {
			quoted := mockplatforms.Quote(text)
			c.refuse("404", mockplatforms.Fill("{webhook_id}", string(quoted[1:len(quoted)-1])))
			return
		}
		serve(c, h)
	}
}

func (c call) update(h mockplatforms.Hook) {
	body, ok := c.body()
	if !ok {
		return
	}
	if objection := c.change(&h, body, c.Hooks.List()); objection != "" {
		c.refuse(objection)
		return
	}
	now := c.Now()
	h, _ = c.Hooks.Update(h.ID, func(h *mockplatforms.Hook) {
		c.change(h, body, nil) // and not the copy above: what else may have happened to the hook stays
		h.Updated = now
	})
	c.show(h)
}

func (c call) delete(h mockplatforms.Hook) {
	c.Hooks.Delete(h.ID)
	c.show(h)
}

func (c call) list() {
	hooks, pagination := c.page()
	var elements [][]byte
	for _, h := range hooks {
		elements = append(elements, c.element(h))
	}
	c.answer("registration/", "list", pagination, c.put(mockplatforms.List(elements)))
}

func (c call) admin() {
	hooks, pagination := c.page()
	var elements, emails [][]byte
	for _, h := range hooks {
		elements = append(elements, mockplatforms.Put("status", mockplatforms.Quote(status(h)))(c.element(h)))
	}
	for _, address := range c.Emails(c.account.Client) {
		emails = append(emails, mockplatforms.Quote(address))
	}
	c.answer("registration/", "admin", pagination,
		mockplatforms.Put("data.emails", mockplatforms.List(emails)),
		mockplatforms.Put("data.hooks_list", mockplatforms.List(elements)),
		c.blocked())
}

func (c call) setEmails() {
	body, ok := c.body()
	if !ok {
		return
	}
	list := body.Get("emails")
	if !given(list) {
		c.refuse("422", mockplatforms.Fill("destination", "emails"))
		return
	}
	var emails []string
	for _, e := range list.Array() { // what is no array is its own only element
		if !list.IsArray() || e.Type != gjson.String || !strings.Contains(e.Str, "@") {
			c.refuse("400")
			return
		}
		emails = append(emails, e.Str)
	}
	c.SetEmails(c.account.Client, emails)
	c.answer("registration/", "upsert-emails")
}

// body reads the request's JSON object. Anything else is refused.
func (c call) body() (body gjson.Result, ok bool) {
	raw, err := io.ReadAll(c.r.Body)
	body = gjson.ParseBytes(raw)
	if ok = err == nil && fixtures.ValidJSON(raw) && body.IsObject(); !ok {
		c.refuse("400")
	}
	return body, ok
}

// given says whether a request has a value for a field. Null is none (inferred: so optional fields are read on a JVM).
func given(v gjson.Result) bool { return v.Exists() && v.Type != gjson.Null }

// page gives the hooks of the client that the query asks for, and what the answer says about the page. UNKNOWN/default:
// the reference names page and limit without bounds, and has no error for a parameter that cannot be read.
func (c call) page() (hooks []mockplatforms.Hook, pagination mockplatforms.Edit) {
	query := c.r.URL.Query()
	number, _ := strconv.Atoi(query.Get("page"))
	limit, _ := strconv.Atoi(query.Get("limit"))
	if number, limit = max(number, 1), min(limit, 250); limit < 1 {
		limit = 50
	}
	query.Del("page")
	query.Del("limit")
	scope, target := trim(query.Get("scope")), query.Get("destination")
	active, err := strconv.ParseBool(query.Get("is_active"))
	hooks = slices.DeleteFunc(c.Hooks.List(), func(h mockplatforms.Hook) bool {
		return h.Client != c.account.Client || err == nil && h.Active != active ||
			scope != "" && h.Event != scope || target != "" && h.Target != target
	})
	total := len(hooks)
	pages := (total + limit - 1) / limit
	from := min((min(number, pages+1)-1)*limit, total) // a page number may be any that an int holds
	hooks = hooks[from:min(from+limit, total)]
	return hooks, func(body []byte) []byte {
		put := func(name string, raw []byte) { body = mockplatforms.Put("meta.pagination."+name, raw)(body) }
		put("total", mockplatforms.Integer(total))
		put("count", mockplatforms.Integer(len(hooks)))
		put("per_page", mockplatforms.Integer(limit))
		put("current_page", mockplatforms.Integer(number))
		put("total_pages", mockplatforms.Integer(pages))
		for i, name := range []string{"previous", "current", "next"} { // filters stay, so that who follows stays in the list
			if n := number - 1 + i; name == "current" || n > 0 && n <= pages {
				link := fmt.Sprintf("?page=%d&limit=%d&%s", n, limit, query.Encode())
				put("links."+name, mockplatforms.Quote(strings.TrimSuffix(link, "&")))
			}
		}
		return body
	}
}

// put sets what an answer is about.
func (c call) put(raw []byte) mockplatforms.Edit {
	if c.place == "@this" {
		return func([]byte) []byte { return raw }
	}
	return mockplatforms.Put(c.place, raw)
}

// element writes a hook as the recorded answer shows one.
func (c call) element(h mockplatforms.Hook) (element []byte) {
	if m, err := c.Fixtures.Load(c.Platform.Name + "/registration/" + c.prefix + "hook.response.http"); err == nil {
		element = []byte(gjson.GetBytes(m.Body, c.place).Raw)
	}
	put := func(field string, raw []byte) { element = mockplatforms.Put(field, raw)(element) }
	put("id", mockplatforms.Integer(h.ID))
	put("client_id", mockplatforms.Quote(h.Client))
	put("store_hash", mockplatforms.Quote(c.account.Store))
	put("created_at", mockplatforms.Integer(h.Created.Unix()))
	put("updated_at", mockplatforms.Integer(h.Updated.Unix()))
	put("scope", mockplatforms.Quote(h.Event))
	put("destination", mockplatforms.Quote(h.Target))
	put("is_active", strconv.AppendBool(nil, h.Active))
	put("headers", []byte("null")) // for none, as docs/integrations/webhooks/overview.mdx answers to {}
	if len(h.Headers) > 0 {
		put("headers", mockplatforms.Object(h.Headers))
	}
	return element
}
