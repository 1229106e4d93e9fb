package main

import (
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/steps"
)

// colored says whether a stream gets colours: as the flag says; not where NO_COLOR is set; where FORCE_COLOR or
// CLICOLOR_FORCE is; else on a terminal that is not dumb.
func (p *program) colored(flag string, stream io.Writer) (bool, error) {
	switch flag {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto":
	default:
		return false, fmt.Errorf("--color is auto, always or never, and not %q%s", flag, fixtures.Hint(flag, []string{"auto", "always", "never"}))
	}
	on := func(name string) bool {
		value := p.env(name)
		return value != "" && value != "0" && value != "false"
	}
	switch {
	case p.env("NO_COLOR") != "":
		return false, nil
	case on("FORCE_COLOR"), on("CLICOLOR_FORCE"):
		return true, nil
	}
	return p.env("TERM") != "dumb" && p.env("CLICOLOR") != "0" && isTerminal(stream), nil
}

// isTerminal says whether somebody looks at a stream.
func isTerminal(stream io.Writer) bool {
	file, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && file.Name() != os.DevNull
}

// inCI says whether a machine watches: then output is short and does not rely on a terminal.
func (p *program) inCI() bool { return steps.InCI(p.lookup) }

// width is that of the terminal as far as the environment says it, 0 where it does not.
func (p *program) width() int {
	n, err := strconv.Atoi(p.env("COLUMNS"))
	if err != nil {
		return 0
	}
	return n
}
