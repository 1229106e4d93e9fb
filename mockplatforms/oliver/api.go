package oliver

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// api answers the messages that apps post.
type api struct {
	*mockplatforms.State
	words map[string][]string // the hook names of the catalogue, and the event words under which each was seen
	mu    *sync.Mutex         // one registration at a time, so that none is filed twice
	filed map[string]bool     // the hooks that the app has
}

func routes(s *mockplatforms.State) []mockplatforms.Route {
	a := api{State: s, words: map[string][]string{}, mu: &sync.Mutex{}}
	for _, name := range s.Fixtures.Events(s.Platform.Name) {
		a.words[name] = nil
	}
	// Pages contradict each other in the event word of a hook (the variants), so each word that was seen is good.
	for _, m := range s.Fixtures.List(s.Platform.Name, ".callback.http") {
		if words, known := a.words[m.Meta.Event]; known {
			if word := wordOf(gjson.ParseBytes(m.Body)); has(word) {
				a.words[m.Meta.Event] = append(words, word.String())
			}
		}
	}
	return []mockplatforms.Route{{Pattern: "POST /oliver/app/{app}/commands", Creates: true, Serve: a.serve}}
}

// serve takes a message the way the register does: what is no message at all is answered in the words of dialect C,
// the only ones that are known for it.
func (a api) serve(w http.ResponseWriter, r *http.Request, _ mockplatforms.Account) {
	i := slices.IndexFunc(a.Accounts(), func(account mockplatforms.Account) bool { return account.Store == r.PathValue("app") })
	body, _ := io.ReadAll(r.Body) // in memory: the engine has read it
	if i < 0 {
		a.Error(w, r, http.StatusNotFound)
		return
	}
	body = bytes.TrimSpace(body)
	message := gjson.ParseBytes(body)
	switch {
	case len(body) == 0:
		a.Answer(w, "registration/c-empty-request")
	case !fixtures.ValidJSON(body):
		a.Answer(w, "registration/c-invalid-request")
	case isFalsy(message):
		a.Answer(w, "registration/c-empty-request", mockplatforms.Put("data.request", body))
	default:
		a.mu.Lock()
		defer a.mu.Unlock()
		a.filed = map[string]bool{}
		for _, h := range a.Hooks.List() {
			a.filed[h.Client+" "+h.Event] = true
		}
		a.register(w, a.Accounts()[i], message)
	}
}

// isFalsy is JavaScript's !value, by which the register tells an empty message.
func isFalsy(v gjson.Result) bool {
	switch v.Type {
	case gjson.Null, gjson.False:
		return true
	case gjson.Number:
		return v.Num == 0
	case gjson.String:
		return v.Str == ""
	}
	return false
}

// register goes by the command, which decides the dialect.
func (a api) register(w http.ResponseWriter, account mockplatforms.Account, message gjson.Result) {
	items := itemsOf(message)
	said := func(key string) bool {
		return slices.ContainsFunc(items, func(item gjson.Result) bool { return item.Get(key).Exists() })
	}
	command := message.Get("command")
	switch dialect := dialectOf(command.String(), said("onAction")); {
	case dialect == "C":
		a.registerC(w, account, message)
	case dialect != "":
		a.registerAB(w, account, dialect, message, items)
	case !said("hookName"):
		a.Answer(w, "registration/c-unknown-command", mockplatforms.Put("data.request", []byte(message.Raw)))
	case has(command):
		a.refuse(w, "errors/invalid-command", formOf("", items), message, items)
	default:
		a.refuse(w, "errors/missing-attribute", formOf("", items), message, items)
	}
}

// dialectOf finds the dialect of a command, "" for an unknown one. The exact spelling decides; any other case of it is
// understood too, and then the items tell the two spellings of registerCallback apart.
func dialectOf(command string, onAction bool) string {
	switch {
	case command == "registerCallBack":
		return "C"
	case command == "registerCallback":
		return "B"
	case strings.EqualFold(command, "Callback"):
		return "A"
	case strings.EqualFold(command, "registerCallback") && onAction:
		return "C"
	case strings.EqualFold(command, "registerCallback"):
		return "B"
	}
	return ""
}

// registerC does what the code of the register does: nothing is validated, and one status is answered for all.
func (a api) registerC(w http.ResponseWriter, account mockplatforms.Account, message gjson.Result) {
	if !a.addC(account, message.Get("data")) {
		a.Answer(w, "registration/c-failure")
		return
	}
	a.Answer(w, "registration/c", func(body []byte) []byte {
		if version := message.Get("version"); version.Exists() {
			return set(body, "version", version.Raw)
		}
		return remove(body, "version")
	})
}

