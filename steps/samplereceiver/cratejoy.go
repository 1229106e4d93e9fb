package samplereceiver

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// cratejoy sends whole models as escaped JSON, without a name of the event, an id of the callback or a signature.
func (r *Receiver) cratejoy() *platform {
	p := &platform{
		name: "cratejoy", methods: []string{http.MethodPost, http.MethodGet},
		read: r.readCratejoy, lookup: lookupCratejoy,
		credentials: func(req *http.Request) {
			req.SetBasicAuth(r.config.Credentials["cratejoy.user"], r.config.Credentials["cratejoy.password"])
		},
	}
	for _, event := range []string{"customer_new", "order_new", "shipment_shipped", "subscription_renewed"} {
		target := r.config.Self + Path(p.name, event)
		if r.has("wrong-target") {
			target = r.config.Self + strings.TrimSuffix(Path(p.name, ""), "/")
		}
		p.hooks = append(p.hooks, hook{p.name, event, target})
	}
	p.list = func(ctx context.Context) ([]hook, reply) { return r.listCratejoy(ctx, p) }
	p.create = func(ctx context.Context, h hook) reply {
		return r.call(ctx, p, http.MethodPost, "/v1/hooks/", map[string]string{
			"event": h.Event, "request_type": http.MethodPost, "target": h.target, "name": "sample receiver: " + h.Event,
		})
	}
	return p
}

func (r *Receiver) listCratejoy(ctx context.Context, p *platform) ([]hook, reply) {
	var there []hook
	path := "/v1/hooks/"
	for range maxPages {
		answered := r.insist(ctx, p, path)
		var page struct {
			Results []struct{ Event, Target string }
			Next    string
		}
		_ = json.Unmarshal(answered.body, &page) // what is no JSON has no hooks that we knew
		if r.has("lists-last-page") {
			there = nil
		}
		for _, h := range page.Results {
			there = append(there, hook{p.name, h.Event, h.Target})
		}
		// next is a query, "?page=2". Of a whole URL no more is taken: our password goes to no other host.
		next, err := url.Parse(page.Next)
		if !answered.good() || err != nil || next.RawQuery == "" || r.has("lists-one-page") {
			return there, answered
		}
		path = "/v1/hooks/?" + next.RawQuery
	}
	return there, reply{status: http.StatusOK}
}

func (r *Receiver) readCratejoy(d delivery) (callback, answer) {
	c := callback{event: d.event, data: d.payload}
	// What joins two models is about the first of them.
	c.id = idOf(c.data, "id", "transaction.id", "inventory.id", "order.id", "customer.id")
	// The id is the thing's: a subscription that is renewed twice is no duplicate. Only equal bytes are.
	c.keys = []string{key("cratejoy", d.event, sum(d.body))}
	return c, answer{}
}

// lookupCratejoy fetches shipments again: what callbacks hold of them is thin.
func lookupCratejoy(c callback) string {
	if !strings.HasPrefix(c.event, "shipment_") {
		return ""
	}
	return fill("/v1/shipments/{id}/", c.data)
}
