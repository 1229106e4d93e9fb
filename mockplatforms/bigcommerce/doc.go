// Package bigcommerce plays BigCommerce: the v3 and v2 hooks of the REST API, and the signed callbacks.
//
// Facts are those of github.com/bigcommerce/docs (reference/webhooks.v3.yml, docs/integrations/webhooks) as of April
// 2026, unless it says otherwise. "UNKNOWN/default" marks what no public source settles: the value is ours.
//
// # Endpoints
//
//	POST   /stores/{store_hash}/v3/hooks        make a hook: 200 {data, meta}
//	GET    /stores/{store_hash}/v3/hooks        list: 200 {data: [], meta.pagination}
//	GET    /stores/{store_hash}/v3/hooks/{id}   200 {data, meta}
//	PUT    /stores/{store_hash}/v3/hooks/{id}   change any of the fields, at least one: 200 {data, meta}
//	DELETE /stores/{store_hash}/v3/hooks/{id}   200 with the hook that was there
//	GET    /stores/{store_hash}/v3/hooks/admin  e-mail addresses, hooks with their status, blocked domains
//	PUT    /stores/{store_hash}/v3/hooks/admin  {"emails": [...]} in place of the addresses that were there: 204
//
// /stores/{store_hash}/v2/hooks has the first five without the envelope: POST answers 201 with the bare hook, lists are
// bare arrays, errors are arrays of {status, message}, as bigcommerce-api-php reads them. That GET, PUT and DELETE of v2
// answer 200, and an empty list [] and not 204, is UNKNOWN/default.
//
// The request carries X-Auth-Token. Token and store hash have to belong together, else 401. The token fixes the client,
// and a client sees its own hooks only: those of another are 404. X-Auth-Client is not looked at.
//
// Lists take page, limit (UNKNOWN/default 50, at most 250), is_active, scope and destination. A parameter that cannot be
// read does not count (UNKNOWN/default). A list without hooks is [], though the reference has minItems 1. Links keep the
// filters, and previous and next are there only if they lead somewhere.
//
// # Hooks
//
//	scope        required: an event of the catalogue, or a wildcard. A slash at the end is taken off
//	destination  required: https on port 443; see the switch destinations. What is not a URI with a host (a blank, a control
//	             character, a {placeholder}, a lonely %) is refused too; user info, a fragment, letters beyond ASCII and
//	             any length are taken (UNKNOWN/default, all of them)
//	is_active    true unless it says false
//	headers      an object of strings, sent with every callback; null or {} for none, answered as null
//
// Other fields are ignored (clients still send events_history_enabled). Null counts as absent, but in headers
// (UNKNOWN/default). Answers add id, client_id, store_hash, created_at and updated_at, in epoch seconds.
//
// Wildcards are those that the documentation lists: store/order/*, store/cart/* (with the events of lineItem), … Channel
// scopes are registered with the id of a channel: store/channel/1/cart/created. The * of
// store/channel/*/inventory/product/… is literal, in the registration and in the callback.
//
// A client may have 10 hooks on a scope, one on a scope and destination, and one on store/hook/deliveryException, whose
// destination no other hook has (checked when that hook is made or changed). Up to a minute until a hook works is
// documented; see the switch new_hooks. The destination is not probed.
//
// # Errors
//
//	400  no JSON object; a field of the wrong type; a header that cannot be sent (which of 400 and 422: UNKNOWN/default)
//	400  a scope outside the catalogue (UNKNOWN/default, a third party's belief; see the switch unknown_scope)
//	401  no token, or not that of the store
//	404  no such hook; with other words for whatever else is not there
//	405  413  general statuses, UNKNOWN/default here
//	422  scope or destination is missing; a PUT without any field (for the latter the answer is UNKNOWN/default)
//	422  a destination that is not allowed; a second hook on scope and destination; an 11th hook on a scope; a second
//	     deliveryException hook (that they are refused is documented, the answers are UNKNOWN/default)
//
// A scenario can have registrations refused with any status that has a recorded answer (403, 409, 429, 500, …); it names
// channel events as the catalogue does, with {channel_id}. Every answer carries the four X-Rate-Limit-* fields, 429 also
// X-Retry-After and Retry-After; limits are not enforced.
//
// # Callbacks
//
// POST to the destination, Content-Type application/json (UNKNOWN/default: only "JSON" is documented), the hook's own
// headers after it; one of the same name replaces it (UNKNOWN/default). The body is light:
//
//	producer    "stores/" and the store hash
//	hash        40 hex digits that name the event: the same for all its hooks and attempts
//	created_at  epoch seconds of the event; the reference calls it the time at which the webhook was created
//	store_id    the store's number, as a string
//	scope       what happened, also for a hook on a wildcard; of channel events in the channel of the hook
//	data        what it happened to: usually type and id, an array for store/priceList/records/…
//
// Keys come in this order (the vendor's commits of 2024-07-29; the documentation prints two others) and without spaces
// (UNKNOWN/default). hash cannot be recomputed: what BigCommerce hashes is UNKNOWN, ours is a SHA-1 of scope, data,
// created_at and the event's id. A field that a fixture lacks is not added; one that a scenario sets stays as set.
//
// Every callback is signed as Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature "v1," and the base64
// of HMAC-SHA256 over "id.timestamp.body". The key is the client secret's bytes: the vendor's samples hand
// base64(client_secret) to the library, which decodes it. The secret is that of the client that made the hook (inferred).
// webhook-id is one for each event and stays over attempts; timestamp and signature are made for each (UNKNOWN/default).
// The X-BC-Signature of third parties is known to no page of the vendor and is not sent.
//
// # Lookups
//
// `hookdrill list lookups --platform bigcommerce` lists them, with how sure the form of each is: v2 and v3 of all that an event
// names, and what is below it (an order's products, coupons, addresses, shipments, refunds; metafields of everything). Any id is
// answered. A list without ids in its query holds one element; filters change nothing. Not there: B2B Edition (another host), and
// all that writes. A path below /v2/ or /v3/ that is not there gets the platform's 404 or 405, and is said to be a gap of hookdrill:
// a scenario that fails after it is not run. A fixture with its Fixture-Route fills it.
//
// An order has the status 11, Awaiting Fulfillment, which is that of one that was paid and not sent, and what the callback of
// statusUpdated names (which status a new order has depends on the store: UNKNOWN/default). An app that waits for another is given
// it: `--set bigcommerce.order.status_id=10 --set bigcommerce.order.status=Completed`, or in a scenario "the order 118 has:".
//
// # Policy
//
// `hookdrill list platforms --policy` prints it as a table. The times of this section are the platform's: they are
// virtual, and pass when a scenario says so (in `hookdrill serve`, as ours does).
//
// Answers. 200 to 299 acknowledges; some pages say 200. Redirects are not followed and fail (UNKNOWN/default). A callback
// waits 10 seconds of real time (UNKNOWN/default: no time is published). An answer with more than 64 header fields, a name
// over 64 bytes or a value over 8 KB fails. The body is not looked at; more than 1 MiB of it is not read. Retry-After is
// not heeded, and 410 ends nothing (UNKNOWN/default, both).
//
// Retries. 60, 180, 300, 600, 900, 1800, 3600, 7200, 21600, 50400 and 86400 seconds after the attempt before: 12 attempts
// in 48 h 04 min. No jitter, and one event does not wait for another (UNKNOWN/default). After the last one is_active is
// false, the status in /hooks/admin deactivated, and the addresses of PUT /hooks/admin get a mail (with no address,
// nobody does: UNKNOWN/default). Other callbacks that wait for the hook are lost with it. PUT is_active true switches it
// on again and forgets the failures (UNKNOWN/default); what was lost is not sent again.
//
// Idle. 90 days without an event switch a hook off in the same way. They count from when it was made, from its last
// event, or from when it was switched on again (the last is UNKNOWN/default).
//
// Blocked domains. Once at least 100 answers of a domain to a client are in 2 minutes and under 90 % of them are
// successes, its hooks get nothing for 3 minutes: those of all ports and paths of the host name, and of this client only.
// Events wait in the retry queue and come back on its schedule; each step that is waited out counts as one of the 12
// (UNKNOWN/default). /hooks/admin shows the domain with time_left, and the reason in words of ours (UNKNOWN/default).
//
// Exceptions. A hook for store/hook/deliveryException is told of the failures of its client's other hooks: 90001 will be
// tried again (at most once in 10 minutes for a destination), 90002 was the last attempt, 90003 the domain is blocked. The
// words of the last two are ours, and so is that these callbacks are retried like others and that nobody is told of their
// own failures (UNKNOWN/default).
//
// # Switches
//
//	new_hooks      at once (default): a hook works when it is made. after a minute: it gets nothing for the first minute,
//	               the longest that is documented, and what happens in it is lost (UNKNOWN/default)
//	destinations   loopback (default): https on port 443, and http and any port on loopback addresses.
//	               strict: https on port 443 only, as the platform has it
//	unknown_scope  400 (default) or 422 for a scope outside the catalogue
//
// # What the receiver is told
//
//	{bigcommerce.store_hash}  {bigcommerce.client_id}  {bigcommerce.token}  {bigcommerce.secret}
//
// # Clients that were run against it
//
// node-bigcommerce 4.1.0, bigcommerce-api-client 0.7.19, @space48/bigcommerce-api 0.3.1 and @bigcommerce/api-nodejs
// 0.1.2-alpha (npm), unchanged, over https with the authority of --ca-file: hooks of v2 and v3, filters, pages, errors, 429,
// and the lookups that there were. Not there: hooks/events. The standardwebhooks libraries of npm and Go verify the callbacks.
//
// # What a receiver must tolerate
//
//   - store_id as a number and no created_at: both stand in older examples.
//   - data.id as a number (orders), as a string (carts, uuid), or not there (transactions, metafields, price lists, B2B,
//     most channel events); resource_id as a string of digits; data as an array.
//   - store/order/statusUpdated with and without status, store/cart/abandoned with and without token.
//   - currency and currency_code, cartId and cart_id; fields that are new.
//   - The same event twice, in any order, and the events of a wildcard's sub-scopes. Dedupe by hash.
package bigcommerce
