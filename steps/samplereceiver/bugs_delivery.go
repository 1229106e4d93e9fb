package samplereceiver

// connectionBugs sit where bytes come in: a body that breaks off, a connection that is held, a header that is read.
func connectionBugs() []Bug {
	return []Bug{
		{
			Name: "processes-broken-bodies", Doc: "does not look at the error of reading, and processes what has come of a body that broke off, if it looks like JSON",
			Catches: []string{"conformance/senders.feature: <fault>: nothing is processed"},
		},
		{
			Name: "dies-on-broken-body", Doc: "ends when a connection breaks off in the middle of a body: the error came outside of any handler",
			Catches: []string{"conformance/senders.feature: <fault>: the next good one is handled"},
		},
		{
			Name: "one-at-a-time", Doc: "takes the next callback when it is done with the one before: a sender that never sends its body keeps all others out",
			Catches: []string{"conformance/senders.feature: <fault>: the next good one is handled"},
		},
		{
			Name: "expect-417", Doc: "refuses Expect: 100-continue with 417, which curl sends with every larger body",
			Catches: []string{"conformance/senders.feature: <fault>: it is complete, so it is acknowledged"},
		},
		{
			Name: "chunked-500", Doc: "breaks with 500 on a body without Content-Length, which it takes for an empty one (Django's runserver)",
			Catches: []string{"conformance/forms.feature: <form>: it is refused, or has the same effect"},
		},
		{
			Name: "chatty-headers", Doc: "answers with a header field of 9 KiB, a debug trace or a cookie; BigCommerce takes no more than 8 KiB and counts a failure",
			Catches: []string{"bigcommerce/events.feature: It is acknowledged"},
		},
		{
			Name: "slow-on-lists", Doc: "does the work before it answers, and for a list of things is still at it when the platform has stopped waiting",
			Catches: []string{"bigcommerce/events.feature: It is acknowledged"},
		},
	}
}

// formBugs sit where the same JSON, written down in another way, is read as something else.
func formBugs() []Bug {
	return []Bug{
		{
			Name: "compact-only", Doc: "finds the scope with a regular expression that knows no white space, and drops with 200 what it does not find",
			Catches: []string{"conformance/forms.feature: <form>: it has the same effect"},
		},
		{
			Name: "latin-1", Doc: "decodes the body as ISO 8859-1, so that Zoë becomes ZoÃ« (servlet containers that find no charset)",
			Catches: []string{"conformance/forms.feature: <form>: it has the same effect"},
		},
		{
			Name: "halves-surrogates", Doc: "decodes \\u escapes one by one, so that an emoji, which is a pair of them, is lost",
			Catches: []string{"conformance/forms.feature: <form>: it has the same effect"},
		},
		{
			Name: "splits-lines", Doc: "takes U+2028 for the end of a line, as JavaScript did until 2019, so that a text with one in it becomes another text",
			Catches: []string{"conformance/forms.feature: <form>: it has the same effect"},
		},
		{
			Name: "keeps-undefined", Doc: "acknowledges a body that its parser did not look at, and keeps a record with nothing in it (Express, Koa: the body is undefined, or {})",
			Catches: []string{"conformance/forms.feature: <form>: it is refused, or has the same effect", "conformance/abuse.feature: <fault>: it is not lost in silence"},
		},
		{
			Name: "whole-numbers", Doc: "cuts what stands behind the point of a number that ends in a zero: a price of 47.110 becomes 47",
			Catches: []string{"conformance/forms.feature: <form>: it has the same effect"},
		},
		{
			Name: "exponent-500", Doc: "fails with 500 on a number with an exponent: 1e3 is 1000, but no integer to its parser",
			Catches: []string{"conformance/forms.feature: <form>: it answers and lives on"},
		},
		{
			Name: "bom-500", Doc: "fails with 500 on a byte order mark before the JSON, instead of refusing it or reading on",
			Catches: []string{"conformance/forms.feature: <form>: it answers and lives on"},
		},
		{
			Name: "gzip-500", Doc: "fails with 500 on a compressed body, instead of refusing it with 415 or decompressing it",
			Catches: []string{"conformance/forms.feature: <form>: it answers and lives on"},
		},
		{
			Name: "lenient-json", Doc: "takes what is nearly JSON, with single quotes or a comma too many, and believes it",
			Catches: []string{"conformance/forms.feature: <form>: it has no effect"},
		},
		{
			Name: "first-document", Doc: "reads one JSON value and does not look at what follows (json.NewDecoder(r.Body).Decode in Go)",
			Catches: []string{"conformance/forms.feature: <form>: it has no effect"},
		},
	}
}

