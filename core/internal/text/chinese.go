package text

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/qdrant-edge-go/edge/core/internal/text/dict"
)

// Chinese text is cut in two steps. First the most likely sequence of dictionary words: each word counts the logarithm of its frequency, a
// character in no word counts as seen once. Then each word of more than two characters is cut into the words of two, else three,
// characters that it begins with, else one character.
func chinese(piece string, do func(string)) {
	d := dict.Chinese()
	for len(piece) > 0 {
		n := strings.IndexFunc(piece, func(r rune) bool { return !jiebaChar(r) })
		switch {
		case n < 0:
			n = len(piece)
		case n == 0:
			n = charSize(piece)
			if strings.HasPrefix(piece, "\r\n") {
				n = 2
			}
			do(piece[:n])
			piece = piece[n:]
			continue
		}
		cutLikely(d, piece[:n], func(word string) { cutShort(d, word, do) })
		piece = piece[n:]
	}
}

// jiebaChar reports the characters of a run that is cut with the dictionary.
func jiebaChar(r rune) bool {
	if r < utf8.RuneSelf {
		return asciiWordChar(r) || strings.ContainsRune("+#&._%-", r)
	}
	switch {
	case 0x3400 <= r && r <= 0x4dbf, 0x4e00 <= r && r <= 0x9fff, 0xf900 <= r && r <= 0xfaff, 0x20000 <= r && r <= 0x2a6df,
		0x2a700 <= r && r <= 0x2ebef, 0x2f800 <= r && r <= 0x2fa1f:
		return true
	}
	return false
}

func asciiWordChar(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// step is the best way on from a byte of the run: the weight of all words to the end, and where the first of them ends.
type step struct {
	weight float64
	end    int
}

func cutLikely(d *dict.Dict, run string, do func(string)) {
	route := likely(d, run)
	letters := -1 // start of the single ASCII letters and digits that make one word together
	for at := 0; at < len(run); {
		end := route[at].end
		if end == at+1 && asciiWordChar(rune(run[at])) {
			if letters < 0 {
				letters = at
			}
			at = end
			continue
		}
		if letters >= 0 {
			do(run[letters:at])
			letters = -1
		}
		do(run[at:end])
		at = end
	}
	if letters >= 0 {
		do(run[letters:])
	}
}

func likely(d *dict.Dict, run string) []step {
	route := make([]step, len(run)+1)
	for at := len(run); at > 0; {
		_, size := utf8.DecodeLastRuneInString(run[:at])
		next := at
		at -= size
		best := step{math.Inf(-1), 0}
		d.Prefixes(run[at:], func(end, word int) {
			end += at
			weight := d.Log(word) - d.LogTotal + route[end].weight
			if best.end == 0 || weight > best.weight || weight == best.weight && end > best.end {
				best = step{weight, end}
			}
		})
		if best.end == 0 {
			best = step{-d.LogTotal + route[next].weight, next}
		}
		route[at] = best
	}
	return route
}

func cutShort(d *dict.Dict, word string, do func(string)) {
	if utf8.RuneCountInString(word) <= 2 || strings.IndexFunc(word, func(r rune) bool { return !asciiWordChar(r) }) < 0 {
		do(word)
		return
	}
	for word != "" {
		one := charSize(word)
		n := one
		if two := one + sizeAt(word, one); two > one {
			three := two + sizeAt(word, two)
			switch {
			case d.Has(word[:two]):
				n = two
			case three > two && d.Has(word[:three]):
				n = three
			}
		}
		do(word[:n])
		word = word[n:]
	}
}

// sizeAt is the size of the character at a byte of s, zero at its end.
func sizeAt(s string, at int) int {
	if at == len(s) {
		return 0
	}
	return charSize(s[at:])
}
