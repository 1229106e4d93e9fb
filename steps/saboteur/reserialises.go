package saboteur

import (
	"encoding/json"
	"net/http"
)

var reserialises = Saboteur{
	Name: "reserialises",
	Doc:  "parses every body and writes it down anew, as middleware does that hands on objects: signatures no longer fit, and long numbers are rounded",
	Catches: []string{
		"conformance/forms.feature: <form>: it is acknowledged",
		"bigcommerce/signature.feature: White space in a signed body is part of it",
		"cratejoy/escaped.feature: <what> arrives as it was sent",
	},
	Harmless: "this receiver rounds long numbers itself, and checks no signature",
	New: requests(func(_ *http.Request, body []byte) []byte {
		var value any
		if json.Unmarshal(body, &value) != nil {
			return body
		}
		if inner, ok := value.(string); ok && json.Unmarshal([]byte(inner), &value) != nil {
			return body
		}
		anew, err := json.Marshal(value)
		if err != nil {
			return body
		}
		return anew
	}),
}