// signatureBugs sit where a signature is compared.
func signatureBugs() []Bug {
	return []Bug{
		{
			Name: "signature-prefix", Doc: "compares no more of the signature than came, so that one character is enough for one callback in 64",
			Catches: []string{"bigcommerce/signature.feature: <fault>: it is not believed"},
		},
		{
			Name: "signature-cached", Doc: "remembers which ids it has verified, and believes the next callback under such an id whatever it says",
			Catches: []string{"bigcommerce/signature.feature: A good callback does not make a forged one good"},
		},
		{
			Name: "last-signature-only", Doc: "looks at the last of several signatures only, and refuses good callbacks while a secret is being changed",
			Catches: []string{"bigcommerce/signature.feature: <fault>: it is believed"},
		},
		{
			Name: "any-version", Doc: "does not look at the version of a signature, and takes one of a version that does not exist (hookdeck's replicate example)",
			Catches: []string{"bigcommerce/signature.feature: <fault>: it is not believed"},
		},
		{
			Name: "timestamp-prefix", Doc: "reads the timestamp as far as its digits go: 1795000000abc is a time to it (parseInt in hookdeck's openai example)",
			Catches: []string{"bigcommerce/signature.feature: A timestamp with letters behind it is not believed"},
		},
		{
			Name: "future-accepted", Doc: "refuses old timestamps and takes any of the future (hookdeck's replicate example)",
			Catches: []string{"bigcommerce/signature.feature: Signed <when>: it is not believed"},
		},
	}
}

// timeBugs sit where callbacks come late, again, at once or in another order.
func timeBugs() []Bug {
	return []Bug{
		{
			Name: "late-refused", Doc: "takes a callback about an old event for a replay and refuses it: after an outage of an hour every retry is lost, and the hook with them",
			Catches: []string{"conformance/order.feature: A retry that is <age> late is no forgery"},
		},
		{
			Name: "newest-only", Doc: "drops with 200 what is older than the newest that it has seen, also if it is about something else",
			Catches: []string{"conformance/order.feature: A late retry after a newer event is not lost"},
		},
		{
			Name: "order-assumed", Doc: "fails with 500 on the update of something whose creation it has not heard of",
			Catches: []string{"conformance/order.feature: What was changed arrives before what was made"},
		},
		{
			Name: "race-doubled", Doc: "remembers a callback when its work is done, so that copies that come at once are all processed",
			Catches: []string{"conformance/order.feature: Eight copies at once are processed once"},
		},
		{
			Name: "replay-refused", Doc: "refuses with 409 what it has processed already: the platform counts a failure, sends it for two days, and switches the hook off",
			Catches: []string{"conformance/duplicates.feature: The second one is acknowledged too", "conformance/outages.feature: <outage>: it comes again, and is acknowledged"},
		},
		{
			Name: "duplicate-after-failure", Doc: "remembers a callback before its work is done, and takes the retry of one that failed for a copy: it is lost",
			Catches: []string{"conformance/outages.feature: What cannot be looked up now is looked up at the retry"},
		},
		{
			Name: "swallows-lookup-errors", Doc: "answers 200 though it could not look up what the callback names, and will not hear of it again",
			Catches: []string{"conformance/outages.feature: What cannot be looked up now is looked up at the retry"},
		},
		{
			Name: "ignores-inactive", Doc: "sees its hooks in the list, and not that they are off: after a long outage nothing comes any more, and nobody notices",
			Catches: []string{"bigcommerce/retries.feature: A receiver that registers again switches on what the platform switched off"},
		},
	}
}
