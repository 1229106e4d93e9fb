package fault

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

var noSignature = Fault{
	Name:         "no signature",
	Doc:          "every field whose name ends in -signature is missing: anybody could have sent it",
	AfterSigning: true,
	Apply: func(r mockplatforms.Request) mockplatforms.Request {
		for _, f := range r.Header {
			if strings.HasSuffix(strings.ToLower(f.Name), "-signature") {
				r = r.WithoutHeader(f.Name)
			}
		}
		return r
	},
}

var tampered = Fault{
	Name:         "body changed after signing",
	Doc:          "the last digit of the body is another one than the sender signed; a body without digits gets a space",
	AfterSigning: true,
	Apply: func(r mockplatforms.Request) mockplatforms.Request {
		r.Body = bytes.Clone(r.Body)
		if at := bytes.LastIndexAny(r.Body, "0123456789"); at >= 0 {
			r.Body[at] = '0' + (r.Body[at]-'0'+1)%10
		} else {
			r.Body = append(r.Body, ' ')
		}
		return r
	},
}

var twoSignatures = Fault{
	Name:         "two signatures",
	Condition:    mockplatforms.OddSignature,
	Doc:          "a signature by an old secret stands before the right one, as it does while a secret is being changed; either is enough",
	AfterSigning: true,
	Apply: func(r mockplatforms.Request) mockplatforms.Request {
		for _, f := range r.Header {
			if strings.HasSuffix(strings.ToLower(f.Name), "-signature") {
				r = r.WithHeader(f.Name, unfit(f.Value)+" "+f.Value)
			}
		}
		return r
	},
}

// unfit is a signature of the same version that fits nothing.
func unfit(signature string) string {
	version, _, _ := strings.Cut(signature, ",")
	return version + "," + base64.StdEncoding.EncodeToString(make([]byte, 32))
}
