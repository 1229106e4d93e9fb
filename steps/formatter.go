package steps

import (
	"io"
	"sync"

	"github.com/cucumber/godog"
	"github.com/cucumber/godog/formatters"
	messages "github.com/cucumber/messages/go/v21"
)

// formatterName is that of the formatter that prints nothing: reports are ours.
const formatterName = "hookdrill-silent"

// registerFormatter tells godog of it; its list of formatters is global, so it is told once.
var registerFormatter = sync.OnceFunc(func() {
	godog.Format(formatterName, "prints nothing", func(string, io.Writer) formatters.Formatter { return silent{} })
})

type silent struct{}

func (silent) TestRunStarted()                                                                     {}
func (silent) Feature(*messages.GherkinDocument, string, []byte)                                   {}
func (silent) Pickle(*messages.Pickle)                                                             {}
func (silent) Defined(*messages.Pickle, *messages.PickleStep, *formatters.StepDefinition)          {}
func (silent) Failed(*messages.Pickle, *messages.PickleStep, *formatters.StepDefinition, error)    {}
func (silent) Passed(*messages.Pickle, *messages.PickleStep, *formatters.StepDefinition)           {}
func (silent) Skipped(*messages.Pickle, *messages.PickleStep, *formatters.StepDefinition)          {}
func (silent) Undefined(*messages.Pickle, *messages.PickleStep, *formatters.StepDefinition)        {}
func (silent) Pending(*messages.Pickle, *messages.PickleStep, *formatters.StepDefinition)          {}
func (silent) Ambiguous(*messages.Pickle, *messages.PickleStep, *formatters.StepDefinition, error) {}
func (silent) Summary()                                                                            {}

var _ formatters.Formatter = silent{}
