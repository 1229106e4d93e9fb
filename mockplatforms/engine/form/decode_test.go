package form_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// decode reads one JSON document with its numbers as they are written, but for zeros and exponents that mean nothing.
// Of members with one key it takes the last.
func decode(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("something follows the JSON")
	}
	return canonical(value), nil
}

func canonical(value any) any {
	switch v := value.(type) {
	case json.Number:
		return number(string(v))
	case []any:
		for i := range v {
			v[i] = canonical(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = canonical(v[key])
		}
	}
	return value
}

// number is the one way to write a number here: digits without zeros around, and the exponent that they need. A
// big.Rat of 1e999999999 would fill the memory.
func number(token string) json.Number {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(token), "e")
	power := new(big.Int)
	power.SetString(strings.TrimPrefix(exponent, "+"), 10)
	sign, digits := "", strings.TrimPrefix(mantissa, "-")
	if digits != mantissa {
		sign = "-"
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	digits = whole + fraction
	kept := strings.TrimRight(digits, "0")
	power.Add(power, big.NewInt(int64(len(digits)-len(kept)-len(fraction))))
	if kept = strings.TrimLeft(kept, "0"); kept == "" {
		return json.Number(sign + "0")
	}
	return json.Number(fmt.Sprintf("%s%se%s", sign, kept, power))
}

// TestNumber: what the other tests compare numbers by can tell them apart.
func TestNumber(t *testing.T) {
	for _, row := range []struct {
		reason, a, b string
		same         bool
	}{
		{"a zero behind the point", "1.1", "1.10", true},
		{"an exponent", "1000", "1e3", true},
		{"a negative exponent", "0.025", "25E-3", true},
		{"a zero is a zero", "0", "0.00", true},
		{"beyond a double", "9007199254740993", "9007199254740992", false},
		{"another power", "1e3", "1e4", false},
		{"a sign", "-1", "1", false},
		{"a huge exponent", "1e999999999", "10e999999998", true},
	} {
		if got := number(row.a) == number(row.b); got != row.same {
			t.Errorf("%s: %s is %s: %v", row.reason, row.a, row.b, got)
		}
	}
}

// unwrapped gives the JSON text that a receiver finds if it takes every envelope off that a header speaks of, a byte
// order mark, and strings that hold JSON.
func unwrapped(r mockplatforms.Request) ([]byte, error) {
	body := r.Body
	if field(r, "Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		if body, err = io.ReadAll(z); err != nil {
			return nil, err
		}
	}
	switch kind := field(r, "Content-Type"); {
	case kind == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		body = []byte(form.Get("payload"))
	case kind == "application/json; charset=utf-16":
		var err error
		if body, err = fromUTF16(body); err != nil {
			return nil, err
		}
	case strings.HasSuffix(kind, "charset=iso-8859-1") && strings.ContainsFunc(string(body), func(c rune) bool { return c > 0x7e }):
		return nil, errors.New("the body is not ASCII")
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	for {
		// Parsers that take comments do not find them in here.
		body = bytes.Replace(body, []byte("/* hookdrill */ // hookdrill"), nil, 1)
		body = bytes.Replace(body, []byte(`/* hookdrill */ // hookdrill\n`), nil, 1)
		inner, escaped := fixtures.Unescape(body)
		if !escaped {
			return body, nil
		}
		body = inner
	}
}

func fromUTF16(body []byte) ([]byte, error) {
	units := make([]uint16, len(body)/2)
	if err := binary.Read(bytes.NewReader(body), binary.BigEndian, units); err != nil || len(units) == 0 || units[0] != 0xfeff {
		return nil, fmt.Errorf("no UTF-16 with a byte order mark: %q, %w", body, err)
	}
	return []byte(string(utf16.Decode(units[1:]))), nil
}

func field(r mockplatforms.Request, name string) string {
	for _, f := range r.Header {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}
