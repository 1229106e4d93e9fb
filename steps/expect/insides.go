package expect

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// inside is a mark of what frameworks show in their error pages while they are being developed with.
type inside struct {
	whose string
	needs string // in small letters, what a text has at least one of that has the mark, separated by |: to find it costs little
	mark  *regexp.Regexp
}

// insides are the marks: what only a page for developers says, stack frames as each language writes them, and source files with
// their line or below a folder of the machine. Paths of URLs, and of what a page loads, are not marks. They are compiled when the
// first answer is looked at.
var insides = sync.OnceValue(func() []inside {
	return []inside{
		{"Rack's ShowExceptions (Sinatra)", `show_exceptions|showexceptions`, mark(`You.re\s+seeing\s+this\s+error\s+because\s+you\s+(?:have\s+enabled\s+the\s+show_exceptions|use\s+Rack::ShowExceptions)`)},
		{"Rails' page for exceptions", `action controller|rails.root|application trace|framework trace`, mark(`Action Controller: Exception caught|Rails\.root: \S|"Application Trace" *:|"Framework Trace" *:`)},
		{"Django with DEBUG", `debug|exception location|django version`, mark(`You.re\s+seeing\s+this\s+error\s+because\s+you\s+have\s+DEBUG\s*=\s*True|Exception Location: *\S|Django Version: *\d`)},
		{"Werkzeug's debugger (Flask)", `werkzeug|wsgi`, mark(`Werkzeug Debugger|The debugger caught an exception in your WSGI application`)},
		{"Starlette's debugger (FastAPI)", `starlette`, mark(`Starlette Debugger`)},
		{"Laravel's page for exceptions (Ignition, Whoops)", `whoops|flareapp.io|laravel-ignition|illuminate|"exception"`, mark(`Whoops, looks like something went wrong\.[\s\S]*Exception|Whoops! There was an error\.|Whoops\\(?:Run|Exception)|flareapp\.io|spatie/laravel-ignition|Illuminate\\\w|"exception" *: *"[^"]{1,200}" *, *"file" *: *"[^"]{1,500}\.php" *, *"line" *: *\d`)},
		{"Symfony's page for exceptions", `symfony|sf-dump`, mark(`Symfony Exception|Symfony\\Component\\\w|sf-dump`)},
		{"PHP's display_errors", ` on line |php `, mark(`(?:Warning|Notice|Deprecated|Fatal error|Parse error): .{1,500} in \S*(?:[/\\]|\.php)\S* on line \d+|PHP (?:Warning|Notice|Fatal error|Parse error): `)},
		{"ASP.NET's page for developers", `an unhandled|developerexceptionpage|source file:|microsoft.aspnetcore`, mark(`An unhandled exception occurred while processing the request\.|DeveloperExceptionPage|Source File:\s*\S+\s+Line:\s*\d|Microsoft\.AspNetCore\.\w+\.`)},
		{"Next.js while it is developed with", `nextjs__|__next_data__`, mark(`nextjs__container_errors|__NEXT_DATA__[\s\S]*"err" *: *\{ *"name"`)},
		{"Plug's debugger (Phoenix)", `plug.debugger|plug_debugger`, mark(`Plug\.Debugger|plug_debugger`)},
		{"a stack trace of Node.js", `at `, mark(`(?m)(?:^|")\s*at (?:.+\(.*[./\\>][^)]*:\d+:\d+\)|(?:async )?(?:file:/|/|node:)\S+:\d+:\d+)`)},
		{"a stack trace of Java", `.java:|.kt:|.scala:|.groovy:|native method|unknown source|exception in thread`, mark(`(?m)(?:^|")\s*(?:at )?[\w$/]+(?:\.[\w$<>]+)+\((?:[\w$]+\.(?:java|kt|scala|groovy):\d+|Native Method|Unknown Source)\)|Exception in thread "`)},
		{"a stack trace of .NET", `:line `, mark(`(?m)(?:^|")\s*at [\w.<>+\x60\[\],]+\(.*\) in .+:line \d+`)},
		{"a stack trace of Python", `traceback|file "`, mark(`Traceback \(most recent call last\)|File "[^"]+", line \d+`)},
		{"a stack trace of Ruby", `.rb:`, mark(`\.rb:\d+:in ['\x60‘]`)},
		{"a panic of Go", `goroutine|.go:`, mark(`goroutine \d+ \[\w|\.go:\d+ \+0x[0-9a-f]`)},
		{"a panic of Rust", `panicked at|backtrace`, mark(`thread '.*' panicked at|stack backtrace:`)},
		{"a stack trace of PHP", `stack trace:|.php(`, mark(`Stack trace:\s+#0 |(?m)^#\d+ /\S+\.php\(\d+\)`)},
		{"a source file", `.js:|.mjs:|.cjs:|.ts:|.py:|.rb:|.php:|.go:`, mark(`(?i)[/\\][\w.@+-]+\.(?:js|mjs|cjs|ts|py|rb|php|go):\d+\b|\.(?:js|mjs|cjs|ts|py|rb|php|go):\d+:\d+\b|(?m)(?:^\s*|["(\[]|\b(?:at|in|file|from):? +)[\w.-]+\.(?:js|mjs|cjs|ts|py|rb|php|go):\d+\b`)},
		{"a path of the machine", `/home/|/srv/|/var/|/usr/|/opt/|/root/|/users/|/app/|/tmp/|/mnt/|/code/|/workspace/|/private/|:\|node_modules/|site-packages/|dist-packages/`, mark(`(?i)(?:^|[^\w./-])(?:file://)?/(?:home|srv|var|usr|opt|root|users|app|tmp|mnt|code|workspace|private)(?:/[\w.@+-]+)+\.(?:js|mjs|cjs|tsx?|jsx|py|rb|php|go|java|kt|cs|rs|exs?|erl|pl|erb)\b|(?i)\b[a-z]:\\(?:[\w .@+-]+\\)+[\w.-]+\.(?:js|ts|py|rb|php|go|java|cs)\b|[\w.-]+/(?:node_modules|site-packages|dist-packages)/[\w.@/-]+`)},
	}
})

