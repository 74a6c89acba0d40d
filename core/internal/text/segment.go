package text

import (
	"unicode/utf8"

	"github.com/qdrant-edge-go/edge/core/internal/text/lang"
	"github.com/qdrant-edge-go/edge/core/internal/text/norm"
	"github.com/qdrant-edge-go/edge/core/internal/text/ucd"
)

// group is a run of text in one script, with what is known of its language.
type group struct {
	script   lang.Script
	language lang.Language
}

// groups cuts text where a character of one script follows one of another; characters without a script belong to what stands before them,
// or after them at the beginning.
func groups(text string, do func(string)) {
	start := 0
	current := lang.Other
	for i, r := range text {
		s := groupScript(r)
		if s == lang.Other || s == current {
			continue
		}
		if current != lang.Other {
			do(text[start:i])
			start = i
		}
		current = s
	}
	if start < len(text) {
		do(text[start:])
	}
}

// groupScript is the script of a character for the cutting into groups: the three of Chinese and Japanese are one, and Armenian is none.
func groupScript(r rune) lang.Script {
	switch s := lang.Of(r); s {
	case lang.Hiragana, lang.Katakana:
		return lang.Mandarin
	case lang.Armenian:
		return lang.Other
	default:
		return s
	}
}

// describe finds the script of a group, and its language where segmentation or normalisation depend on it.
func describe(text string) group {
	counts := lang.Count(text)
	g := group{script: counts.Main()}
	switch g.script {
	case lang.Hiragana, lang.Katakana, lang.Mandarin:
		g.language = counts.East()
		g.script = lang.Mandarin
	case lang.Arabic:
		g.language = lang.InArabic(string(ucd.AppendLower(nil, text)))
	}
	return g
}

// pieces cuts a group at the separators, which are pieces themselves; pieces of digits and ASCII punctuation are not cut further.
func pieces(text string, do func(piece string, further bool)) {
	start := 0
	for i := 0; i < len(text); {
		size := norm.Separator(text[i:])
		if size == 0 {
			i += charSize(text[i:])
			continue
		}
		if start < i {
			do(text[start:i], !numeric(text[start:i]))
		}
		do(text[i:i+size], false)
		i += size
		start = i
	}
	if start < len(text) {
		do(text[start:], !numeric(text[start:]))
	}
}

func numeric(s string) bool {
	for _, r := range s {
		if !ucd.Numeric(r) && !asciiPunct(r) {
			return false
		}
	}
	return true
}

func asciiPunct(r rune) bool {
	return '!' <= r && r <= '/' || ':' <= r && r <= '@' || '[' <= r && r <= '`' || '{' <= r && r <= '~'
}

// segment cuts a piece into words by the rules of its script and language.
func (g group) segment(piece string, do func(string)) {
	switch {
	case g.script == lang.Arabic && (g.language == lang.ArabicLanguage || g.language == lang.Persian):
		arabicArticle(piece, do)
	case g.script == lang.Mandarin && g.language == lang.Chinese:
		chinese(piece, do)
	case g.script == lang.Thai:
		thai(piece, do)
	default:
		do(piece)
	}
}

// arabicArticle cuts the article off the front of a word.
func arabicArticle(word string, do func(string)) {
	const size = len("ال")
	if len(word) > size {
		switch word[:size] {
		case "ال", "أل", "إل", "آل", "ٱل":
			do(word[:size])
			do(word[size:])
			return
		}
	}
	do(word)
}

// letterless reports whether nothing in s is alphabetic.
func letterless(s string) bool {
	for _, r := range s {
		if r < utf8.RuneSelf {
			if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
				return false
			}
			continue
		}
		if ucd.Alphabetic(r) {
			return false
		}
	}
	return true
}
