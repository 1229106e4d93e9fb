package config

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// What a file may hold. The YAML library takes memory by the square of some of it (434 MiB for 16 KiB of [), and time by that of
// blank lines in a row and of some long lines (a minute for 100 KiB): a file is refused before it is parsed, or even taken apart
// into tokens, since run reads the one of the folder that it is called in.
const (
	maxSize    = 128 << 10
	maxLine    = 4 << 10
	maxBlank   = 50 // lines in a row
	maxDepth   = 16
	maxKeys    = 4000
	maxAliases = 100
)

// readFile reads a file, but not more of it than is ever taken.
func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return io.ReadAll(io.LimitReader(file, maxSize+1))
}

// bounded takes a text apart into the tokens of YAML, and refuses one that would take more than it is worth.
func bounded(text []byte) (token.Tokens, error) {
	if len(text) > maxSize {
		return nil, fmt.Errorf("it is longer than %d KiB: this is not a configuration", maxSize>>10)
	}
	if err := boundedLines(text); err != nil {
		return nil, err
	}
	tokens := lexer.Tokenize(string(text))
	keys, aliases, flow := 0, 0, 0
	var columns []int // of the blocks that are open: each begins right of the one that it is in
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow = max(flow-1, 0)
		case token.MappingValueType:
			keys++
			if flow == 0 {
				columns = opened(columns, begins(t))
			}
		case token.SequenceEntryType, token.MappingKeyType:
			if flow == 0 {
				columns = opened(columns, t.Position.Column)
			}
		case token.AliasType:
			aliases++
		}
		switch {
		case flow+len(columns) > maxDepth:
			return nil, &tooMuch{t, fmt.Sprintf("it is nested deeper than %d", maxDepth)}
		case keys > maxKeys:
			return nil, &tooMuch{t, fmt.Sprintf("it has more than %d keys", maxKeys)}
		case aliases > maxAliases:
			return nil, &tooMuch{t, fmt.Sprintf("it has more than %d aliases", maxAliases)}
		}
	}
	return tokens, nil
}

// boundedLines refuses lines that are too long, and too many blank ones. A carriage return ends a line too.
func boundedLines(text []byte) error {
	number, blank := 1, 0
	for rest, more := text, true; more; number++ {
		end := bytes.IndexAny(rest, "\r\n")
		line := rest
		if more = end >= 0; more {
			line, rest = rest[:end], rest[end+1:]
			if text[len(text)-len(rest)-1] == '\r' {
				rest = bytes.TrimPrefix(rest, []byte("\n"))
			}
		}
		blank++
		if len(bytes.TrimLeft(line, " \t")) > 0 {
			blank = 0
		}
		at := &token.Token{Position: &token.Position{Line: number, Column: 1}}
		switch {
		case len(line) > maxLine:
			return &tooMuch{at, fmt.Sprintf("the line is longer than %d KiB", maxLine>>10)}
		case blank > maxBlank:
			return &tooMuch{at, fmt.Sprintf("there are more than %d blank lines in a row", maxBlank)}
		}
	}
	return nil
}

// tooMuch is the error of a file that holds more than any configuration does.
type tooMuch struct {
	at  *token.Token
	why string
}

func (e *tooMuch) Error() string { return e.why }

// begins is the column of the key in front of a colon.
func begins(colon *token.Token) int {
	if colon.Prev != nil && colon.Prev.Position.Line == colon.Position.Line {
		return colon.Prev.Position.Column
	}
	return colon.Position.Column
}

// opened closes the blocks that do not reach to the right of a column, and opens one there.
func opened(columns []int, at int) []int {
	for len(columns) > 0 && columns[len(columns)-1] >= at {
		columns = columns[:len(columns)-1]
	}
	return append(columns, at)
}
