// Command hookdrill plays commerce platforms to a webhook receiver and says what it got right.
package main

import (
	"context"
	"log"
	"os"
)

func main() {
	log.SetFlags(0) // what net/http has to say is talk of ours
	log.SetPrefix("hookdrill: ")
	ctx, stop := interruptible(context.Background())
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
