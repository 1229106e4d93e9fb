// Package oliver plays Oliver POS: a register that talks to the apps inside it.
//
// Read this first: Oliver's callbacks are not HTTP. An app runs in a frame (or a mobile web view) of the register, and
// commands, replies and callbacks are window.postMessage() messages (docs.oliverpos.com/docs/introduction-1). No document
// names a URL, a header field, an HTTP status or credentials. What is here is an adaptation: the messages are Oliver's,
// the HTTP around them is ours. UNKNOWN/default, all of it: the path, the target, Content-Type application/json, HTTP 200
// for every reply with the real result in the body, no credentials, and that a 2xx answer acknowledges.
//
// # Endpoints
//
//	POST /oliver/app/{app}/commands    the body is one message; HTTP 200, the result is in the body
//
// The app is the account's (example-app); another one is 404. Nothing lists, changes or removes registrations: neither
// the documents nor the code have a command for it. A receiver is told {oliver.app} and {oliver.path}. A registration
// has no word for a target: callbacks go to the account's target.
//
// # Dialects
//
// Three dialects were found, and the exact spelling of the command decides which one is spoken; the reply comes in the
// same one. Another case of a known command is understood too (UNKNOWN/default).
//
//	   command           items of data                                   the reply's list, and items
//	A  Callback          event, hookName                                 Hooks: event, hookName       docs/customer
//	B  registerCallback  callBackCommand, hookName                       hooks: event, hookName       docs/sample-event-subscription-layout
//	B  registerCallback  callbackCommand, hookName                       Hooks: callbackCommand, …    the page of each hook
//	C  registerCallBack  command (to be sent back), onAction (to hear)   none: one status for all     the register's code, v2
//
// Dialect C is what ran (nmscrossdev/MaryBrownsPOS, src/appManager/FramManager.js); A and B are what is documented.
// registerCallBack with items of A or B is dialect C to the register: it answers 200 and never calls.
//
// A receiver is judged in the dialect that it registers in, and in C under the command that it asked for: scenarios about
// another dialect, or about an event that it has not registered and that is recorded in another, are not run. Who does not
// register gets each event as it was recorded, unless the switch says what it speaks.
//
// # Fields of a registration
//
// command, version, method and data are required, and two fields for each item of data. version is a number or the text
// of one: 1.0, 1, "1.0" and "1" are all good. method is POST in any case. Dialect C asks for nothing but a list.
//
// # Replies of dialects A and B
//
// command, version and method come back as the bytes that were sent (1.0 stays 1.0), with responseType registered, and
// each item gets its own result, so that part of a good reply may have failed:
//
//	200  registered. A hook that the app has already is answered so, and is not added twice
//	402  "Error occurred when registering call back events, …": the hookName is not in the catalogue, the event is not the
//	     hook's (UNKNOWN/default: they must match; any word that a document shows for a hook is good), or the scenario
//	     has it refused. The status is always 402, whatever the scenario says
//	402  "Missing attribute": the item has no event or no hookName
//
// No document asks for another try: whether a refused hook was noticed is judged when the receiver registers again.
//
// A message that is wrong as a whole gets one general error, 402 in each item (docs/general-error-responses):
//
//	Invalid command      Callforward, with items of A or B
//	Missing attribute    no command, version, method or data, or an empty list (UNKNOWN/default)
//	Invalid version      "one"
//	Invalid method       anything but POST; the documented sample is itself valid, an error of the page
//	Invalid data format  data is no list
//
// # Replies of dialect C
//
//	status 200 and "call back event registerd successfully." (as spelt there), whatever the items name (and if the app has them)
//	status 402, without version: data is no list, an item is null or no JSON, or the scenario has it refused; items
//	before it stay registered
//	command error, "Invalid command", code 500, with the request: an unknown command without items of A or B
//	command error, "Invalid request!": not JSON
//	command error, "Invalid request.", code GR3: an empty body, null, false, 0 or ""
//
// Register v3 (olivernagendra/OliverPOS3.0) handles neither documented command and answers 406 in the body. It is not
// played, but its answer is a fixture: a scenario may have whole requests refused with 406, or with the faults of a
// gateway (400, 401, 403, 500, …), which are ours.
//
// # Callbacks
//
//	A, B  {command, version, method, responseType: triggered, event (A) or callbackCommand (B), hookName, data: {…}}
//	C     {command, data}: the command that was registered, and data is JSON text inside the JSON, to be parsed twice;
//	      no hookName, no version, no responseType
//
// An event goes out as it was recorded, byte for byte, to a hook of the dialect it was recorded in, and in the frame of
// the hook's dialect otherwise. The events of dialect C (customer-save-notification, …) may be registered in A and B too,
// with any event word (UNKNOWN/default); the data of customer-save-notification is a text, not an object, so no receiver
// is judged by it in A and B.
//
// # Lookups
//
// None: an app asks the register by messages of its own, which are not played.
//
// # Policy
//
// Nothing is documented. UNKNOWN/default: POST, any 2xx acknowledges, 10 s of real time for an answer, redirects fail, no
// limit to an answer's header, no retry, no hook is switched off, no domain is blocked, nobody is told of failures, no
// signature, no id of a delivery, one after the other. `hookdrill list platforms --policy` prints it as a table.
//
// # Switches
//
//	body     strict (default): JSON. literal: what the page prints, with its typographic quotes and bare keys, which is not
//	         JSON; for tests of parsers only, and an error where no page prints the callback. Replies stay strict
//	dialect  registered (default): what the receiver registers in. A, B or C: that one, also for a receiver that does
//	         not register. every: all three
//
// # What is not known
//
// The names and data of customerRemovedFromCart, itemAddedToCart, itemDeletedFromCart, cartValueUpdated and paymentAdded
// are UNKNOWN/default: only their titles are in the navigation of the documents. Whether a reply comes before the first
// callback: it does here. Limits of size and number: none here but 1 MiB for a message.
//
// # What a receiver has to put up with
//
//   - One value has four names: event, callBackCommand, callbackCommand, command. hookName is onAction in dialect C.
//   - Hooks and hooks in replies. version as number or text. method as POST or post. Keys in any order.
//   - ID, productID, wooCommerceOrderID; Amount with a capital among camelCase keys.
//   - checkoutStarted with the word Product, customerAddedToCart without ID and with customerAdded (variants).
//   - customer-save-notification is sent for a deletion too.
//   - A failure may be in one item only: looking at the HTTP status, or at the first item, does not find it.
package oliver
