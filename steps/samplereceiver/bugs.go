package samplereceiver

import "slices"

// Bug is something that real receivers get wrong. The correct receiver has it for as long as it is switched on.
type Bug struct {
	Name    string
	Doc     string   // what goes wrong in production, and where it was seen
	Catches []string // the scenarios that are there to catch it, by file and name; others may fail with it too
}

// Bugs lists the bugs, by the stage at which they sit.
func Bugs() []Bug {
	return slices.Concat(
		arrivalBugs(), connectionBugs(), parsingBugs(), formBugs(), trustBugs(), signatureBugs(), effectBugs(), timeBugs(), lookupBugs(), registrationBugs(),
	)
}

// arrivalBugs sit where a request is taken: its address, method, type and size.
func arrivalBugs() []Bug {
	return []Bug{
		{
			Name: "redirects", Doc: "answers 307 to the same path with a slash at its end; platforms follow no redirect and count a failure (FastAPI 307, Next.js 308)",
			Catches: []string{"cratejoy/events.feature: It is acknowledged", "bigcommerce/events.feature: It is acknowledged", "oliver/events.feature: It is acknowledged"},
		},
		{
			Name: "any-method", Doc: "processes a PUT like a POST: the handler never looks at the method (JMPforce)",
			Catches: []string{"conformance/abuse.feature: <fault>: it has no effect"},
		},
		{
			Name: "text-plain-lost", Doc: "acknowledges text/plain with 200 and drops it: the body parser left the body undefined (Express, Koa and others, 12 of 28 receivers)",
			Catches: []string{"conformance/abuse.feature: <fault>: it is not lost in silence"},
		},
		{
			Name: "no-content-type-lost", Doc: "acknowledges a callback without Content-Type with 200 and drops it: no body parser felt responsible",
			Catches: []string{"conformance/abuse.feature: <fault>: it is not lost in silence"},
		},
		{
			Name: "exact-content-type", Doc: "refuses application/json; charset=utf-8: the field is compared as a whole",
			Catches: []string{"cratejoy/delivery.feature: A whole message, written down"},
		},
		{
			Name: "form-500", Doc: "fails on a form content type with 500: the form parser finds no fields, and the code relies on one",
			Catches: []string{"conformance/abuse.feature: <fault>: it is answered"},
		},
		{
			Name: "large-body-500", Doc: "fails with 500 above 100 KiB, the default limit of a body parser whose error nobody handles (Express, Bottle)",
			Catches: []string{"conformance/abuse.feature: <fault>: it is answered"},
		},
	}
}

// parsingBugs sit where bytes become a payload.
func parsingBugs() []Bug {
	return []Bug{
		{
			Name: "parses-once", Doc: "parses Cratejoy's escaped JSON once, holds a string, finds no event in it, and answers 200: every callback is lost (OBB Curation Engine)",
			Catches: []string{"cratejoy/escaped.feature: The smallest escaped payload", "cratejoy/events.feature: It takes effect"},
		},
		{
			Name: "objects-only", Doc: "refuses a JSON string with 400: the parser is strict and takes objects only (Express, Koa, FastAPI with a model)",
			Catches: []string{"cratejoy/escaped.feature: The smallest escaped payload", "cratejoy/events.feature: It is acknowledged"},
		},
		{
			Name: "parses-always-twice", Doc: "fails with 500 on Cratejoy's plain object, since it parses the result of the parser again (mamabirdbox: JSON.parse(params[\"_json\"]))",
			Catches: []string{"cratejoy/escaped.feature: A plain object is as good"},
		},
		{
			Name: "naive-unescape", Doc: "turns \\\" into \" instead of parsing the string, so that a text with a quote, a backslash or an accent in it breaks",
			Catches: []string{"cratejoy/escaped.feature: Double quotes inside the escaped text", "cratejoy/escaped.feature: <what> arrives as it was sent"},
		},
		{
			Name: "oliver-data-once", Doc: "looks for the fields of Oliver's dialect C in data, which is a JSON string, finds none, and drops the callback with 200",
			Catches: []string{"oliver/dialects.feature: The data of dialect C is JSON inside a string"},
		},
		{
			Name: "dialect-a-only", Doc: "reads Oliver's key event and drops messages with callbackCommand or command (dialects B and C) with 200",
			Catches: []string{"oliver/dialects.feature: \"<event>\" in dialect <dialect> takes effect"},
		},
		{
			Name: "float-ids", Doc: "reads numbers as float64, so that id 9007199254740993 becomes ...992 (every Node framework)",
			Catches: []string{"cratejoy/escaped.feature: <what> arrives as it was sent", "conformance/forms.feature: <form>: it has the same effect", "bigcommerce/thin.feature: A big id is fetched to the last digit"},
		},
		{
			Name: "ascii-only", Doc: "loses every character beyond ASCII: José becomes Jos",
			Catches: []string{"cratejoy/escaped.feature: <what> arrives as it was sent"},
		},
		{
			Name: "empty-body-500", Doc: "fails with 500 on an empty body",
			Catches: []string{"conformance/abuse.feature: <fault>: it is answered"},
		},
		{
			Name: "malformed-500", Doc: "fails with 500 on malformed JSON: nobody catches the parser's error (Django, Flask); the platform sends it again for two days",
			Catches: []string{"conformance/abuse.feature: <fault>: it is answered"},
		},
		{
			Name: "stores-garbage", Doc: "acknowledges malformed or truncated JSON and keeps the raw text as a record",
			Catches: []string{"conformance/abuse.feature: <fault>: it has no effect"},
		},
		{
			Name: "dies-on-malformed", Doc: "answers malformed JSON and ends: the exception was thrown outside of any handler (node-http without try)",
			Catches: []string{"conformance/abuse.feature: <fault>: the next good one is handled"},
		},
		{
			Name: "leaks-stack", Doc: "answers malformed JSON with a stack trace and the paths of its sources (Express's default handler, n8n)",
			Catches: []string{"conformance/abuse.feature: An error answer does not show the receiver's insides"},
		},
	}
}

