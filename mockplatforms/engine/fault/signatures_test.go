package fault_test

import (
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
)

// signatures are what becomes of the fields of a signature "v1,abcdef" with each fault that changes them.
func signatures() map[string]string {
	const old = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	return map[string]string{
		"truncated signature":                             "webhook-id: msg_1, webhook-timestamp: 17, webhook-signature: v1,a",
		"signature of one character":                      "webhook-id: msg_1, webhook-timestamp: 17, webhook-signature: v1,a",
		"signature of another version":                    "webhook-id: msg_1, webhook-timestamp: 17, webhook-signature: v2,abcdef",
		"signature without a version":                     "webhook-id: msg_1, webhook-timestamp: 17, webhook-signature: abcdef",
		"two signatures and the first is right":           "webhook-id: msg_1, webhook-timestamp: 17, webhook-signature: v1,abcdef " + old,
		"three signatures and the last is right":          "webhook-id: msg_1, webhook-timestamp: 17, webhook-signature: v1a,AAAA " + old + " v1,abcdef",
		"capitals in the names of the signature's fields": "WEBHOOK-ID: msg_1, WEBHOOK-TIMESTAMP: 17, WEBHOOK-SIGNATURE: v1,abcdef",
		"letters behind the timestamp":                    "webhook-id: msg_1, webhook-timestamp: 17abc, webhook-signature: v1,abcdef",
		"a timestamp that is no number":                   "webhook-id: msg_1, webhook-timestamp: now, webhook-signature: v1,abcdef",
		"another webhook-id than was signed":              "webhook-id: msg_10, webhook-timestamp: 17, webhook-signature: v1,abcdef",
		"no timestamp":                                    "webhook-id: msg_1, webhook-signature: v1,abcdef",
		"no webhook-id":                                   "webhook-timestamp: 17, webhook-signature: v1,abcdef",
	}
}

func TestSignedFields(t *testing.T) {
	for name, want := range signatures() {
		f, err := fault.Find(name)
		if err != nil {
			t.Error(err)
			continue
		}
		var got []string
		for _, field := range f.Apply(request("{}", "webhook-id", "msg_1", "webhook-timestamp", "17", "webhook-signature", "v1,abcdef")).Header {
			got = append(got, field.Name+": "+field.Value)
		}
		if text := strings.Join(got, ", "); text != want || !f.AfterSigning || !f.Signature {
			t.Errorf("%s: %s\nwant %s", name, text, want)
		}
	}
}

// TestSigns: these sign something else than is sent.
func TestSigns(t *testing.T) {
	for name, want := range map[string]string{
		"wrong key":                         `the secret of somebody else {"a":1}`,
		"signature of another body":         `s {}`,
		"signature over re-serialised JSON": "s {\n  \"a\": 1\n}",
	} {
		f, err := fault.Find(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if secret, body := f.Sign("s", []byte(`{"a":1}`)); secret+" "+string(body) != want || !f.Signature {
			t.Errorf("%s signs %q with %q", name, body, secret)
		}
	}
	f, _ := fault.Find("signature over re-serialised JSON")
	for _, body := range []string{"{\n  \"a\": 1\n}", "no JSON", ""} {
		if _, signed := f.Sign("s", []byte(body)); string(signed) == body {
			t.Errorf("%q is signed as it is sent: a test that could not fail", body)
		}
	}
}

// TestInFront: what stands in front of a receiver is a failure to any platform, and says what became of the callback.
func TestInFront(t *testing.T) {
	found := 0
	for _, f := range fault.All() {
		if f.Instead == nil {
			continue
		}
		found++
		a := *f.Instead
		if (a.Status == 0) == (a.Failure == "") || a.Status >= 200 && a.Status < 300 && !a.Reaches {
			t.Errorf("%s: status %d, failure %q, reaches the receiver: %v", f.Name, a.Status, a.Failure, a.Reaches)
		}
	}
	if found < 18 {
		t.Errorf("%d faults stand in front of a receiver", found)
	}
}
