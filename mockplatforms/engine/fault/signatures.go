package fault

import (
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// signatureFaults are what can be wrong with a signature beyond its absence, or looks wrong and is not.
func signatureFaults() []Fault {
	return append([]Fault{
		{
			Name: "wrong key", Doc: "it is signed with another secret than the client's",
			Sign: func(_ string, body []byte) (string, []byte) { return "the secret of somebody else", body },
		}, {
			Name: "signature of another body", Doc: "the signature is good, for an empty JSON object",
			Sign: func(secret string, _ []byte) (string, []byte) { return secret, []byte("{}") },
		},
		respelt,
		onSignature("truncated signature", "the last half of the signature is missing", func(s string) string { return s[:len(s)/2] }),
		onSignature("signature of one character", "no more is left of the signature than its version and a character", func(s string) string { return s[:min(len(s), 4)] }),
		onSignature("signature of another version", "the signature says v2, a version that does not exist", func(s string) string { return "v2" + strings.TrimPrefix(s, "v1") }),
		onSignature("signature without a version", "the signature lacks the v1 and the comma before it", func(s string) string { return strings.TrimPrefix(s, "v1,") }),
		odd(onSignature("two signatures and the first is right", "a signature by another secret stands behind the right one; either is enough", func(s string) string { return s + " " + unfit(s) })),
		odd(onSignature("three signatures and the last is right", "another version and an old secret stand before the right signature; one that fits is enough", func(s string) string { return "v1a,AAAA " + unfit(s) + " " + s })),
	}, signedFieldFaults()...)
}

// odd says that a signature is good for all that.
func odd(f Fault) Fault {
	f.Condition = mockplatforms.OddSignature
	return f
}

// onSignature changes the value of every field whose name ends in -signature.
func onSignature(name, doc string, change func(string) string) Fault {
	return onField("-signature", name, doc, func(f fixtures.Field) fixtures.Field { f.Value = change(f.Value); return f })
}

// onField changes every field whose name ends so, after signing.
func onField(suffix, name, doc string, change func(fixtures.Field) fixtures.Field) Fault {
	return Fault{Name: name, Doc: doc, AfterSigning: true, Apply: func(r mockplatforms.Request) mockplatforms.Request {
		for i, f := range r.Header {
			if strings.HasSuffix(strings.ToLower(f.Name), suffix) {
				r.Header[i] = change(f)
			}
		}
		return r
	}}
}
