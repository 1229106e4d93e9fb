package inspector

import (
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// maxConnections are open at once: many more than browsers need.
const maxConnections = 128

// crowd is a listener that keeps so many connections at once. Another one that comes takes the place of the oldest of the address
// that has the most: who comes to give an order does not wait for those who do not read.
type crowd struct {
	net.Listener
	most int

	mu   sync.Mutex
	open []*member // the oldest first
}

// member is a connection of a crowd.
type member struct {
	net.Conn
	of   *crowd
	from string
}

// Accept takes the next connection.
func (c *crowd) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	one := &member{conn, c, addressOf(conn.RemoteAddr().String())}
	c.mu.Lock()
	c.open = append(c.open, one)
	var leaves *member
	if len(c.open) > c.most {
		leaves = c.greatest()
	}
	c.mu.Unlock()
	if leaves != nil {
		_ = leaves.Close() // it is not ours any more
	}
	return one, nil
}

// greatest is the oldest connection of the address that has the most.
func (c *crowd) greatest() (oldest *member) {
	count := map[string]int{}
	for _, one := range slices.Backward(c.open) {
		count[one.from]++
	}
	for _, one := range c.open {
		if oldest == nil || count[one.from] > count[oldest.from] {
			oldest = one
		}
	}
	return oldest
}

// Close ends the connection and leaves the crowd.
func (m *member) Close() error {
	m.of.mu.Lock()
	m.of.open = slices.DeleteFunc(m.of.open, func(other *member) bool { return other == m })
	m.of.mu.Unlock()
	return m.Conn.Close()
}

// hasty is an answer that whoever asked has to read: each write has its deadline.
type hasty struct{ http.ResponseWriter }

// Write gives up on a client that does not read.
func (h hasty) Write(text []byte) (int, error) {
	_ = http.NewResponseController(h.ResponseWriter).SetWriteDeadline(time.Now().Add(patience)) // without a connection there is nothing to wait for
	return h.ResponseWriter.Write(text)
}

// Unwrap is for http.ResponseController.
func (h hasty) Unwrap() http.ResponseWriter { return h.ResponseWriter }
