package samplereceiver

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// The custom header of our hooks: BigCommerce sends it with every callback.
const (
	sourceHeader = "X-Hook-Source"
	sourceValue  = "sample"
)

// pageSize and maxPages bound a list of hooks: a platform that never comes to an end does not keep us for ever.
const (
	pageSize = 50
	maxPages = 100
)

// bigcommerce signs its callbacks and sends nothing but ids in them.
func (r *Receiver) bigcommerce() *platform {
	p := &platform{
		name: "bigcommerce", methods: []string{http.MethodPost},
		admit: r.admitBigCommerce, read: r.readBigCommerce, lookup: r.lookupBigCommerce,
		credentials: func(req *http.Request) { req.Header.Set("X-Auth-Token", r.config.Credentials["bigcommerce.token"]) },
	}
	target := r.config.Self + Path(p.name, "")
	if r.has("wrong-target") {
		target = r.config.Self + "/webhooks/bigcommerce"
	}
	for _, scope := range []string{
		"store/customer/created", "store/customer/updated", "store/order/created", "store/product/updated", "store/cart/*",
	} {
		p.hooks = append(p.hooks, hook{p.name, scope, target})
	}
	path := "/stores/" + r.config.Credentials["bigcommerce.store_hash"] + "/v3/hooks"
	p.list = func(ctx context.Context) ([]hook, reply) { return r.listBigCommerce(ctx, p, path) }
	p.create = func(ctx context.Context, h hook) reply {
		return r.call(ctx, p, http.MethodPost, path, map[string]any{
			"scope": h.Event, "destination": h.target, "is_active": true, "headers": map[string]string{sourceHeader: sourceValue},
		})
	}
	return p
}

func (r *Receiver) listBigCommerce(ctx context.Context, p *platform, path string) ([]hook, reply) {
	var there []hook
	for number := 1; ; number++ {
		answered := r.insist(ctx, p, fmt.Sprintf("%s?page=%d&limit=%d", path, number, pageSize))
		var page struct {
			Data []struct {
				ID                 json.Number
				Scope, Destination string
				Active             *bool `json:"is_active"`
			}
			Meta struct {
				Pagination struct {
					TotalPages int `json:"total_pages"`
				}
			}
		}
		_ = json.Unmarshal(answered.body, &page) // an empty 204 is an empty list; what is no JSON has no hooks that we knew
		if r.has("lists-last-page") {
			there = nil
		}
		for _, h := range page.Data {
			one := hook{p.name, h.Scope, h.Destination}
			// The platform switches a hook off whose receiver was away for too long, and tells nobody but by mail.
			if off := h.Active != nil && !*h.Active; off && slices.Contains(p.hooks, one) && !r.has("ignores-inactive") {
				if !r.call(ctx, p, http.MethodPut, path+"/"+h.ID.String(), map[string]any{"is_active": true}).good() {
					continue
				}
			}
			there = append(there, one)
		}
		if !answered.good() || number >= min(page.Meta.Pagination.TotalPages, maxPages) || r.has("lists-one-page") {
			return there, answered
		}
	}
}

// admitBigCommerce proves who has sent the callback before anything in it is believed.
func (r *Receiver) admitBigCommerce(d delivery) answer {
	if !r.signed(d) {
		switch {
		case r.has("remembers-forgeries"):
			r.claim([]string{key("bigcommerce", "id", d.header.Get("webhook-id"))})
		case r.has("bad-signature-200"):
			return answer{http.StatusOK, ""}
		}
		return answer{http.StatusUnauthorized, "the signature does not fit"}
	}
	// A hook that was made by hand has no custom header; one that is there has to be ours.
	source := d.header.Get(sourceHeader)
	_, seen := d.raw[strings.ToLower(sourceHeader)]
	if source != "" && (source != sourceValue || r.has("raw-header-names") && !seen) {
		return answer{http.StatusBadRequest, "the callback is for another hook"}
	}
	return answer{}
}

func (r *Receiver) readBigCommerce(d delivery) (callback, answer) {
	// Some pages print scopes with a slash at the end.
	c := callback{event: strings.TrimSuffix(textAt(d.payload, "scope"), "/"), data: d.payload["data"]}
	if c.event == "" {
		return c, answer{http.StatusBadRequest, "the callback has no scope"}
	}
	switch c.data.(type) {
	case map[string]any, []any:
	default:
		return c, answer{http.StatusBadRequest, "the callback has no data"}
	}
	c.id = idOf(c.data, "id", "transaction_id", "metafield_id", "cart_item_id", "cart_id", "order_id", "product_id", "category_id",
		"customer_id", "price_list_id", "location_id", "user_id", "company_id", "quote_id", "page_id", "uuid")
	broken := answer{http.StatusInternalServerError, "internal error"}
	_, isList := c.data.([]any)
	_, isText := at(c.data, "id").(string)
	switch {
	case isList && r.has("array-data-500"), isText && r.has("uuid-500"), at(c.data, "id") == nil && r.has("no-id-500"):
		return c, broken
	}
	// The id stays over the attempts of one hook, the hash over all hooks that hear of one event. The documents show one
	// hash under several scopes, so it counts for its own only.
	if id := d.header.Get("webhook-id"); id != "" {
		c.keys = append(c.keys, key("bigcommerce", "id", id))
	}
	if hash := textAt(d.payload, "hash"); hash != "" && !r.has("dedupes-by-id-only") {
		c.keys = append(c.keys, key("bigcommerce", "hash", c.event, hash))
	}
	return c, answer{}
}

// lookupBigCommerce gives the path of what a thin callback is about. It goes by the scope: data.type is "customer" for
// an address too, whose id is not the customer's.
func (r *Receiver) lookupBigCommerce(c callback) string {
	store := "/stores/" + r.config.Credentials["bigcommerce.store_hash"]
	if c.event == "store/customer/deleted" && r.has("wrong-dispatch") {
		return fill(store+"/v2/orders/{id}", c.data) // if ($scope = "store/order/created")
	}
	if strings.HasSuffix(c.event, "/deleted") {
		return ""
	}
	for _, route := range [][2]string{ // the narrower scope first
		{"store/customer/address/", "/v3/customers/addresses?id:in={id}"},
		{"store/customer/channel/", "/v3/customers?id:in={customer_id}"},
		{"store/customer/", "/v3/customers?id:in={id}"},
		{"store/order/transaction/", "/v3/orders/{order_id}/transactions"},
		{"store/order/", "/v2/orders/{id}"},
		{"store/product/", "/v3/catalog/products/{id}"},
		{"store/sku/inventory/", "/v3/catalog/variants?id:in={inventory.variant_id}"},
		{"store/sku/", "/v3/catalog/variants?id:in={sku.variant_id}"},
		{"store/category/", "/v3/catalog/categories/{id}"},
		{"store/cart/lineItem/", "/v3/carts/{cartId}"},
		{"store/cart/", "/v3/carts/{id}"},
		{"store/shipment/", "/v2/orders/{orderId}/shipments/{id}"},
		{"store/subscriber/", "/v3/customers/subscribers/{id}"},
		{"store/priceList/", "/v3/pricelists/{price_list_id}"},
		{"store/channel/{channel_id}/order/", "/v2/orders/{order_id}"},
		{"store/channel/{channel_id}/cart/", "/v3/carts/{cart_id}"},
		{"store/channel/", "/v3/channels/{id}"},
		{"store/information/updated", "/v2/store"},
	} {
		if fits(route[0], c.event) {
			return fill(store+route[1], c.data) // "" where the event does not name the thing: metafields
		}
	}
	return ""
}
