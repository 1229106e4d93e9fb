package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"time"
)

// mortal is a receiver that ends a moment after it has refused what is no JSON: `mortal PORT`.
func mortal() {
	err := http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if len(body) > 0 && !json.Valid(bytes.TrimSpace(body)) {
			w.WriteHeader(http.StatusBadRequest)
			time.AfterFunc(100*time.Millisecond, func() { os.Exit(1) })
		}
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, "{}")
		}
	}))
	_, _ = io.WriteString(os.Stderr, err.Error())
	os.Exit(1)
}
