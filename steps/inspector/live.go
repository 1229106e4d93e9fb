package inspector

import (
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// patience is how long a browser may take to read what is sent to it.
const patience = 10 * time.Second

// mark is a position as an event's id: a browser that has lost us says with it how far it was.
func (i *Inspector) mark(p position) string {
	return fmt.Sprintf("%s.%d.%d", i.feed.instance, p.exchanges, p.scenarios)
}

// position reads a mark. One of another process is no position.
func (i *Inspector) position(mark string) (p position, ok bool) {
	parts := strings.Split(mark, ".")
	if len(parts) != 3 || parts[0] != i.feed.instance {
		return p, false
	}
	var broken [2]error
	p.exchanges, broken[0] = strconv.Atoi(parts[1])
	p.scenarios, broken[1] = strconv.Atoi(parts[2])
	return p, broken == [2]error{}
}

// change is one server-sent event.
type change struct {
	Exchanges []template.HTML                     `json:"exchanges,omitempty"`
	Scenarios []template.HTML                     `json:"scenarios,omitempty"`
	Stores    map[string]map[string]template.HTML `json:"stores,omitempty"` // by platform and part
	Running   string                              `json:"running"`
	Playing   bool                                `json:"playing"`
}

// events tells a browser what happens, as it happens. It begins where the browser was.
func (i *Inspector) events(w http.ResponseWriter, r *http.Request) {
	select {
	case i.clients <- struct{}{}:
		defer func() { <-i.clients }()
	default:
		i.refuse(w, http.StatusServiceUnavailable, fmt.Sprintf("%d browsers watch already", maxClients))
		return
	}
	from := r.Header.Get("Last-Event-ID")
	if from == "" {
		from = r.FormValue("from")
	}
	w.Header().Set("Content-Type", "text/event-stream")
	at, ok := i.position(from)
	if !ok {
		_, _ = fmt.Fprint(w, "event: reload\ndata: {}\n\n") // who asked may be gone
		return
	}
	stream := &stream{ResponseController: http.NewResponseController(w), w: w, told: map[string]template.HTML{}}
	tick := time.NewTicker(time.Second) // the platforms' time passes though nothing happens
	defer tick.Stop()
	for first := true; ; first = false {
		c, now, more := i.changes(at)
		c.Stores = stream.news(c.Stores)
		if said := c.Running + fmt.Sprint(c.Playing); first || said != stream.said || len(c.Exchanges)+len(c.Scenarios)+len(c.Stores) > 0 {
			stream.said = said
			if stream.send(i.mark(now), c) != nil {
				return
			}
		}
		at = now
		select {
		case <-more:
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

// changes is what came behind a position.
func (i *Inspector) changes(at position) (c change, now position, more <-chan struct{}) {
	exchanges, scenarios, now, more := i.feed.since(at)
	made := func(item itemView, name string) template.HTML {
		text, err := i.made(name, item)
		if err != nil {
			return template.HTML(template.HTMLEscapeString(err.Error()))
		}
		return text
	}
	for _, h := range exchanges {
		c.Exchanges = append(c.Exchanges, made(i.item(h), "item"))
	}
	for n, s := range scenarios {
		c.Scenarios = append(c.Scenarios, made(i.row(s, now.scenarios-len(scenarios)+n+1), "row"))
	}
	c.Stores = map[string]map[string]template.HTML{}
	for _, s := range i.playing() {
		c.Stores[s.Platform.Name] = i.live(s)
	}
	c.Running, c.Playing = i.running(), len(i.playing()) > 0
	return c, now, more
}

// stream is a connection of a browser, and what it has been told.
type stream struct {
	*http.ResponseController
	w    http.ResponseWriter
	told map[string]template.HTML // parts of stores
	said string
}

// news leaves out what the browser knows.
func (s *stream) news(stores map[string]map[string]template.HTML) map[string]map[string]template.HTML {
	for platform, parts := range stores {
		for name, text := range parts {
			key := platform + " " + name
			if s.told[key] == text {
				delete(parts, name)
			}
			s.told[key] = text
		}
	}
	maps.DeleteFunc(stores, func(_ string, parts map[string]template.HTML) bool { return len(parts) == 0 })
	return stores
}

// send writes an event, in one piece. The error is a browser that is gone, or does not read.
func (s *stream) send(id string, c change) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := s.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(s.w, "id: %s\ndata: %s\n\n", id, text); err != nil {
		return err
	}
	return s.Flush()
}
