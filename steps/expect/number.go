package expect

import (
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// sameNumber compares two JSON numbers as what they are, to the last digit: 1.10 is 1.1 and 1e3 is 1000, but 9007199254740993 is
// not 9007199254740992, though a float64 has one place for both.
func sameNumber(a, b string) bool { return a == b || decimal(a) == decimal(b) }

// decimal is the one way to write a number: its digits without zeros around them, and the exponent that they need.
func decimal(token string) string {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(token), "e")
	power, err := strconv.Atoi(exponent)
	if exponent != "" && err != nil {
		return token // beyond all that anybody writes
	}
	sign, digits := "", strings.TrimPrefix(mantissa, "-")
	if digits != mantissa {
		sign = "-"
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	digits = whole + fraction
	kept := strings.TrimRight(digits, "0")
	power += len(digits) - len(kept) - len(fraction)
	if kept = strings.TrimLeft(kept, "0"); kept == "" {
		return "0"
	}
	return sign + kept + "e" + strconv.Itoa(power)
}

func isNumber(text string) bool { return gjson.Valid(text) && gjson.Parse(text).Type == gjson.Number }

// rounded is what a float64 makes of an integer, or "" where it stays as it is.
func rounded(integer string) string {
	f, err := strconv.ParseFloat(integer, 64)
	if text := strconv.FormatFloat(f, 'f', -1, 64); err == nil && !strings.ContainsAny(integer, ".eE") && text != integer {
		return text
	}
	return ""
}
