package fault

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
)

// outages are what stands in front of a receiver while it cannot be reached: a gateway that answers for it, a network
// that loses what it says, or nothing at all. The receiver is not asked to break: any receiver can be held to what
// comes after. None of them takes real time.
func outages() []Fault {
	var list []Fault
	for _, status := range []int{301, 302, 307, 401, 403, 404, 408, 410, 429, 500, 502, 503, 504} {
		list = append(list, gateway(status))
	}
	return append(list, Fault{
		Name: "connection refused", Doc: "the receiver is down: nothing listens at its address",
		Instead: &Answer{Failure: "connection refused"},
	}, Fault{
		Name: "no answer in time", Doc: "the callback is swallowed on its way, and the platform waits for an answer in vain",
		Instead: &Answer{Failure: "no answer within {timeout}"},
	}, Fault{
		Name: "answer lost", Doc: "the receiver gets the callback and handles it; its answer is lost, and the platform counts a failure",
		Instead: &Answer{Failure: "the connection broke off before the answer", Reaches: true},
	}, Fault{
		Name: "answer too late", Doc: "the receiver gets the callback and handles it; its answer comes after the platform has stopped waiting",
		Instead: &Answer{Failure: "no answer within {timeout}", Reaches: true},
	}, Fault{
		Name: "answer with a 9 KiB header field", Doc: "the receiver gets the callback and handles it; what stands in front of it adds a cookie of 9 KiB to its answer, more than some platforms take",
		Instead: &Answer{Status: http.StatusOK, Header: []fixtures.Field{{Name: "Set-Cookie", Value: "session=" + strings.Repeat("x", 9<<10)}}, Reaches: true},
	})
}

// gateway answers in the place of a receiver that gets nothing.
func gateway(status int) Fault {
	a := Answer{Status: status, Header: []fixtures.Field{{Name: "Content-Length", Value: "0"}}}
	switch {
	case status >= 300 && status < 400:
		a.Header = append(a.Header, fixtures.Field{Name: "Location", Value: "/elsewhere"})
	case status == http.StatusTooManyRequests:
		a.Header = append(a.Header, fixtures.Field{Name: "Retry-After", Value: "120"})
	}
	return Fault{
		Name: fmt.Sprintf("answer %d", status), Instead: &a,
		Doc: fmt.Sprintf("what stands in front of the receiver answers %d %s; the receiver gets nothing", status, http.StatusText(status)),
	}
}