// trustBugs sit where the sender is proved.
func trustBugs() []Bug {
	return []Bug{
		{
			Name: "no-signature-check", Doc: "believes every callback that calls itself BigCommerce's",
			Catches: []string{"bigcommerce/signature.feature: <fault>: it is not believed", "bigcommerce/signature.feature: <fault>: it has no effect"},
		},
		{
			Name: "unsigned-accepted", Doc: "verifies a signature that is there, and believes a callback that has none",
			Catches: []string{"bigcommerce/signature.feature: <fault>: it is not believed"},
		},
		{
			Name: "bad-signature-200", Doc: "answers 200 to a wrong signature, so that nobody notices a wrong secret until the callbacks are missed (the sample in BigCommerce's documents)",
			Catches: []string{"bigcommerce/signature.feature: <fault>: it is not believed"},
		},
		{
			Name: "stale-accepted", Doc: "does not look at the timestamp: a callback that was overheard can be sent again after years",
			Catches: []string{"bigcommerce/signature.feature: Signed <when>: it is not believed"},
		},
		{
			Name: "signature-over-reserialised", Doc: "verifies JSON that it has parsed and written again, other bytes than the signed ones, and refuses good callbacks",
			Catches: []string{"bigcommerce/signature.feature: White space in a signed body is part of it"},
		},
		{
			Name: "v1-only-secret", Doc: "looks at the first of several signatures only, and refuses good callbacks while a secret is being changed (hookdeck's openai examples)",
			Catches: []string{"bigcommerce/signature.feature: <fault>: it is believed"},
		},
		{
			Name: "secret-as-base64", Doc: "gives the client secret to a library that decodes base64, though its raw bytes are the key, and refuses good callbacks",
			Catches: []string{"bigcommerce/events.feature: It is acknowledged"},
		},
		{
			Name: "raw-header-names", Doc: "compares the name of its custom header with case, and refuses callbacks with 400 when it arrives otherwise (Node writes names small, Go in capitals)",
			Catches: []string{"conformance/registration.feature: Its hooks lead back to it"},
		},
	}
}

// effectBugs sit where a callback takes effect.
func effectBugs() []Bug {
	return []Bug{
		{
			Name: "unknown-event-500", Doc: "fails with 500 on an event that it does not know, and the platform sends it again and again",
			Catches: []string{"conformance/abuse.feature: An event that it does not know is no error"},
		},
		{
			Name: "unknown-event-stored", Doc: "keeps events that it does not know as if they were its own",
			Catches: []string{"conformance/abuse.feature: An event that it does not know has no effect"},
		},
		{
			Name: "exact-scopes", Doc: "compares scopes as whole texts, so that the events of channels, which have the channel's id inside, are unknown to it",
			Catches: []string{"bigcommerce/events.feature: It takes effect"},
		},
		{
			Name: "array-data-500", Doc: "fails with 500 where data is a list (store/priceList/records)",
			Catches: []string{"bigcommerce/events.feature: It is acknowledged"},
		},
		{
			Name: "uuid-500", Doc: "fails with 500 on an id that is no number: carts have UUIDs",
			Catches: []string{"bigcommerce/events.feature: It is acknowledged"},
		},
		{
			Name: "no-id-500", Doc: "fails with 500 where data has no id: transactions, metafields, settings, or {}",
			Catches: []string{"bigcommerce/events.feature: It is acknowledged"},
		},
		{
			Name: "no-dedupe", Doc: "does the work again when a callback is sent again, as platforms do whenever an answer is lost",
			Catches: []string{"conformance/duplicates.feature: It takes effect only once"},
		},
		{
			Name: "dedupes-by-event-and-id", Doc: "takes the second renewal of a subscription, or the second update of a customer, for a copy of the first (OBB: cj_{event}_{id})",
			Catches: []string{"conformance/duplicates.feature: Another event about the same subscription is no duplicate", "conformance/duplicates.feature: Another update of the same product is no duplicate"},
		},
		{
			Name: "dedupes-by-id-only", Doc: "knows BigCommerce's webhook-id but not the hash, so that an event that two hooks hear of takes effect twice",
			Catches: []string{"conformance/duplicates.feature: The same event under another delivery id is processed once"},
		},
		{
			Name: "remembers-forgeries", Doc: "remembers the id of a callback before its signature is verified: a forged one makes the true one a duplicate",
			Catches: []string{"bigcommerce/signature.feature: A forgery does not use up the true callback"},
		},
	}
}