func mark(pattern string) *regexp.Regexp { return regexp.MustCompile(pattern) }

func (in inside) possible(small string) bool {
	return slices.ContainsFunc(strings.Split(in.needs, "|"), func(part string) bool { return strings.Contains(small, part) })
}

// NoInsides refuses an answer that shows a stack trace, a source file, a path, or a framework's page for developers.
func NoInsides(e journal.Entry) error {
	body := string(e.Response.Body)
	called, err := url.Parse(e.Request.URL)
	for _, text := range slices.Compact([]string{readable(body), withoutAddresses(body)}) {
		if err == nil && len(called.Path) > 1 {
			text = strings.ReplaceAll(text, called.Path, " ") // who has called it knows this one
		}
		small := strings.ToLower(text)
		for _, in := range insides() {
			if !in.possible(small) {
				continue
			}
			if found := in.mark.FindString(text); found != "" {
				return &Mismatch{
					Message: "the answer shows the receiver's insides to whoever calls it",
					Want:    "no stack trace and no path in the answer", Got: fmt.Sprintf("%s: %.120q", in.whose, strings.TrimSpace(found)), Entries: []journal.Entry{e}, TooMuch: true,
				}
			}
		}
	}
	return nil
}

// addresses lead to something on the web, or are what a page loads.
var addresses = regexp.MustCompile(`(?i)\bhttps?://[^\s"'<>)]+|\b(?:src|href|action)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)`)

// withoutAddresses leaves them out, where there may be one.
func withoutAddresses(text string) string {
	small := strings.ToLower(text)
	for _, part := range []string{"://", "src", "href", "action"} {
		if strings.Contains(small, part) {
			return addresses.ReplaceAllString(text, " ")
		}
	}
	return text
}

var (
	lineEnds = regexp.MustCompile(`(?i)<(?:br|p|/p|div|/div|li|/li|tr|/tr|h\d|/h\d|/title|pre|/pre)\b[^>]*>`)
	tags     = regexp.MustCompile(`</?[a-zA-Z!][^>]*>`)
)

// readable is a body as people see it: without JSON's escapes, and without HTML's tags and references.
func readable(body string) string {
	text := strings.NewReplacer(`\/`, `/`, `\r`, "\r", `\n`, "\n", `\t`, "\t", `\"`, `"`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&", `\u0027`, "'", `\\`, `\`).Replace(body)
	text = withoutAddresses(text)
	if !strings.ContainsAny(text, "<&") {
		return strings.ReplaceAll(text, "\u00a0", " ")
	}
	text = tags.ReplaceAllString(lineEnds.ReplaceAllString(text, "\n"), "")
	return withoutAddresses(strings.ReplaceAll(html.UnescapeString(text), "\u00a0", " "))
}
