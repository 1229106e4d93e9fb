package fault

import (
	"bytes"
	"encoding/json"
)

// respelt is signed over other bytes than are sent: somebody on the way, or the sender itself, has parsed the JSON and
// written it again. What it means is the same; whether it is what was signed nobody can tell.
var respelt = Fault{
	Name: "signature over re-serialised JSON", Doc: "the signature is good for the same JSON with other white space, not for the bytes that are sent",
	Sign: func(secret string, body []byte) (string, []byte) {
		var indented bytes.Buffer
		if json.Indent(&indented, body, "", "  ") != nil || bytes.Equal(indented.Bytes(), body) {
			return secret, append(bytes.Clone(body), '\n')
		}
		return secret, indented.Bytes()
	},
}
