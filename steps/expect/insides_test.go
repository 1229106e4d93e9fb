package expect_test

import (
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

func answerOf(body string) journal.Entry {
	return journal.Entry{
		Request:  journal.Message{URL: "http://127.0.0.1:3000/app/hooks/customer_new.php?secret=x"},
		Response: journal.Message{Status: 400, Body: []byte(body)},
	}
}

// TestHonestAnswersShowNoInsides: what people read, what a page loads, and where a caller has called are no secrets.
func TestHonestAnswersShowNoInsides(t *testing.T) {
	for _, body := range []string{
		"", "ok", `{"error":"invalid payload"}`, "see https://example.com/docs/errors for more", "at 10:15:30 (UTC)", "/hooks/customer_new not found",
		"unexpected token < in JSON at position 0", "the file a.txt: too large", "/hooks/customer_new: id is missing", "at noon (12:30:45)",
		"  at five (17:00:00)", `{"message":"Expected ',' or '}' after property value in JSON at position 12 (line 1 column 13)"}`,
		"Cannot POST /app/hooks/customer_new.php", `{"path":"\/app\/hooks\/customer_new.php","status":400}`,
		`<html><head><script src="/assets/home/app.js"></script><link href='/usr/css/x.js'></head><body><a href="https://example.com/app/help/index.php">help</a></body></html>`,
		"see https://docs.example.com/srv/app/hooks.py", "<h1>Whitelabel Error Page</h1><p>There was an unexpected error (type=Bad Request, status=400).</p>",
		"Whoops, looks like something went wrong.", "Server Error in '/' Application. Runtime Error", "Parse error: bad value in field on line 3",
		`{"timestamp":"2026-11-28T20:00:00","status":400,"error":"Bad Request","path":"/hooks"}`, "shop.example.pl:8080 does not answer", "Traceback is off",
		`<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"statusCode":404}},"page":"/_error"}</script>`,
		`{"err":{"name":"ValidationError","message":"id is missing"}}`,
		`{"err":{"name":"ValidationError","message":"id is required"}}`, "see rule 3 of policy.go:2",
		"Warning: the signature in webhook-signature is old", "Django", "a goroutine failed", "error at line 3 of the body",
	} {
		if err := expect.NoInsides(answerOf(body)); err != nil {
			t.Errorf("%q: %v", body, err)
		}
	}
}

// TestInsides: the marks of each common framework's page for developers, and of each language's stack traces.
func TestInsides(t *testing.T) {
	long := strings.Repeat("<p>nothing of interest</p>\n", 5000) // 135 kB
	for whose, bodies := range map[string][]string{
		"Rack": {
			long + "<p id=\"explanation\">You're seeing this error because you have\nenabled the <code>show_exceptions</code> setting.</p>",
			"<p>You&#x27;re seeing this error because you use <code>Rack::ShowExceptions</code>.</p>",
		},
		"Ruby": {
			"hooks.rb:12:in `parse'", "app.rb:7:in 'block in <main>'",
			long + "<td>&#x2F;srv&#x2F;app.rb:12:in `block in &lt;main&gt;&#39;</td>",
		},
		"Rails": {
			"<title>Action Controller: Exception caught</title>", "<code>Rails.root: /srv/shop</code>",
			`{"status":400,"error":"Bad Request","traces":{"Application Trace":[],"Framework Trace":[]}}`,
		},
		"Django": {
			"<p>\n You’re seeing this error because you have <code>DEBUG = True</code> in your\n Django settings file.</p>",
			"<th scope=\"row\">Exception Location:</th>\n<td>x</td>",
		},
		"Werkzeug":  {"<title>JSONDecodeError\n // Werkzeug Debugger</title>", "The debugger caught an exception in your WSGI application."},
		"Starlette": {"<html><head><title>Starlette Debugger</title></head></html>"},
		"Python": {
			"Traceback (most recent call last):\n  File \"x\"", "<h2>Traceback <em>(most recent call last)</em>:</h2>",
			`{"detail":"Traceback (most recent call last):\n  File \"hooks\", line 3"}`, `<li>File &quot;hooks&quot;, line 12, in take</li>`,
		},
		"Laravel": {`{"message":"x","exception":"ErrorException","file":"/data/site/Hook.php","line":31,"trace":[`,
			`<div class="Whoops container"><h1>Whoops! There was an error.</h1></div>`,
			`{"message":"x","exception":"Illuminate\\Database\\QueryException","file":"x"}`,
		},
		"Symfony": {"<!-- Syntax error (400 Bad Request) -->\n<title>Symfony Exception</title>", `{"class":"Symfony\\Component\\HttpKernel\\Exception\\BadRequestHttpException"}`},
		"PHP": {
			"<br />\n<b>Warning</b>:  Undefined array key \"id\" in <b>/srv/web/hook.php</b> on line <b>3</b><br />", "PHP Warning:  Undefined variable",
			"Fatal error: Uncaught TypeError in hook.php on line 3", "Stack trace:\n#0 {main}",
		},
		"ASP.NET": {"<h2>An unhandled exception occurred while processing the request.</h2>", "Microsoft.AspNetCore.Http.BadHttpRequestException: x"},
		".NET":    {"System.Text.Json.JsonException: x\n   at Shop.Hooks.Take(String body) in Hooks:line 12"},
		"Java": {
			"com.fasterxml.jackson.core.JsonParseException: x\n\tat com.example.Hooks.take(Hooks.java:12)",
			`{"status":500,"trace":"java.lang.NullPointerException\r\n\tat com.example.Hooks.take(Hooks.java:12)\r\n"}`,
			"java.lang.NullPointerException\n\tcom.shop.Hook.doPost(Hook.java:42)",
			"<div>\tat jdk.internal.reflect.NativeMethodAccessorImpl.invoke0(Native Method)</div>",
		},
		"Next.js": {`<script id="__NEXT_DATA__">{"page":"/_error","err":{"name":"SyntaxError","message":"x"}}</script>`},
		"Plug":    {"<title>Plug.Parsers.ParseError at POST /hooks</title><!-- Plug.Debugger -->"},
		"Node.js": {
			"SyntaxError: x\n    at JSON.parse (<anonymous>:1:2)", "  at handle (/x/server:10:5)", "    at async file:///x/server:10:5",
			"<pre>SyntaxError: x<br> &nbsp; &nbsp;at parse (/x/json:92:19)<br></pre>", `{"stacktrace":["Error: x","    at node:internal/process/task_queues:95:5"]}`,
			`{"stack":"Error: x\n    at take (\/x\/hooks:1:2)"}`,
		},
		"Go":        {"goroutine 17 [running]:\nmain.main()", "/x/main.go:31 +0x1d"},
		"Rust":      {"thread 'main' panicked at src/main.rs:2:5"},
		"a source":  {"main.go:31", "error in hooks.py:7"},
		"a path of": {"error in /home/deploy/app/hooks.py", `{"file":"\/var\/www\/html\/hook.php"}`, "&#x2F;usr&#x2F;src&#x2F;app&#x2F;index.js", `C:\inetpub\wwwroot\Hooks.cs`, "/x/node_modules/express/lib"},
	} {
		for _, body := range bodies {
			err := expect.NoInsides(answerOf(body))
			if err == nil {
				t.Errorf("%.200q passes", body[max(0, len(body)-150):])
				continue
			}
			m := mismatch(t, err)
			if !strings.Contains(m.Got, whose) || len(m.Entries) != 1 {
				t.Errorf("%.200q is taken for %s, not %s", body[max(0, len(body)-150):], m.Got, whose)
			}
		}
	}
}

// BenchmarkNoInsides: a body of 1 MiB took 2 s.
func BenchmarkNoInsides(b *testing.B) {
	e := answerOf(strings.Repeat(`{"message":"the id of an order is at fault, see line 3"}`+"\n", 1<<20/57))
	for b.Loop() {
		if err := expect.NoInsides(e); err != nil {
			b.Fatal(err)
		}
	}
}
