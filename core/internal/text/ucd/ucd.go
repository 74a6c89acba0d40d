package ucd

import (
	"sort"
	"unicode/utf8"
)

// Bits of a class byte.
const (
	alphabetic = 1 << iota
	numeric
	uppercase
	lowercase
	whitespace
	cased
	ignorable
	control
)

const (
	pageBits = 7
	pageMask = 1<<pageBits - 1
)

func class(r rune) byte {
	if uint32(r) > utf8.MaxRune {
		return 0
	}
	p := uint32(r) >> pageBits
	page := uint32(pageHigh[p])<<8 | uint32(pageLow[p])
	return pages[page<<pageBits|uint32(r)&pageMask]
}

// Alphanumeric reports the property Alphabetic or a number category.
func Alphanumeric(r rune) bool { return class(r)&(alphabetic|numeric) != 0 }

// Alphabetic reports the property Alphabetic.
func Alphabetic(r rune) bool { return class(r)&alphabetic != 0 }

// Numeric reports the number categories Nd, Nl and No.
func Numeric(r rune) bool { return class(r)&numeric != 0 }

// Upper reports the property Uppercase.
func Upper(r rune) bool { return class(r)&uppercase != 0 }

// Lower reports the property Lowercase.
func Lower(r rune) bool { return class(r)&lowercase != 0 }

// Space reports the property White_Space.
func Space(r rune) bool { return class(r)&whitespace != 0 }

// Control reports the category Cc.
func Control(r rune) bool { return class(r)&control != 0 }

// ToLower is the lower case of a character; only U+0130 has one of two characters, of which this is the first.
func ToLower(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	case r == 'İ':
		return 'i'
	}
	i := sort.Search(len(lowerFrom), func(i int) bool { return lowerFrom[i] >= uint32(r) })
	if i < len(lowerFrom) && lowerFrom[i] == uint32(r) {
		return rune(lowerTo[i])
	}
	return r
}

// AppendLower appends the lower case of s: every character's own, but a capital sigma at the end of a word becomes ς.
func AppendLower(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch r {
		case 'Σ':
			dst = utf8.AppendRune(dst, sigma(s, i))
		case 'İ':
			dst = append(dst, "i\u0307"...)
		case utf8.RuneError:
			dst = append(dst, s[i:i+size]...)
		default:
			dst = utf8.AppendRune(dst, ToLower(r))
		}
		i += size
	}
	return dst
}

// sigma chooses between σ and ς for the capital sigma at byte i: ς if a cased character stands before it and none after it, with the
// characters that case ignores left out.
func sigma(s string, i int) rune {
	before := s[:i]
	for before != "" {
		r, size := utf8.DecodeLastRuneInString(before)
		if class(r)&ignorable == 0 {
			break
		}
		before = before[:len(before)-size]
	}
	r, _ := utf8.DecodeLastRuneInString(before)
	if before == "" || class(r)&cased == 0 {
		return 'σ'
	}
	for _, r := range s[i+len("Σ"):] {
		if class(r)&ignorable != 0 {
			continue
		}
		if class(r)&cased != 0 {
			return 'σ'
		}
		break
	}
	return 'ς'
}
