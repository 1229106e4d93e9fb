package main

import (
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/form"
)

// kindOf says what a fault is about, as the steps ask for it.
func kindOf(f fault.Fault) string {
	switch {
	case f.Instead != nil:
		return "outage"
	case f.Play != nil:
		return "sender"
	case f.Signature:
		return "signature"
	}
	return "request"
}

func listFaults(listOptions) (*listing, error) {
	type row struct {
		named
		Kind string `json:"kind"` // request, signature, outage (may stand in front of a receiver for a time), sender (needs sockets)
	}
	l, found := &listing{head: []string{"FAULT", "KIND", "WHAT IT DOES"}}, []row{}
	for _, f := range fault.All() {
		found = append(found, row{named{f.Name, f.Doc}, kindOf(f)})
		l.rows = append(l.rows, []string{f.Name, kindOf(f), f.Doc})
	}
	l.json = found
	return l, nil
}

func listForms(listOptions) (*listing, error) {
	type row struct {
		named
		Expect form.Expect `json:"expect"` // what a correct receiver does with it
	}
	l, found := &listing{head: []string{"FORM", "A CORRECT RECEIVER", "HOW IT IS WRITTEN"}}, []row{}
	for _, f := range form.All() {
		found = append(found, row{named{f.Name, f.Doc}, f.Expect})
		l.rows = append(l.rows, []string{f.Name, string(f.Expect), f.Doc})
	}
	l.json = found
	return l, nil
}
