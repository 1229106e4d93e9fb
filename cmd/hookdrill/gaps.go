package main

import "github.com/hookdrill/hookdrill/steps/report"

// gaps says on stderr what receivers have asked for and hookdrill does not have, each once.
type gaps struct {
	tell func(format string, args ...any)
	told map[string]bool
}

func (g *gaps) scenario(s report.Scenario) {
	for _, e := range s.Entries {
		if missing := e.Missing(); missing != "" && !g.told[missing] {
			g.told[missing] = true
			g.tell("%s: %s %s: %s", s.Platform, e.Request.Method, e.Request.Path(), missing)
		}
	}
}
