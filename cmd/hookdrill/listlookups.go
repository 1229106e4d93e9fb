package main

import "github.com/hookdrill/hookdrill/mockplatforms"

func listLookups(o listOptions) (*listing, error) {
	type lookup struct {
		Platform string `json:"platform"`
		Route    string `json:"route"`
		Resource string `json:"resource"` // the noun of steps
		Evidence string `json:"evidence"`
		Fixture  string `json:"fixture"`
	}
	opened, err := o.prepared()
	if err != nil {
		return nil, err
	}
	l := &listing{head: []string{"PLATFORM", "ROUTE", "RESOURCE", "EVIDENCE"}}
	found := []lookup{}
	for _, p := range opened.Platforms {
		for _, m := range mockplatforms.Lookups(opened.Fixtures, p.Name) {
			found = append(found, lookup{p.Name, m.Route(), m.Resource, m.Evidence(), m.Fixture()})
			l.rows = append(l.rows, []string{p.Name, m.Route(), m.Resource, m.Evidence()})
		}
	}
	l.json = found
	return l, nil
}
