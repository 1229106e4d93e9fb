package samplereceiver

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// early is where bugs sit that judge a callback by its age, its place in the order, or its size. The correct receiver does
// none of that: a retry may be two days old, and events come in any order.
func (r *Receiver) early(ctx context.Context, c callback, d delivery) answer {
	_, isList := c.data.([]any)
	switch {
	case isList && r.has("slow-on-lists"):
		<-ctx.Done() // it is still at work when the platform has stopped waiting
		return answer{http.StatusOK, ""}
	case r.has("order-assumed") && strings.HasSuffix(strings.ToLower(c.event), "updated") && !r.created(c):
		return answer{http.StatusInternalServerError, "internal error"}
	case r.has("order-assumed"):
		r.claim([]string{key("created", textOf(c.id))})
	}
	number, _ := d.payload["created_at"].(json.Number)
	seconds, err := number.Int64()
	if err != nil {
		return answer{}
	}
	switch happened := time.Unix(seconds, 0); {
	case r.has("late-refused") && time.Since(happened) > time.Hour:
		return answer{http.StatusBadRequest, "the callback is too old"}
	case r.has("newest-only") && r.overtaken(seconds):
		return answer{http.StatusOK, ""}
	}
	return answer{}
}

// created says whether the thing of a callback was heard of before.
func (r *Receiver) created(c callback) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen[key("created", textOf(c.id))]
}

func textOf(id any) string {
	switch v := id.(type) {
	case json.Number:
		return v.String()
	case string:
		return v
	}
	return ""
}

// overtaken says whether a newer callback was here already, of whatever thing.
func (r *Receiver) overtaken(seconds int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	old := seconds < r.newest
	r.newest = max(r.newest, seconds)
	return old
}
