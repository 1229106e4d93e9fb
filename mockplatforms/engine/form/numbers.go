package form

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/tidwall/gjson"
)

// numberForms are about how numbers are written.
func numberForms() []Form {
	return []Form{{
		Name: "trailing zero", Expect: Same,
		Doc:   "numbers with a decimal point end in one more zero: 1.1 is 1.10",
		Apply: inside(renumbered("number with a decimal point", trailingZero)),
	}, {
		Name: "exponent", Expect: Either,
		Doc:   "integers of at most seven digits that end in at least three zeros have an exponent: 1000 is 1e3",
		Apply: inside(renumbered("integer of at most seven digits that ends in three zeros (1000)", exponent)),
	}, {
		Name: "beyond 2^53", Expect: Same, Point: gjson.Number,
		Doc:   "the payload has an integer that is not a double, and its digits stay as they are: a receiver that keeps it keeps them all",
		Apply: inside(renumbered("integer beyond 2^53 (9007199254740992)", large)),
	}}
}

// renumbered writes the numbers for which ok is true otherwise.
func renumbered(what string, write func(token string) (written string, ok bool)) func(string) (string, error) {
	return func(text string) (string, error) {
		found := false
		text = rewriter{number: func(token string) string {
			written, ok := write(token)
			if !ok {
				return token
			}
			found = true
			return written
		}}.write(text)
		if !found {
			return "", lacks(what)
		}
		return text, nil
	}
}

func trailingZero(token string) (string, bool) {
	end := strings.IndexAny(token, "eE")
	if end < 0 {
		end = len(token)
	}
	return token[:end] + "0" + token[end:], strings.Contains(token, ".")
}

func exponent(token string) (string, bool) {
	digits := strings.TrimPrefix(token, "-")
	zeros := len(digits) - len(strings.TrimRight(digits, "0"))
	if strings.ContainsAny(token, ".eE") || zeros < 3 || len(digits) > 7 {
		return "", false
	}
	return fmt.Sprintf("%se%d", token[:len(token)-zeros], zeros), true
}

func large(token string) (string, bool) {
	n, ok := new(big.Int).SetString(token, 10)
	return token, ok && n.CmpAbs(big.NewInt(1<<53)) > 0
}
