package oliver

import (
	"bytes"
	"net/http"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// form is the words of a reply: the key of its list, the key of the event word in an item, and the recorded replies.
type form struct{ list, word, registered, refused string }

// formOf answers in the words that the request used. The pages of single hooks write callbackCommand, and Hooks in the
// reply; the page on subscriptions writes callBackCommand, and hooks with event in the reply.
func formOf(dialect string, items []gjson.Result) form {
	for _, item := range items {
		if item.Get("callbackCommand").Exists() {
			return form{"Hooks", "callbackCommand", "registration/b-registered", "registration/b-refused-item"}
		}
		if item.Get("callBackCommand").Exists() {
			dialect = "B"
			break
		}
	}
	if dialect == "B" {
		return form{"hooks", "event", "registration/checkout", "registration/checkout"}
	}
	return form{"Hooks", "event", "registration/a-registered", "registration/a-refused-item"}
}

// itemsOf gives the hooks that a message asks for. An object in place of the list is an error, and is answered as one item.
func itemsOf(message gjson.Result) []gjson.Result {
	if data := message.Get("data"); data.IsArray() || data.IsObject() {
		return data.Array()
	}
	return nil
}

// wordOf finds the event word of an item or of a callback, for which the documents have three keys.
func wordOf(item gjson.Result) gjson.Result {
	for _, key := range []string{"event", "callBackCommand", "callbackCommand"} {
		if v := item.Get(key); has(v) {
			return v
		}
	}
	return gjson.Result{}
}

func has(v gjson.Result) bool { return v.Exists() && v.Type != gjson.Null }

// result is the part of a recorded reply that holds a hook's status, message and error.
func (a api) result(fixture, path string) gjson.Result {
	m, err := a.Fixtures.Load(a.Platform.Name + "/" + fixture + ".response.http")
	if err != nil {
		return gjson.Result{}
	}
	return gjson.GetBytes(m.Body, path)
}

// refuse answers a message that is wrong as a whole: each of its items gets the error.
func (a api) refuse(w http.ResponseWriter, fixture string, f form, message gjson.Result, items []gjson.Result) {
	if len(items) == 0 {
		items = []gjson.Result{{}}
	}
	var entries [][]byte
	for _, item := range items {
		entries = append(entries, entry(f, item, a.result(fixture, "Hooks.0")))
	}
	a.reply(w, fixture, f, message, entries)
}

// entry is what the reply says about one item. What the item lacks is lacking there too.
func entry(f form, item, result gjson.Result) []byte {
	out := set([]byte("{}"), f.word, wordOf(item).Raw)
	out = set(out, "hookName", item.Get("hookName").Raw)
	for _, key := range []string{"status", "message", "error"} {
		out = set(out, key, result.Get(key).Raw)
	}
	return out
}

// reply puts the items into a recorded reply, and repeats what the message said: the same bytes, for 1.0 is not 1 to
// everyone, in the same order, for the documents have both. What the message lacks is lacking.
func (a api) reply(w http.ResponseWriter, fixture string, f form, message gjson.Result, entries [][]byte) {
	a.Answer(w, fixture, func(body []byte) []byte {
		out := []byte("{}")
		message.ForEach(func(key, value gjson.Result) bool {
			switch key.String() {
			case "command", "version", "method":
				out = set(out, key.String(), value.Raw)
			}
			return true
		})
		out = set(out, "responseType", gjson.GetBytes(body, "responseType").Raw)
		return set(out, f.list, "["+string(bytes.Join(entries, []byte(",")))+"]")
	})
}

// set puts a raw value at a key; no value, no key.
func set(body []byte, key, raw string) []byte {
	if raw == "" {
		return body
	}
	return mockplatforms.Put(key, []byte(raw))(body)
}

func remove(body []byte, key string) []byte {
	without, err := sjson.DeleteBytes(body, key)
	if err != nil {
		return body
	}
	return without
}
