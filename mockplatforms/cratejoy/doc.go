// Package cratejoy plays Cratejoy: its hooks, its callbacks, and the models that a receiver fetches after one.
//
// Sources are docs.cratejoy.com (docs/hook, docs/introduction2, docs/collections2, docs/filtering-and-searching2,
// docs/authorization, and a page for each model), api-evangelist/cratejoy, and public receivers, above all
// mamabirdbox/cratejoy-intercom-tools, which ran in production. What none of them says is marked UNKNOWN/default.
//
// # Endpoints
//
//	GET    /v1/hooks/         200, the hooks of the store, in an envelope
//	POST   /v1/hooks/         201, the hook (a public client takes 200 too)
//	GET    /v1/hooks/{id}/    200, the hook (UNKNOWN/default, as for every other resource)
//	PUT    /v1/hooks/{id}/    200, the hook; only changed fields are sent. PATCH does the same
//	DELETE /v1/hooks/{id}/    204, no body
//
// The documents write every path with a slash at its end; without it is taken too (UNKNOWN/default). HTTP Basic: the
// client id is the user, its secret the password; a receiver is told {cratejoy.user} and {cratejoy.password}. Anything
// else is 403: 401 is not among the documented statuses. All clients of the store see all hooks (UNKNOWN/default).
//
// # Fields of a hook
//
//	event         string, required   one of the events of the catalogue
//	request_type  string, required   POST or GET
//	target        string, required   an absolute URL, http or https (UNKNOWN/default that http is taken). What is not a URI
//	                                 with a host (a blank, a {placeholder}, …) is refused; user info, a fragment and any
//	                                 length are taken (UNKNOWN/default)
//	name          string, required   for the client's own use
//	querystring   string or null     for targets of type GET
//	enabled       bool               PUT may set it (UNKNOWN/default), POST may not. A hook that is off gets nothing
//	id, store_id, created_at, type, url    read-only; their types are by analogy with other models (UNKNOWN/default)
//
// Two hooks may have one event and one target; each of them is called (UNKNOWN/default: nothing forbids it).
//
// # Lists
//
// {count, next, prev, results}: count is of all pages; next and prev are relative query strings ("?page=2&event=…") or
// null. limit is 10 unless it is given; pages are numbered from one, see the switch. A hook's fields are filters:
// property=value or property__op=value with eq, ne, lt, le, gt, ge, like, ilike, in, nin and is_null. with= does nothing
// here; any other parameter is an unknown property. That a wrong filter, limit or page is a 400 is UNKNOWN/default.
//
// # Errors
//
// {"errors": ["…", …]}, a line for each thing that is wrong. "Unknown property 'badprop'" is documented, the other texts
// are UNKNOWN/default.
//
//	400  not JSON, not an object, or a body that says it is a form (forms are documented as not accepted)
//	400  Unknown property 'x': also for a read-only one
//	400  Missing required property 'x', Invalid value for 'x' (UNKNOWN/default: event and request_type are checked)
//	403  no or wrong credentials
//	404  no such hook, model or path    405  wrong method
//	429  with Retry-After, 500, 503 and others when a scenario has registrations refused
//
// # Callbacks
//
// POST, Content-Type application/json (inferred from a Rails receiver: its params would not have held the body
// otherwise). The body is one JSON string that holds JSON text, "{\"id\": 63546, \"type\": \"customer\"}": it has to be
// decoded twice. The document says "we currently deliver payloads as escaped JSON strings", and public receivers parse
// twice. The text inside has the spacing of Python's json.dumps and no byte beyond ASCII: é is \\u00e9. Neither the body
// nor a field names the event, and there is no id of the delivery. There is no signature, and no field can be added:
// receivers put a secret into the target's query.
//
// GET: no body. The query is the hook's querystring, behind the query that the target has. Its syntax is not documented.
// UNKNOWN/default: {path} and {{path}} stand for the payload's value at that path (customer.id), percent-encoded, and
// for nothing where the payload has none; all else is sent as it is.
//
// Dates in callbacks are epoch milliseconds (inferred from that receiver), in what is fetched they are ISO 8601.
// checkout_failed, inventory_updated and transaction_new join two models: {"customer": …, "order": …} is UNKNOWN/default.
// The document leaves the payload of order_new empty; it is an order here.
//
// # Lookups
//
// GET /v1/customers/{id}/, orders, subscriptions, shipments, products, inventory and transactions answer any id, with
// that id in the answer. They are deeper than callbacks: shipments hold the notes for which a real receiver fetches them.
// Without an id each is a list of one element; orders, subscriptions and shipments know the filters customer_id and
// customer.id, other filters change nothing (UNKNOWN/default). A path below /v1/ that is not there gets a 404, and is
// said to be a gap of hookdrill: a scenario that fails after it is not run. `hookdrill list lookups` lists what there is.
//
// # Policy
//
// Nothing is documented. UNKNOWN/default: any 2xx acknowledges, 10 s of real time for an answer, no limit to its header,
// no retry, no hook is switched off, no domain is blocked, nobody is told of failures, redirects are not followed, events
// in their order. `hookdrill list platforms --policy` prints it as a table.
//
// # Switches
//
//	body   escaped (default): see above. plain: the JSON object itself, "will post a json object" as the same page says
//	pages  one (default): a captured answer has "?page=2" as next of its first page. zero: docs/collections2 counts
//	       from zero, page=3 of ten being items 31 to 40
//	tries  one (default). three: a callback that fails is sent again after 1 minute and after 5 more of the platform's
//	       time, and is lost then; the delays are ours
//
// # What a receiver has to put up with
//
//   - A body that is a string: parse, and parse again if the result is a string. In Ruby a string's ["id"] succeeds.
//   - Parsers that take only objects (Express with strict, models of FastAPI) refuse it before any code of yours runs.
//   - status as text or number; dates as ISO 8601 or milliseconds; customer_id missing where customer.id is there.
//   - One target for several events cannot tell them apart; id is of another thing in each. One target for each event.
//   - The same subscription renews again: event and id are no key to drop duplicates by.
//   - 200 or 201 for a new hook; page 0 or page 1.
package cratejoy
