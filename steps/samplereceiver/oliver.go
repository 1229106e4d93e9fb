package samplereceiver

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
)

// oliver speaks three dialects, and registers in each what is documented in it. It lists no hooks, and a registration names
// no target: callbacks go where the app is.
func (r *Receiver) oliver() *platform {
	p := &platform{name: "oliver", methods: []string{http.MethodPost}, read: r.readOliver, credentials: func(*http.Request) {}}
	for _, d := range oliverDialects() {
		for _, item := range d.items {
			p.hooks = append(p.hooks, hook{Platform: p.name, Event: item.event})
		}
	}
	p.ask = func(ctx context.Context, hooks []hook) []reply { return r.askOliver(ctx, p, hooks) }
	return p
}

// oliverDialect is how hooks are asked for in one dialect: under which keys an item has its word and its event.
type oliverDialect struct {
	command, word, event string
	items                []oliverItem
}

// oliverItem is a hook with the word that comes back in its callbacks.
type oliverItem struct{ event, word string }

func oliverDialects() []oliverDialect {
	return []oliverDialect{
		{"Callback", "event", "hookName", []oliverItem{{"customerCreated", "Customer"}, {"customerUpdated", "Customer"}, {"customerDeleted", "Customer"}}},
		{"registerCallback", "callbackCommand", "hookName", []oliverItem{{"checkoutComplete", "Checkout"}}},
		{"registerCallBack", "command", "onAction", []oliverItem{
			{"customer-detail-view", "viewCustomerNotification"}, {"customer-save-notification", "addCustomerNotification"}, {"product-detail", "productDetail"},
		}},
	}
}

// askOliver asks for hooks with one message for each dialect.
func (r *Receiver) askOliver(ctx context.Context, p *platform, hooks []hook) []reply {
	replies := make([]reply, len(hooks))
	for _, d := range oliverDialects() {
		var items []map[string]string
		var places []int
		for i, h := range hooks {
			if at := slices.IndexFunc(d.items, func(item oliverItem) bool { return item.event == h.Event }); at >= 0 {
				items = append(items, map[string]string{d.word: d.items[at].word, d.event: h.Event})
				places = append(places, i)
			}
		}
		if len(items) == 0 {
			continue
		}
		whole := r.call(ctx, p, http.MethodPost, r.config.Credentials["oliver.path"], map[string]any{
			"command": d.command, "method": "POST", "version": json.Number("1.0"), "data": items,
		})
		for n, i := range places {
			replies[i] = r.oliverReply(whole, items[n][d.event])
		}
	}
	return replies
}

// oliverReply is what a reply says of a hook that was asked for. HTTP says nothing about them: each has its own status
// in the list, or, in dialect C, all have one.
func (r *Receiver) oliverReply(whole reply, event string) reply {
	if !whole.good() || r.has("transport-status-only") {
		return whole
	}
	// The key is Hooks on one page and hooks on another: names are matched here whatever their case.
	var result struct {
		Status int
		Hooks  []struct {
			Name   string `json:"hookName"`
			Status int    `json:"status"`
		}
	}
	_ = json.Unmarshal(whole.body, &result) // without a result nothing is registered
	status := result.Status
	for _, registered := range result.Hooks {
		if registered.Name == event {
			status = registered.Status
		}
	}
	if len(result.Hooks) > 0 && r.has("first-item-only") {
		status = result.Hooks[0].Status
	}
	// 402 is the one failure that there is, whatever the cause, so it is worth another try.
	return reply{status: status, again: status != http.StatusOK, header: whole.header}
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
