package inspector

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

// allocated is how many bytes something takes, also those that are free again.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// placed gives an order as bytes, and the status of the answer.
func placed(i *Inspector, path, body string) (status int, text string) {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Host = "127.0.0.1:4009"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(OrderField, FromSend)
	w := httptest.NewRecorder()
	i.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// cheap is what an order may take: each value may make the payload anew.
func cheap(body string) uint64 { return uint64(8<<20 + 16<<10*len(body)) }

// FuzzOrders: no order takes much memory, and each is answered.
func FuzzOrders(f *testing.F) {
	for _, seed := range []string{
		`{"event":"customer_new","values":[{"path":"id","value":"7"}],"new":true}`, `{"event":"customer_new","values":[{"path":"zzz.100000000","value":"1"}]}`,
		`{"event":"store/order/created","platform":"bigcommerce","values":[{"path":"data.id","value":"[[[[]]]]"}],"faults":["no signature"]}`,
		`{"event":"customer_new","values":[{"path":"a.-1","value":"{"},{"path":"#","value":""},{"path":"@this","value":"1"}]}`, `{"faults":["x","x"]}`, "[[[[", "null",
	} {
		f.Add(seed)
	}
	i := opened(f, nil)
	f.Fuzz(func(t *testing.T, body string) {
		var o Order
		if json.Unmarshal([]byte(body), &o) == nil && o.Target != "" {
			return // it would be called
		}
		var status int
		if cost := allocated(func() { status, _ = placed(i, "/send", body) }); cost > cheap(body) || status >= 500 {
			t.Errorf("%d bytes take %d, and are answered with %d", len(body), cost, status)
		}
	})
}

// TestOrderCost: an order is small, whatever it holds.
func TestOrderCost(t *testing.T) {
	i := opened(t, nil)
	many := func(n int, one string) string { return strings.TrimSuffix(strings.Repeat(one+",", n), ",") }
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"values":    {`{"event":"customer_new","values":[` + many(mostParts+1, `{"path":"id","value":"7"}`) + `]}`, 422},
		"as many":   {`{"event":"customer_new","values":[` + many(mostParts, `{"path":"id","value":"7"}`) + `]}`, 200},
		"faults":    {`{"event":"customer_new","faults":[` + many(mostParts+1, `"duplicate"`) + `]}`, 422},
		"an index":  {`{"event":"customer_new","values":[{"path":"zzz.100000000","value":"1"}]}`, 422},
		"depth":     {strings.Repeat("[", maxOrder-1), 400},
		"in values": {fmt.Sprintf(`{"event":"customer_new","values":[{"path":"id","value":"%s"}]}`, strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)), 200}, // as text
		"length":    {`{"event":"` + strings.Repeat("x", maxOrder) + `"}`, 400},
		"a name":    {`{"event":"` + strings.Repeat("x", maxOrder/2) + `"}`, 422},
		"a fault":   {`{"event":"customer_new","faults":["` + strings.Repeat("x", maxOrder/2) + `"]}`, 422},
		"empty":     {`{"values":[{}` + strings.Repeat(",{}", maxOrder/4) + `]}`, 422},
	} {
		var status int
		var text string
		if cost := allocated(func() { status, text = placed(i, "/send", c.body) }); cost > 64<<20 || status != c.status {
			t.Errorf("%s: %d bytes take %d, and are answered with %d: %.200s", name, len(c.body), cost, status, text)
		}
	}
}
