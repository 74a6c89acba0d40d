package text

import (
	"strings"
	"unicode/utf8"

	"github.com/qdrant-edge-go/edge/core/internal/text/lang"
	"github.com/qdrant-edge-go/edge/core/internal/text/norm"
	"github.com/qdrant-edge-go/edge/core/internal/text/ucd"
)

// normalize does to a word what its script and language ask for, in this order: compatibility decomposition, removal of control
// characters, Persian letters, lower case, quotation marks, œ and æ, ideograph variants, the Greek final sigma, Arabic letters, marks.
func (p *process) normalize(word string, g group) string {
	if ascii(word) {
		return p.normalizeASCII(word, g)
	}
	p.room(4 * len(word))
	start := len(p.block)
	for _, r := range word {
		p.block = norm.AppendDecomposed(p.block, r)
	}
	decomposed := string(p.block[start:])
	p.block = p.block[:start]
	upper := cased(g.script) && strings.ContainsFunc(decomposed, ucd.Upper)
	for _, r := range decomposed {
		p.block = g.append(p.block, r, upper)
	}
	if g.script == lang.Greek && strings.HasSuffix(strings.TrimRightFunc(decomposed, dropped), "ς") {
		p.block = append(p.block[:len(p.block)-len("ς")], "σ"...)
	}
	return p.keep(start, word)
}

func (p *process) normalizeASCII(word string, g group) string {
	change := false
	for i := 0; i < len(word); i++ {
		c := word[i]
		change = change || dropped(rune(c)) || cased(g.script) && 'A' <= c && c <= 'Z'
	}
	if !change {
		return word
	}
	p.room(len(word))
	start := len(p.block)
	for _, r := range word {
		p.block = g.append(p.block, r, cased(g.script))
	}
	return p.keep(start, word)
}

// cased reports the scripts whose words are lower-cased.
func cased(s lang.Script) bool {
	switch s {
	case lang.Latin, lang.Cyrillic, lang.Greek, lang.Georgian, lang.Armenian:
		return true
	}
	return false
}

// dropped reports the control characters that are no white space.
func dropped(r rune) bool { return ucd.Control(r) && !ucd.Space(r) }

// append appends what becomes of one decomposed character.
func (g group) append(dst []byte, r rune, lower bool) []byte {
	if dropped(r) {
		return dst
	}
	if lower {
		if r == 'İ' {
			return g.append(append(dst, 'i'), '\u0307', false)
		}
		r = ucd.ToLower(r)
	}
	switch g.script {
	case lang.Latin:
		switch r {
		case '’', '‘', '‛':
			r = '\''
		case 'œ', 'Œ':
			return append(dst, "oe"...)
		case 'æ', 'Æ':
			return append(dst, "ae"...)
		}
	case lang.Mandarin:
		if g.language != lang.Japanese {
			r = norm.Variant(r)
		}
		return utf8.AppendRune(dst, r)
	case lang.Arabic:
		return g.appendArabic(dst, r)
	}
	if marked(g.script) && norm.Mark(r) {
		return dst
	}
	return utf8.AppendRune(dst, r)
}

// marked reports the scripts whose words lose their nonspacing marks.
func marked(s lang.Script) bool {
	switch s {
	case lang.Hebrew, lang.Thai, lang.Arabic, lang.Latin, lang.Greek:
		return true
	}
	return false
}

func (g group) appendArabic(dst []byte, r rune) []byte {
	if g.language == lang.Persian {
		if r == '\ufdfc' {
			return append(dst, "RIAL"...)
		}
		r = persian(r)
	}
	switch r {
	case 'ـ', '\u200c':
		if r == 'ـ' || g.language == lang.Persian {
			return dst
		}
	case 'أ', 'إ', 'آ', 'ٱ':
		r = 'ا'
	case 'ى':
		r = 'ي'
	case 'ة':
		r = 'ه'
	}
	if norm.Mark(r) {
		return dst
	}
	return utf8.AppendRune(dst, r)
}

func persian(r rune) rune {
	switch {
	case r == 'ي' || r == 'ى' || r == 'ۀ':
		return 'ی'
	case r == 'ك':
		return 'ک'
	case '۰' <= r && r <= '۹':
		return '0' + r - '۰'
	case r == '،':
		return ','
	case r == '؟':
		return '?'
	}
	return r
}
