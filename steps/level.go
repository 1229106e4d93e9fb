package steps

import (
	"slices"

	"github.com/hookdrill/hookdrill/steps/report"
)

// levelOf is the level that the tags give a scenario: the nearest counts, so that a scenario can differ from its feature
// and an Examples table from its scenario. One without any is a must: whoever wrote it meant it.
func levelOf(tags []string) report.Level {
	for _, tag := range slices.Backward(tags) {
		if level := report.Level(tag[1:]); slices.Contains(report.Levels(), level) {
			return level
		}
	}
	return report.Must
}

// nearestLevel takes off the tags of levels that a nearer one has replaced, so that --tags @should finds what is.
func nearestLevel(tags []string) []string {
	level := levelOf(tags)
	return slices.DeleteFunc(tags, func(tag string) bool {
		other := report.Level(tag[1:])
		return other != level && slices.Contains(report.Levels(), other)
	})
}

// settle turns what a scenario did into what it means for the run: by its level, and by the list of known failures.
func (o RunOptions) settle(s report.Scenario) report.Scenario {
	if s.Level = levelOf(s.Tags); s.Demanded || s.Died {
		s.Level = report.Must
	}
	because, known := o.Known[s.ID()]
	switch {
	case known && s.Verdict == report.Fail:
		s.Verdict, s.Reason = report.KnownFailure, because
	case known && s.Verdict == report.Pass:
		s.Verdict, s.Reason = report.UnexpectedPass, because
	case s.Verdict == report.Fail:
		s.Tolerated = s.Level != report.Must && !o.Strict
	}
	return s
}
