package steps

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// The official parser, github.com/cucumber/tag-expressions/go, is refused by the module proxy that this project is built
// behind, and godog's own tag language is another one. So the language is read here; it is small, and its test holds it
// to the cases of the official specification.

// TagExpression is a Cucumber tag expression: tags with and, or, not and parentheses; not binds strongest, or weakest.
// A space, a parenthesis or a backslash of a tag is written with a backslash before it. The zero value is the empty
// expression, which every scenario matches.
type TagExpression struct{ root *tagNode }

// tagNode is a tag, or an operator over one (not) or two nodes.
type tagNode struct {
	operator    string // "" for a tag
	tag         string
	left, right *tagNode // not has left only
}

// tagToken is a word of an expression. Quoted words ("@a\ or") are never operators.
type tagToken struct {
	text   string
	at     int // the character that it begins at, from 1
	quoted bool
}

func (t tagToken) is(word string) bool { return t.text == word && !t.quoted }

// operator says whether the token is a word of the language, and so no tag.
func (t tagToken) operator() bool {
	return !t.quoted && slices.Contains([]string{"and", "or", "not", "(", ")"}, t.text)
}

type tagParser struct {
	expression string
	tokens     []tagToken
	next       int
}

// ParseTags reads a tag expression. The error names the character at which it goes wrong, and what to write there.
func ParseTags(expression string) (TagExpression, error) {
	p := &tagParser{expression: expression}
	if err := p.tokenize(); err != nil || len(p.tokens) == 0 {
		return TagExpression{}, err
	}
	root, err := p.binary("or")
	if err != nil {
		return TagExpression{}, err
	}
	if t, ok := p.peek(); ok && t.is(")") {
		return TagExpression{}, p.fail(t.at, `")" closes nothing`)
	} else if ok {
		return TagExpression{}, p.fail(t.at, `"and" or "or" must stand before %q`, t.text)
	}
	return TagExpression{root}, nil
}

// Matches says whether a scenario with these tags is meant.
func (x TagExpression) Matches(tags []string) bool { return x.root == nil || x.root.matches(tags) }

func (n *tagNode) matches(tags []string) bool {
	switch n.operator {
	case "not":
		return !n.left.matches(tags)
	case "and":
		return n.left.matches(tags) && n.right.matches(tags)
	case "or":
		return n.left.matches(tags) || n.right.matches(tags)
	}
	return slices.Contains(tags, n.tag)
}

// Tags are the tags that the expression names, in its order, each once.
func (x TagExpression) Tags() []string { return x.root.names(nil) }

func (n *tagNode) names(list []string) []string {
	switch {
	case n == nil:
		return list
	case n.operator != "":
		return n.right.names(n.left.names(list))
	case slices.Contains(list, n.tag):
		return list
	}
	return append(list, n.tag)
}

// String is the expression with every parenthesis written out. Parsing it gives the same expression.
func (x TagExpression) String() string {
	if x.root == nil {
		return ""
	}
	return x.root.String()
}

func (n *tagNode) String() string {
	switch n.operator {
	case "not":
		if n.left.operator == "and" || n.left.operator == "or" {
			return "not " + n.left.String() // it brings its parentheses
		}
		return "not ( " + n.left.String() + " )"
	case "and", "or":
		return "( " + n.left.String() + " " + n.operator + " " + n.right.String() + " )"
	}
	var b strings.Builder
	for _, r := range n.tag {
		if escapable(r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func escapable(r rune) bool { return r == '(' || r == ')' || r == '\\' || unicode.IsSpace(r) }

func (p *tagParser) fail(at int, format string, args ...any) error {
	return fmt.Errorf("tag expression %q, character %d: %s", p.expression, at, fmt.Sprintf(format, args...))
}

func (p *tagParser) tokenize() error {
	var word tagToken
	var text strings.Builder
	end := func() {
		if text.Len() > 0 {
			word.text = text.String()
			p.tokens = append(p.tokens, word)
		}
		text.Reset()
		word = tagToken{}
	}
	add := func(r rune, at int) {
		if text.Len() == 0 {
			word.at = at
		}
		text.WriteRune(r)
	}
	// Invalid UTF-8 becomes U+FFFD here, once, so that what is parsed can be written and parsed again.
	runes := []rune(p.expression)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case r == '\\':
			if i+1 == len(runes) || !escapable(runes[i+1]) {
				return p.fail(i+1, `a backslash stands only before a space, "(", ")" or another backslash`)
			}
			add(runes[i+1], i+1)
			word.quoted = true
			i++
		case r == '(' || r == ')':
			end()
			p.tokens = append(p.tokens, tagToken{text: string(r), at: i + 1})
		case unicode.IsSpace(r):
			end()
		default:
			add(r, i+1)
		}
	}
	end()
	for _, t := range p.tokens {
		if hint := t.foreign(); hint != "" {
			return p.fail(t.at, "%s", hint)
		}
	}
	return nil
}

// foreign says what to write in the place of what other tag languages have: godog's, Cucumber's before version 2.
func (t tagToken) foreign() string {
	lower := strings.ToLower(t.text)
	switch {
	case t.quoted || t.operator():
		return ""
	case strings.HasPrefix(t.text, ",") || strings.Contains(t.text, ",@"):
		return `a comma does not combine tags; write "or", or "and"`
	case t.text == "&&" || t.text == "&":
		return `write "and"`
	case t.text == "||" || t.text == "|":
		return `write "or"`
	case strings.HasPrefix(t.text, "~") || strings.HasPrefix(t.text, "!"):
		return fmt.Sprintf(`write "not %s"`, strings.TrimLeft(t.text, "~!"))
	case lower == "and" || lower == "or" || lower == "not":
		return fmt.Sprintf("operators are written small: %q", lower)
	}
	return ""
}

func (p *tagParser) peek() (tagToken, bool) {
	if p.next == len(p.tokens) {
		return tagToken{}, false
	}
	return p.tokens[p.next], true
}

// binary reads operands joined by one operator, from the left: the operands of or are chains of and.
func (p *tagParser) binary(operator string) (*tagNode, error) {
	operand := p.unary
	if operator == "or" {
		operand = func() (*tagNode, error) { return p.binary("and") }
	}
	left, err := operand()
	for err == nil {
		t, ok := p.peek()
		if !ok || !t.is(operator) {
			break
		}
		p.next++
		var right *tagNode
		right, err = operand()
		left = &tagNode{operator: operator, left: left, right: right}
	}
	return left, err
}

func (p *tagParser) unary() (*tagNode, error) {
	t, ok := p.peek()
	switch {
	case !ok:
		return nil, p.fail(len([]rune(p.expression))+1, `the expression ends where a tag, "not" or "(" must stand`)
	case t.is("and"), t.is("or"), t.is(")"):
		return nil, p.fail(t.at, `a tag, "not" or "(" must stand before %q`, t.text)
	}
	p.next++
	switch {
	case t.is("not"):
		operand, err := p.unary()
		return &tagNode{operator: "not", left: operand}, err
	case t.is("("):
		inner, err := p.binary("or")
		if err != nil {
			return nil, err
		}
		end, ok := p.peek()
		if !ok {
			return nil, p.fail(t.at, `"(" is never closed`)
		}
		if !end.is(")") {
			return nil, p.fail(end.at, `"and", "or" or ")" must stand before %q`, end.text)
		}
		p.next++
		return inner, nil
	}
	return &tagNode{tag: t.text}, nil
}
