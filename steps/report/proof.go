package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Fate is what became of a receiver that was made bad on purpose.
type Fate string

// The fates.
const (
	Killed        Fate = "killed"         // a scenario that passed before has failed
	Survived      Fate = "survived"       // none has: the suite would not notice
	NotApplicable Fate = "not applicable" // this receiver, or this platform, cannot be bad in that way
)

// Proof is what became of one of them.
type Proof struct {
	Name   string   `json:"name"`
	Kind   string   `json:"kind"` // "saboteur": outside of the receiver; "bug": in the sample receiver's source
	Doc    string   `json:"doc"`
	Fate   Fate     `json:"fate"`
	By     string   `json:"by,omitempty"` // the scenario that has killed it: "features/a.feature:7"
	ByName string   `json:"by_name,omitempty"`
	Reason string   `json:"reason,omitempty"` // why it is not applicable
	Would  []string `json:"would,omitempty"`  // built-in scenarios that would have caught it, by file and name
	Ran    int      `json:"ran"`              // how many scenarios were run against it
}

// Proofs are those of a suite.
type Proofs struct {
	Receiver string  `json:"receiver"`
	Suite    int     `json:"suite"`   // how many scenarios pass without any saboteur
	Failing  int     `json:"failing"` // how many fail without one, and so prove nothing
	NotRun   int     `json:"not_run"` // how many cannot be run with this receiver
	Killed   int     `json:"killed"`
	Survived int     `json:"survived"`
	Score    float64 `json:"score"` // percent of those that are applicable
	Proofs   []Proof `json:"proofs"`
}

// Add files one more.
func (p *Proofs) Add(one Proof) {
	p.Proofs = append(p.Proofs, one)
	switch one.Fate {
	case Killed:
		p.Killed++
	case Survived:
		p.Survived++
	}
	if all := p.Killed + p.Survived; all > 0 {
		p.Score = 100 * float64(p.Killed) / float64(all)
	}
}

// Summary is the score in a line.
func (p *Proofs) Summary() string {
	return fmt.Sprintf("%d killed, %d survived, %d not applicable: %.0f %%", p.Killed, p.Survived, len(p.Proofs)-p.Killed-p.Survived, p.Score)
}

// PrintProofs writes them for people: what survived last, as that is what there is to do.
func PrintProofs(p *Proofs, o Options) error {
	var b strings.Builder
	o.proofs(&b, p, Killed)
	for _, reason := range p.reasons() {
		var names []string
		for _, one := range p.Proofs {
			if one.Reason == reason {
				names = append(names, one.Name)
			}
		}
		fmt.Fprintf(&b, "  – not applicable, as %s: %s\n", reason, strings.Join(names, ", "))
	}
	o.proofs(&b, p, Survived)
	fmt.Fprintf(&b, "\n%s; %s\n", plural(p.Suite, "scenario"), p.Summary())
	if p.Failing > 0 {
		fmt.Fprintf(&b, "left out, as they fail without a saboteur: %s\n", plural(p.Failing, "scenario"))
	}
	if p.NotRun > 0 {
		fmt.Fprintf(&b, "left out, as they cannot be run with this receiver: %s (hookdrill run says why)\n", plural(p.NotRun, "scenario"))
	}
	_, err := io.WriteString(o.Out, b.String())
	return err
}

// reasons why some are not applicable, in their order.
func (p *Proofs) reasons() (list []string) {
	for _, one := range p.Proofs {
		if one.Reason != "" && !slices.Contains(list, one.Reason) {
			list = append(list, one.Reason)
		}
	}
	return list
}

func (o Options) proofs(b *strings.Builder, p *Proofs, fate Fate) {
	for _, one := range p.Proofs {
		if one.Fate == fate {
			o.proof(b, one)
		}
	}
}

func (o Options) proof(b *strings.Builder, one Proof) {
	if one.Fate == Killed {
		fmt.Fprintf(b, "%s%s %s: killed by %s (%s)\n", o.paint(green, "  ✓ "), one.Kind, one.Name, o.line(one.By), o.line(one.ByName))
		return
	}
	against := plural(one.Ran, "scenario") + ", and none has noticed"
	if one.Ran == 0 {
		against = "no scenario meets it"
	}
	fmt.Fprintf(b, "%s%s %s survived (%s): it %s\n", o.paint(red, "  ✗ "), one.Kind, one.Name, against, one.Doc)
	for _, would := range one.Would {
		fmt.Fprintf(b, "      would be caught by features/%s\n", would)
	}
}
