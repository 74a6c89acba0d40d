package text

import (
	"strings"
	"unicode/utf8"

	"github.com/qdrant-edge-go/edge/core/internal/text/ucd"
)

// The code tokenizer: an identifier is a run of alphanumeric characters and underscores. It is cut at underscores, before an upper-case
// letter after a lower-case one or a digit, and before the last upper-case letter of a run that a lower-case letter follows (but not a
// plural s). A run that begins with a digit is a number and stays whole, without its underscores. Documents get, after all subwords, each
// camel-case run and each snake-case identifier in one piece, if tokens are lower-cased.
type charClass uint8

const (
	underscore charClass = iota
	upperChar
	lowerChar // and letters without case
	digitChar
)

type char struct {
	at    int
	r     rune
	class charClass
}

// code yields the subwords of all identifiers and after them the joined identifiers.
func (p *process) code(text string, yield func(token string, detached bool)) {
	var joined []string
	join := func(token string) {
		if token, ok := p.steps(token, true); ok {
			joined = append(joined, token)
		}
	}
	if !p.lower {
		join = nil
	}
	p.yield = func(token string) { yield(token, false) }
	p.identifiers(text, func(word string) {
		p.cut(word, join)
		if join != nil && snake(word) {
			join(strings.ReplaceAll(word, "_", ""))
		}
	})
	for _, token := range joined {
		yield(token, true)
	}
}

func (p *process) subwords(text string) {
	p.identifiers(text, func(word string) { p.cut(word, nil) })
}

// snake reports whether an identifier has more than one part between underscores and is no number.
func snake(word string) bool {
	parts := 0
	for part := range strings.SplitSeq(word, "_") {
		if part != "" {
			parts++
		}
	}
	return parts > 1 && !digit(word[0])
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

func (p *process) identifiers(text string, do func(string)) {
	for i := 0; i < len(text); {
		start := i
		for i < len(text) {
			size := wordChar(text[i:])
			if size == 0 && text[i] == '_' {
				size = 1
			}
			if size == 0 {
				break
			}
			i += size
		}
		if i > start {
			do(text[start:i])
			continue
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		i += size
	}
}

// cut runs the steps on the subwords of an identifier and calls join, if not nil, with each camel-case run.
func (p *process) cut(word string, join func(string)) {
	if digit(word[0]) {
		p.token(strings.ReplaceAll(word, "_", ""))
		return
	}
	var few [64]char
	chars := few[:0]
	for i, r := range word {
		chars = append(chars, char{i, r, classOf(r)})
	}
	chars = append(chars, char{len(word), 0, underscore})
	start, run, camel := 0, 0, false
	before := underscore
	for i, c := range chars {
		switch {
		case c.class == underscore && before == underscore:
		case c.class == underscore:
			p.token(word[start:c.at])
			if camel && join != nil {
				join(word[run:c.at])
			}
		case before == underscore:
			start, run, camel = c.at, c.at, false
		case caseChange(chars, i):
			p.token(word[start:c.at])
			start, camel = c.at, true
		}
		before = c.class
	}
}

// caseChange reports whether a subword begins at the character i, before which stands another of the same run.
func caseChange(chars []char, i int) bool {
	if chars[i].class != upperChar {
		return false
	}
	if chars[i-1].class != upperChar {
		return true
	}
	if chars[i+1].class != lowerChar {
		return false
	}
	plural := chars[i+1].r == 's' && chars[i+2].class != lowerChar
	return !plural
}

func classOf(r rune) charClass {
	switch {
	case r == '_':
		return underscore
	case ucd.Upper(r):
		return upperChar
	case ucd.Numeric(r):
		return digitChar
	}
	return lowerChar
}
