package main

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// records is a receiver that takes whatever comes: `records PORT FILE`. FILE gets each request as it came, with the line
// ends of the system.
func records(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: records PORT FILE")
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+args[0])
	ts.Check(err)
	var mu sync.Mutex
	file := ts.MkAbs(args[1])
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		request, _ := httputil.DumpRequest(r, true)
		mu.Lock()
		defer mu.Unlock()
		already, _ := os.ReadFile(file)
		_ = os.WriteFile(file, append(append(already, bytes.ReplaceAll(request, []byte("\r\n"), []byte("\n"))...), strings.Repeat("=", 3)+"\n"...), 0o600)
	})}
	go func() { _ = server.Serve(l) }()
	ts.Defer(func() { _ = server.Close() })
}
