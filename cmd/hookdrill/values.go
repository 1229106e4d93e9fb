package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// once is the value of a flag that takes one: given again with another, one of the two is not what was meant.
type once struct {
	pflag.Value
	given bool
}

// errTwice is the error of a flag that takes one value and is given two. It repeats neither, as they may be secrets.
var errTwice = errors.New("is given twice, with different values; give it once")

func (o *once) Set(text string) error {
	before := o.String()
	if err := o.Value.Set(text); err != nil {
		return err
	}
	if o.given && o.String() != before {
		return errTwice
	}
	o.given = true
	return nil
}

// takeOnce has the flags of a command that take one value refuse two.
func takeOnce(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if _, several := f.Value.(pflag.SliceValue); several {
			return
		}
		if f.DefValue == "0s" {
			f.DefValue = "0" // what help leaves out of any value: it knows that of pflag's own by their types
		}
		f.Value = &once{Value: f.Value}
	})
}

// percent is the value of a flag: 0 to 100, and a number.
type percent float64

func (p *percent) String() string { return strconv.FormatFloat(float64(*p), 'g', -1, 64) }

func (p *percent) Type() string { return "percent" }

func (p *percent) Set(text string) error {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || !(number >= 0 && number <= 100) { // what is not a number is neither
		return errors.New("give a percentage, 0 to 100")
	}
	*p = percent(number)
	return nil
}

// number is the value of a flag: a whole number within bounds.
type number struct {
	to          *int
	least, most int
	what        string
}

// numberVar defines a flag whose value is from least to most. What says in an error what it counts.
func numberVar(f *pflag.FlagSet, to *int, name string, value, least, most int, what, usage string) {
	*to = value
	f.Var(&number{to, least, most, what}, name, usage)
}

func (n *number) String() string { return strconv.Itoa(*n.to) }

func (n *number) Type() string { return "int" }

func (n *number) Set(text string) error {
	value, err := strconv.Atoi(text)
	if err != nil || value < n.least || value > n.most {
		return fmt.Errorf("give %s, %d to %d", n.what, n.least, n.most)
	}
	*n.to = value
	return nil
}
