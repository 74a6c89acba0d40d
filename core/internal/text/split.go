package text

import (
	"unicode/utf8"

	"github.com/qdrant-edge-go/edge/core/internal/text/ucd"
)

// Classes of the ASCII bytes.
const (
	asciiWord = 1 << iota
	asciiSpace
)

var asciiClass = func() (t [utf8.RuneSelf]uint8) {
	for r := range rune(utf8.RuneSelf) {
		if ucd.Alphanumeric(r) {
			t[r] |= asciiWord
		}
		if ucd.Space(r) {
			t[r] |= asciiSpace
		}
	}
	return t
}()

// plain cuts text with the tokenizers that treat documents and queries alike.
func (p *process) plain(text string) {
	switch p.tokenizer {
	case Whitespace:
		p.fields(text)
	case Multilingual:
		p.multilingual(text)
	default:
		p.words(text, p.token)
	}
}

// words calls do with each run of alphanumeric characters.
func (p *process) words(text string, do func(string)) {
	for i := 0; i < len(text); {
		start := i
		for i < len(text) {
			size := wordChar(text[i:])
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

// wordChar is the size of the alphanumeric character that s begins with, or zero.
func wordChar(s string) int {
	if s[0] < utf8.RuneSelf {
		return int(asciiClass[s[0]] & asciiWord)
	}
	r, size := utf8.DecodeRuneInString(s)
	if ucd.Alphanumeric(r) {
		return size
	}
	return 0
}

// fields runs the steps on each run of characters other than white space.
func (p *process) fields(text string) {
	for i := 0; i < len(text); {
		start := i
		for i < len(text) {
			size, space := spaceChar(text[i:])
			if space {
				break
			}
			i += size
		}
		if i > start {
			p.token(text[start:i])
			continue
		}
		size, _ := spaceChar(text[i:])
		i += size
	}
}

func spaceChar(s string) (size int, space bool) {
	if s[0] < utf8.RuneSelf {
		return 1, asciiClass[s[0]]&asciiSpace != 0
	}
	r, size := utf8.DecodeRuneInString(s)
	return size, ucd.Space(r)
}

// prefixes yields the prefixes of a word from the shortest to the longest length, or the word where it is shorter.
func (p *process) prefixes(word string) {
	word, ok := p.steps(word, false)
	if !ok {
		return
	}
	end, n := 0, 0
	for n < p.minGram && end < len(word) {
		end += charSize(word[end:])
		n++
	}
	for ; n <= p.max; n++ {
		if end == len(word) {
			p.yield(word)
			return
		}
		p.yield(word[:end])
		end += charSize(word[end:])
	}
}

// longestPrefix yields the longest prefix of a query's word that documents have. Stop words stay: "the" is a prefix of "theory".
func (p *process) longestPrefix(word string) {
	if p.fold {
		word = p.folded(word)
	}
	if p.lower {
		word = p.lowered(word)
	}
	if p.stemmer != nil {
		word = p.stemmer.Stem(word)
	}
	if !p.fits(word, false) {
		return
	}
	end := 0
	for n := 0; n < p.max && end < len(word); n++ {
		end += charSize(word[end:])
	}
	p.yield(word[:end])
}

func charSize(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	_, size := utf8.DecodeRuneInString(s)
	return size
}
