package mockplatforms

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Quote writes a JSON string as JSON.stringify does: <, > and & stay as they are; only Go's encoders escape them.
func Quote(text string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string always encodes
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// List writes a JSON list of elements that are JSON.
func List(elements [][]byte) []byte {
	return fmt.Appendf(nil, "[%s]", bytes.Join(elements, []byte(",")))
}

// Integer writes a JSON number.
func Integer[T int | int64](n T) []byte { return strconv.AppendInt(nil, int64(n), 10) }

// Object writes a JSON object of header fields.
func Object(fields []fixtures.Field) []byte {
	var pairs [][]byte
	for _, f := range fields {
		pairs = append(pairs, fmt.Appendf(nil, "%s:%s", Quote(f.Name), Quote(f.Value)))
	}
	return fmt.Appendf(nil, "{%s}", bytes.Join(pairs, []byte(",")))
}

// HeaderFields reads an object of strings as header fields, in its order; of one name the last value counts. Null is
// none. The error says why it is something else, or what in it could not be sent as a header field.
func HeaderFields(object gjson.Result) (fields []fixtures.Field, err error) {
	switch {
	case object.Type == gjson.Null:
		return nil, nil
	case !object.IsObject():
		return nil, errors.New("the header fields are not a JSON object")
	}
	object.ForEach(func(name, value gjson.Result) bool {
		field := fixtures.Field{Name: name.Str, Value: value.Str}
		fields = slices.DeleteFunc(fields, func(f fixtures.Field) bool { return f.Name == name.Str })
		if err = field.SendableBeside(fields); value.Type != gjson.String {
			err = fmt.Errorf("the value of the header field %q is not a string", name.Str)
		}
		fields = append(fields, field)
		return err == nil
	})
	return fields, err
}
