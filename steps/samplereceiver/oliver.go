package samplereceiver

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
)

// oliver speaks three dialects. It lists no hooks, and a registration names no target: callbacks go where the app is.
func (r *Receiver) oliver() *platform {
	p := &platform{name: "oliver", methods: []string{http.MethodPost}, read: r.readOliver, credentials: func(*http.Request) {}}
	for _, name := range []string{"customerCreated", "customerUpdated", "customerDeleted", "checkoutComplete"} {
		p.hooks = append(p.hooks, hook{Platform: p.name, Event: name})
	}
	p.ask = func(ctx context.Context, hooks []hook) []reply { return r.askOliver(ctx, p, hooks) }
	return p
}

// askOliver registers several hooks in dialect A. HTTP says nothing about them: each has its own status in the reply.
func (r *Receiver) askOliver(ctx context.Context, p *platform, hooks []hook) []reply {
	type item struct {
		Event string `json:"event"`
		Name  string `json:"hookName"`
	}
	var items []item
	for _, h := range hooks {
		word := "Customer"
		if h.Event == "checkoutComplete" {
			word = "Checkout"
		}
		items = append(items, item{word, h.Event})
	}
	whole := r.call(ctx, p, http.MethodPost, r.config.Credentials["oliver.path"], map[string]any{
		"command": "Callback", "method": "POST", "version": json.Number("1.0"), "data": items,
	})
	replies := slices.Repeat([]reply{whole}, len(hooks))
	if !whole.good() || r.has("transport-status-only") {
		return replies
	}
	// The key is Hooks on one page and hooks on another: names are matched here whatever their case.
	var result struct {
		Hooks []struct {
			Name   string `json:"hookName"`
			Status int    `json:"status"`
		}
	}
	_ = json.Unmarshal(whole.body, &result) // without a result nothing is registered
	for i, h := range hooks {
		status := 0
		for _, registered := range result.Hooks {
			if registered.Name == h.Event {
				status = registered.Status
			}
		}
		if len(result.Hooks) > 0 && r.has("first-item-only") {
			status = result.Hooks[0].Status
		}
		// 402 is the one failure that there is, whatever the cause, so it is worth another try.
		replies[i] = reply{status: status, again: status != http.StatusOK, header: whole.header}
	}
	return replies
}

func (r *Receiver) readOliver(d delivery) (callback, answer) {
	c := callback{event: textAt(d.payload, "hookName"), data: d.payload["data"]}
	if c.event == "" { // dialect C sends no more than the command that it was given
		c.event = oliverAction(textAt(d.payload, "command"))
	}
	if c.event == "" {
		return c, answer{http.StatusBadRequest, "the callback has neither hookName nor command"}
	}
	if d.payload["event"] == nil && r.has("dialect-a-only") {
		return c, answer{http.StatusOK, ""}
	}
	if text, ok := c.data.(string); ok {
		if r.has("oliver-data-once") {
			return c, answer{http.StatusOK, ""}
		}
		// JSON inside the JSON, parsed once more and no further. A plain text stays one.
		if inner, err := parse([]byte(text)); err == nil {
			c.data, d.payload["data"] = inner, inner
		}
	}
	c.id = idOf(c.data, "ID", "productID", "wooCommerceOrderID", "UID", "WPId", "WPID")
	// No callback has an id of its own: one that is there twice to the byte is one.
	c.keys = []string{key("oliver", c.event, sum(d.body))}
	return c, answer{}
}

// oliverAction gives the event that a command of dialect C stands for: in the vendor's sample apps it has another name.
func oliverAction(command string) string {
	switch command {
	case "viewCustomerNotification":
		return "customer-detail-view"
	case "addCustomerNotification":
		return "customer-save-notification"
	case "productDetail":
		return "product-detail"
	}
	return command
}
