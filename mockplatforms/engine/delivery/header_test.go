package delivery

import (
	"net/http"
	"strings"
	"testing"
)

// TestLongHeadersAreNotKept: the fields of an answer are bounded as its body is.
func TestLongHeadersAreNotKept(t *testing.T) {
	at, _ := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 2*MaxAnswer))
	})
	answer, failure := send(t, at, long)
	if !strings.Contains(failure, "headers exceeded") || len(answer.Header) > 0 {
		t.Errorf("%d fields, failure %q", len(answer.Header), failure)
	}
}