// addC files the items of dialect C until one of them is broken; those before it stay. An item may be an object or the
// JSON text of one.
func (a api) addC(account mockplatforms.Account, data gjson.Result) bool {
	if !data.IsArray() {
		return false
	}
	for _, item := range data.Array() {
		item = unwrap(item)
		name := item.Get("onAction").String()
		switch {
		case item.Type == gjson.Null || item.Type == gjson.String, name != "" && a.refuses(name):
			return false
		case name == "":
			continue
		}
		a.add(account, name, map[string]string{"dialect": "C", "command": item.Get("command").String()})
	}
	return true
}

// unwrap reads an item that is the JSON text of an object.
func unwrap(item gjson.Result) gjson.Result {
	if item.Type == gjson.String && fixtures.ValidJSON(item.Str) {
		return gjson.Parse(item.Str)
	}
	return item
}

// refuses says whether the scenario has a hook refused. It is asked once for each hook that a request names.
func (a api) refuses(name string) bool {
	_, refused := a.Refused(name)
	return refused
}

// registerAB validates the message as a whole, then answers each of its items.
func (a api) registerAB(w http.ResponseWriter, account mockplatforms.Account, dialect string, message gjson.Result, items []gjson.Result) {
	f := formOf(dialect, items)
	if broken := check(message); broken != "" {
		a.refuse(w, broken, f, message, items)
		return
	}
	var entries [][]byte
	for _, item := range items {
		word, name := wordOf(item), item.Get("hookName")
		result := a.result(f.refused, f.list+".#(status==402)")
		if !has(word) || !has(name) {
			result = a.result("errors/missing-attribute", "Hooks.0")
		} else if !a.refuses(name.String()) && a.knows(name.String(), word.String()) {
			result = a.result(f.registered, f.list+".#(status==200)")
			a.add(account, name.String(), map[string]string{
				"dialect": dialect, "event": word.String(), "command": message.Get("command").String(),
			})
		}
		entries = append(entries, entry(f, item, result))
	}
	a.reply(w, f.registered, f, message, entries)
}

// check finds the first general error of a message, by the name of its fixture.
func check(message gjson.Result) string {
	version, method, data := message.Get("version"), message.Get("method"), message.Get("data")
	switch {
	case !has(version) || !has(method) || !has(data):
		return "errors/missing-attribute"
	case !isNumber(version):
		return "errors/invalid-version"
	case !strings.EqualFold(method.String(), http.MethodPost):
		return "errors/invalid-method"
	case !data.IsArray():
		return "errors/invalid-data-format"
	case len(data.Array()) == 0:
		return "errors/missing-attribute" // a registration of nothing lacks both event and hookName
	}
	return ""
}

// isNumber takes 1.0, and the text "1.0": the samples show a number, the table of fields says string.
func isNumber(v gjson.Result) bool {
	if v.Type == gjson.String {
		return fixtures.ValidJSON(v.Str) && gjson.Parse(v.Str).Type == gjson.Number
	}
	return v.Type == gjson.Number
}

// knows says whether a hook may be registered: its name is in the catalogue, and the event word is one of its own.
func (a api) knows(name, word string) bool {
	words, known := a.words[name]
	return known && (len(words) == 0 || slices.Contains(words, word))
}

// add files a hook, unless the app has one of that name: a duplicate is ignored without a word.
func (a api) add(account mockplatforms.Account, name string, fields map[string]string) {
	if key := account.Client + " " + name; !a.filed[key] {
		a.filed[key] = true
		now := a.Now()
		a.Hooks.Add(mockplatforms.Hook{
			Client: account.Client, Event: name, Active: true, Fields: fields, Created: now, Updated: now,
		}, nil)
	}
}

// asked reads the hooks of a registration and what the reply says of each: in its list, or with one status for all.
func asked(request []byte, status int, answer []byte) (asks []mockplatforms.Ask) {
	if !fixtures.ValidJSON(request) {
		return nil
	}
	reply := gjson.Result{}
	if mockplatforms.Success2xx(status) && fixtures.ValidJSON(answer) {
		reply = gjson.ParseBytes(answer)
	}
	statuses := append(reply.Get("Hooks.#.status").Array(), reply.Get("hooks.#.status").Array()...)
	for i, item := range itemsOf(gjson.ParseBytes(request)) {
		result := reply.Get("status")
		if i < len(statuses) {
			result = statuses[i]
		}
		item = unwrap(item)
		if name := cmp.Or(item.Get("hookName").String(), item.Get("onAction").String()); name != "" {
			asks = append(asks, mockplatforms.Ask{Event: name, Accepted: result.Raw == "200"})
		}
	}
	return asks
}
