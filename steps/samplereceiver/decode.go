package samplereceiver

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// decode reads a payload: a JSON object, or a JSON string that holds one (Cratejoy's), parsed once more and no further.
// The error is text that is no JSON; an answer is anything else that ends the callback.
func (r *Receiver) decode(p *platform, body []byte) (map[string]any, answer, error) {
	if a := r.chokes(p, body); a.given() {
		return nil, a, nil
	}
	value, err := r.parse(r.misread(body))
	if err != nil {
		return nil, answer{}, err
	}
	text, isText := value.(string)
	switch {
	case isText && r.has("objects-only"):
		return nil, answer{http.StatusBadRequest, "the body is not a JSON object"}, nil
	case isText && r.has("parses-once"):
		return nil, answer{http.StatusOK, ""}, nil // it looks for the id of a text, finds none, and is content
	case isText && r.has("naive-unescape"):
		text = strings.ReplaceAll(strings.Trim(string(body), "\" \t\r\n"), `\"`, `"`)
	case !isText && p.name == "cratejoy" && r.has("parses-always-twice"):
		return nil, answer{http.StatusInternalServerError, "internal error"}, nil
	}
	if isText {
		if value, err = r.parse(r.misread([]byte(text))); err != nil {
			return nil, answer{}, err
		}
	}
	payload, ok := value.(map[string]any)
	if !ok {
		return nil, answer{http.StatusBadRequest, "the body is not a JSON object"}, nil
	}
	if r.has("exponent-500") && exponents(payload) {
		return nil, answer{http.StatusInternalServerError, "internal error"}, nil
	}
	switch {
	case r.has("float-ids"):
		renumber(payload, float)
	case r.has("whole-numbers"):
		renumber(payload, whole)
	}
	return payload, answer{}, nil
}

// parse reads one JSON value. Numbers keep their text: an id of 17 digits does not survive a float64.
func parse(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON value")
	}
	return value, nil
}

// renumber reads the numbers of a payload anew, in place.
func renumber(value any, read func(json.Number) json.Number) any {
	switch v := value.(type) {
	case json.Number:
		return read(v)
	case []any:
		for i := range v {
			v[i] = renumber(v[i], read)
		}
	case map[string]any:
		for k := range v {
			v[k] = renumber(v[k], read)
		}
	}
	return value
}

// float reads a number the way JavaScript does.
func float(n json.Number) json.Number {
	if f, err := n.Float64(); err == nil {
		return json.Number(strconv.FormatFloat(f, 'f', -1, 64))
	}
	return n
}

// whole reads a number that ends in a zero as far as its point.
func whole(n json.Number) json.Number {
	before, after, found := strings.Cut(n.String(), ".")
	if found && strings.HasSuffix(after, "0") {
		return json.Number(before)
	}
	return n
}

// texts gives the string values of a payload, sorted by their keys, so that the state is the same each time.
func (r *Receiver) texts(value any) []string {
	list := []string{}
	switch v := value.(type) {
	case string:
		if r.has("ascii-only") {
			v = strings.Map(func(c rune) rune {
				if c > unicode.MaxASCII {
					return -1
				}
				return c
			}, v)
		}
		list = append(list, v)
	case []any:
		for _, element := range v {
			list = append(list, r.texts(element)...)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			list = append(list, r.texts(v[k])...)
		}
	}
	return list
}

// numbers gives the numbers of a payload, sorted by their keys.
func numbers(value any) []any {
	list := []any{}
	switch v := value.(type) {
	case json.Number:
		list = append(list, v)
	case []any:
		for _, element := range v {
			list = append(list, numbers(element)...)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			list = append(list, numbers(v[k])...)
		}
	}
	return list
}

// at finds a value by the keys that lead to it.
func at(value any, keys ...string) any {
	for _, k := range keys {
		object, _ := value.(map[string]any)
		value = object[k]
	}
	return value
}

// textAt is the text at a place, "" where there is none.
func textAt(value any, keys ...string) string {
	s, _ := at(value, keys...).(string)
	return s
}

// idOf is the first id among several places, in the form in which it was received: a number's text, or a string.
func idOf(data any, paths ...string) any {
	for _, path := range paths {
		switch id := at(data, strings.Split(path, ".")...).(type) {
		case json.Number, string:
			return id
		}
	}
	return nil
}

// fill puts ids of the data in the place of the {names} of a path. It gives "" if one is missing, or is nothing that an
// id looks like: the path is ours, what comes from outside must not lead out of it.
func fill(template string, data any) string {
	before, rest, found := strings.Cut(template, "{")
	if !found {
		return template
	}
	name, after, _ := strings.Cut(rest, "}")
	var id string
	switch v := idOf(data, name).(type) {
	case json.Number:
		id = v.String()
	case string:
		id = v
	}
	if id == "" || strings.ContainsFunc(id, func(c rune) bool {
		return c > unicode.MaxASCII || c != '-' && c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c)
	}) {
		return ""
	}
	if after != "" {
		if after = fill(after, data); after == "" {
			return ""
		}
	}
	return before + id + after
}
