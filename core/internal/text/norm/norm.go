// Package norm has the tables that normalise the characters of tokens as charabia does: compatibility decompositions (Unicode 17), marks
// that are left out, ideographs that stand for another, and the characters that separate words.
//
// They are one compressed file, unpacked at first use; gen writes it. Records are separated by the byte 1e and begin with their kind:
// d character, decomposition; v ideograph, ideograph; m all marks; s separator.
package norm

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed tables.gz
var packed []byte

// maxUnpacked bounds the unpacked tables; they have about 250 kB.
const maxUnpacked = 4 << 20

type tables struct {
	decompositions map[rune]string
	variants       map[rune]rune
	marks          map[rune]struct{}
	separators     map[rune]struct{}
}

var load = sync.OnceValue(func() *tables {
	t := &tables{map[rune]string{}, map[rune]rune{}, map[rune]struct{}{}, map[rune]struct{}{}}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return t
	}
	data, err := io.ReadAll(io.LimitReader(r, maxUnpacked))
	if err != nil {
		return t
	}
	for record := range strings.SplitSeq(string(data), "\x1e") {
		if record != "" {
			t.add(record[0], record[1:])
		}
	}
	return t
})

func (t *tables) add(kind byte, rest string) {
	first, size := utf8.DecodeRuneInString(rest)
	switch kind {
	case 'd':
		t.decompositions[first] = rest[size:]
	case 'v':
		t.variants[first], _ = utf8.DecodeRuneInString(rest[size:])
	case 'm':
		for _, r := range rest {
			t.marks[r] = struct{}{}
		}
	case 's':
		if size == len(rest) { // the longer ones are known to Separator
			t.separators[first] = struct{}{}
		}
	}
}

// Hangul syllables are decomposed by rule.
const (
	hangulBase  = 0xac00
	hangulCount = 11172
	leadBase    = 0x1100
	vowelBase   = 0x1161
	tailBase    = 0x11a7
	vowels      = 21
	tails       = 28
)

// AppendDecomposed appends the compatibility decomposition of a character.
func AppendDecomposed(dst []byte, r rune) []byte {
	if i := r - hangulBase; 0 <= i && i < hangulCount {
		dst = utf8.AppendRune(dst, leadBase+i/(vowels*tails))
		dst = utf8.AppendRune(dst, vowelBase+i/tails%vowels)
		if tail := i % tails; tail != 0 {
			dst = utf8.AppendRune(dst, tailBase+tail)
		}
		return dst
	}
	if s, ok := load().decompositions[r]; ok {
		return append(dst, s...)
	}
	return utf8.AppendRune(dst, r)
}

// Variant gives the ideograph that r is a variant of, r itself if it is none.
func Variant(r rune) rune {
	if v, ok := load().variants[r]; ok {
		return v
	}
	return r
}

// Mark reports the nonspacing marks.
func Mark(r rune) bool {
	_, ok := load().marks[r]
	return ok
}

const khmerEtCetera = "។ល។"

// Separator gives the size of the longest separator that s begins with, zero if there is none.
func Separator(s string) int {
	if c := s[0]; c < utf8.RuneSelf {
		switch {
		case (c == '.' || c == ',') && len(s) > 1 && s[1] == ' ':
			return 2
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9':
			return 0
		}
	} else if strings.HasPrefix(s, khmerEtCetera) {
		return len(khmerEtCetera)
	}
	r, size := utf8.DecodeRuneInString(s)
	if _, ok := load().separators[r]; ok && (r != utf8.RuneError || size > 1) {
		return size
	}
	return 0
}
