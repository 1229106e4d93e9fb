package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Join makes one run of those of shards. Names are those of their streams, for the error of a scenario that is in two: then
// they are not shards of one run. Where a shard is missing, the run that comes of it is one that ended early, and says so.
func Join(names []string, parts []*Recorded) (*Recorded, error) {
	all := &Recorded{Run: parts[0].Run}
	all.Run.Broken = brokenBy(parts[0])
	seen := map[string]string{}
	ended := parts[0].Run.Started.Add(parts[0].Run.Took)
	for i, p := range parts {
		if p.Run.Selected != parts[0].Run.Selected {
			if p.Run.Shard != "" && parts[0].Run.Shard != "" {
				return nil, fmt.Errorf("%s and %s are not shards of one run: they were dealt from different scenarios", names[0], names[i])
			}
			all.Run.Selected = "" // they are several runs
		}
		if p.Run.Shard != "" && parts[0].Run.Shard != "" && p.Run.OfSample() != parts[0].Run.OfSample() {
			return nil, fmt.Errorf("%s and %s are not shards of one run: one was against %s, and the other against %s", names[0], names[i], parts[0].Run.Receiver, p.Run.Receiver)
		}
		for _, s := range p.Scenarios {
			if other, ok := seen[s.ID()]; ok {
				return nil, fmt.Errorf("%s is in %s and in %s: shards of one run have no scenario in common", s.ID(), other, names[i])
			}
			seen[s.ID()] = names[i]
		}
		all.Scenarios = append(all.Scenarios, p.Scenarios...)
		all.Total += p.Total
		all.Left += p.Left
		if i == 0 {
			continue
		}
		r := p.Run
		all.Run.Version, all.Run.Seed = both(all.Run.Version, r.Version), both(all.Run.Seed, r.Seed)
		all.Run.Receiver = both(all.Run.Receiver, r.Receiver)
		all.Run.Broken, all.Run.Rerun = both(all.Run.Broken, brokenBy(p)), both(all.Run.Rerun, r.Rerun)
		all.Run.Platforms, all.Run.Notices = union(all.Run.Platforms, r.Platforms), union(all.Run.Notices, r.Notices)
		all.Run.MinCoverage = max(all.Run.MinCoverage, r.MinCoverage)
		all.Run.Catalogues = withCatalogues(all.Run.Catalogues, r.Catalogues)
		if r.Started.Before(all.Run.Started) {
			all.Run.Started = r.Started
		}
		if end := r.Started.Add(r.Took); end.After(ended) {
			ended = end
		}
	}
	all.Run.Shard, all.Run.Loose = "", false
	if without := missing(parts); without != "" { // it may be joined with the others later
		all.Run.Broken, all.Run.Shard, all.Run.Loose = both(all.Run.Broken, without), shardsOf(parts), true
	}
	all.Run.Took = max(ended.Sub(all.Run.Started), time.Duration(0))
	InOrder(all.Scenarios)
	return all, nil
}

// MostShards are the parts that a run can be dealt out to: what is more is a slip, or a stream that was tampered with.
const MostShards = 10_000

// missing says which shards are not among the parts of a run, "" if none is missed. Two numbers of shards are two runs.
func missing(parts []*Recorded) string {
	there, number := map[int]bool{}, 0
	for _, shard := range strings.Fields(shardsOf(parts)) {
		var index, of int
		if n, err := fmt.Sscanf(shard, "%d/%d", &index, &of); n < 2 || err != nil || of > MostShards {
			continue // it is none
		}
		if number != 0 && of != number {
			return fmt.Sprintf("one part is of %d shards and another of %d", number, of)
		}
		there[index], number = true, of
	}
	var list []string
	for i := 1; i <= number; i++ {
		if !there[i] {
			list = append(list, fmt.Sprintf("%d/%d", i, number))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return "without the shard " + strings.Join(list, " and ")
}

// shardsOf are the shards that parts say they are, with blanks between. What was joined without some may say several.
func shardsOf(parts []*Recorded) string {
	var list []string
	for _, p := range parts {
		list = append(list, strings.Fields(p.Run.Shard)...)
	}
	return strings.Join(list, " ")
}

// brokenBy is why a part ended early, but for the shards that were not there when it was joined: they may be now.
func brokenBy(p *Recorded) string {
	without := missing([]*Recorded{p})
	list := slices.DeleteFunc(strings.Split(p.Run.Broken, "; "), func(why string) bool { return why == without })
	return strings.Join(list, "; ")
}

// both is what two runs say, once if they say the same.
func both(a, b string) string {
	switch {
	case b == "" || slices.Contains(strings.Split(a, "; "), b):
		return a
	case a == "":
		return b
	}
	return a + "; " + b
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

func withCatalogues(a, b []Catalogue) []Catalogue {
	for _, c := range b {
		if !slices.ContainsFunc(a, func(other Catalogue) bool { return other.Platform == c.Platform }) {
			a = append(a, c)
		}
	}
	return a
}