// lookupBugs sit where a thin callback is filled in.
func lookupBugs() []Bug {
	return []Bug{
		{
			Name: "never-fetches", Doc: "takes a thin callback for the whole thing: only an id arrives, and nothing is looked up",
			Catches: []string{"bigcommerce/thin.feature: <event>: the <resource> is fetched"},
		},
		{
			Name: "fetches-twice", Doc: "looks everything up twice, which uses up the rate limit in half the time",
			Catches: []string{"conformance/effects.feature: Each of five callbacks is looked up once"},
		},
		{
			Name: "wrong-dispatch", Doc: "fetches the order of that id when a customer is deleted: an assignment where a comparison was meant (JMPforce)",
			Catches: []string{"bigcommerce/thin.feature: What was deleted is not looked for among the orders"},
		},
		{
			Name: "gone-503", Doc: "fails when the thing has been deleted in the meantime, and is sent the callback again for two days",
			Catches: []string{"bigcommerce/thin.feature: What is gone by the time it is fetched is no error"},
		},
		{
			Name: "dies-on-lookup-error", Doc: "answers 200 and ends when the lookup after it fails: the next callback finds nobody (mkykode)",
			Catches: []string{"bigcommerce/thin.feature: What is gone by the time it is fetched is no error"},
		},
	}
}

// registrationBugs sit where hooks are registered.
func registrationBugs() []Bug {
	return []Bug{
		{
			Name: "first-item-only", Doc: "takes the first item of Oliver's reply for the whole, and misses that another hook was refused",
			Catches: []string{"oliver/registration.feature: A hook that is refused inside a good reply is asked for again"},
		},
		{
			Name: "transport-status-only", Doc: "takes HTTP 200 for success, though each item of Oliver's reply has a status of its own",
			Catches: []string{"oliver/registration.feature: A hook that is refused inside a good reply is asked for again"},
		},
		{
			Name: "registers-everything-again", Doc: "asks for all hooks again when one was refused, and so has the others twice",
			Catches: []string{"conformance/registration.feature: One hook of several is refused: that one is asked for again, and no other"},
		},
		{
			Name: "registers-on-every-callback", Doc: "registers a hook in the handler of callbacks: each one leaves another (2268708-Salman, 65 of them in one run)",
			Catches: []string{"conformance/registration.feature: A callback is no reason to register"},
		},
		{
			Name: "never-lists", Doc: "does not look at what stands, so that each start registers everything once more",
			Catches: []string{"conformance/registration.feature: Registering again doubles nothing"},
		},
		{
			Name: "lists-one-page", Doc: "looks at the first page of the list only, and registers again what stands on the second",
			Catches: []string{"conformance/registration.feature: A list of hooks has several pages"},
		},
		{
			Name: "lists-last-page", Doc: "keeps the last page of the list only, and registers again what stands on those before",
			Catches: []string{"conformance/registration.feature: A list of hooks has several pages"},
		},
		{
			Name: "gives-up-registering", Doc: "tries once: a 503 at the moment of the start leaves it without hooks until the next",
			Catches: []string{"conformance/registration.feature: One hook of several is refused for a moment: it stands without a restart"},
		},
		{
			Name: "stops-at-first-refusal", Doc: "ends the registration at the first hook that is refused, and leaves the others out",
			Catches: []string{"conformance/registration.feature: One hook that is refused for good does not keep the others out"},
		},
		{
			Name: "hammers-on-401", Doc: "asks again without a pause when its credentials are refused, here sixty times",
			Catches: []string{"conformance/registration.feature: A lasting <status> is survived, and not hammered against"},
		},
		{
			Name: "dies-on-registration-error", Doc: "ends when a hook cannot be registered: the exception was thrown during the start",
			Catches: []string{"conformance/registration.feature: A lasting <status> is survived, and not hammered against"},
		},
		{
			Name: "wrong-target", Doc: "registers an address that it does not answer at: without the event's path, or with another one",
			Catches: []string{"conformance/registration.feature: Its hooks lead back to it"},
		},
	}
}
