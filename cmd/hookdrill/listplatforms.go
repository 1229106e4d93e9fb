package main

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/hookdrill/hookdrill/steps"
)

func listPlatforms(o listOptions) (*listing, error) {
	type setting struct {
		Name   string   `json:"name"`
		Values []string `json:"values"` // the first is the default
		Doc    string   `json:"doc"`
	}
	type platform struct {
		Name     string    `json:"name"`
		Title    string    `json:"title"`
		Hosts    []string  `json:"hosts"`
		Events   int       `json:"events"`
		Switches []setting `json:"switches"`
		Vars     []string  `json:"vars"` // what --env may fill in
	}
	opened, err := o.prepared()
	if err != nil {
		return nil, err
	}
	if o.policy {
		return listPolicies(opened)
	}
	l := &listing{head: []string{"PLATFORM", "TITLE", "EVENTS", "SWITCHES (THE DEFAULT FIRST)", "TOLD TO RECEIVERS"}}
	found := []platform{}
	for _, p := range opened.Platforms {
		one := platform{p.Name, p.Title, append([]string{}, p.Hosts...), len(opened.Fixtures.Events(p.Name)), []setting{}, []string{p.Name + ".url"}}
		var switches, vars []string
		for _, s := range p.Switches {
			one.Switches = append(one.Switches, setting{s.Name, s.Values, s.Doc})
			switches = append(switches, s.Name+"="+strings.Join(s.Values, "|"))
		}
		for _, v := range p.Vars(p.Account) {
			one.Vars = append(one.Vars, p.Name+"."+v.Name)
		}
		for _, v := range one.Vars {
			vars = append(vars, "{"+v+"}")
		}
		found = append(found, one)
		l.rows = append(l.rows, []string{p.Name, p.Title, strconv.Itoa(one.Events), strings.Join(switches, " "), strings.Join(vars, " ")})
	}
	l.json = found
	return l, nil
}

// listPolicies is how each platform treats answers, a row for each rule.
func listPolicies(opened *steps.Opened) (*listing, error) {
	type rule struct {
		Platform string `json:"platform"`
		Rule     string `json:"rule"`
		Value    string `json:"value"`
		Unknown  bool   `json:"unknown"` // no source settles it: the value is a default of ours
	}
	l, found := &listing{head: []string{"PLATFORM", "RULE", "", "VALUE"}}, []rule{}
	for _, p := range opened.Platforms {
		setting := func(name string) string {
			for _, s := range p.Switches {
				if s.Name == name {
					return cmp.Or(opened.Settings[p.Name][name], s.Values[0])
				}
			}
			return ""
		}
		for _, r := range p.PolicyWith(setting).Table() {
			found = append(found, rule{p.Name, r.Name, r.Value, r.Unknown})
			l.rows = append(l.rows, []string{p.Name, r.Name, map[bool]string{true: "UNKNOWN/default"}[r.Unknown], r.Value})
		}
	}
	l.json = found
	return l, nil
}
