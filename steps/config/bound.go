package config

import (
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// What a file may hold. The YAML library takes memory by the square of some of it (434 MiB for 16 KiB of [): a file is refused
// before it is parsed, since run reads the one of the folder that it is called in.
const (
	maxSize    = 128 << 10
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
