// Package fold replaces accented letters, ligatures, enclosed letters and typographic signs by their ASCII equivalents, with the mapping of
// Lucene's ASCIIFoldingFilter as Qdrant has it (one character may become several; characters outside the mapping stay).
package fold

import (
	"sync"
	"unicode/utf8"
)

var mapping = sync.OnceValue(func() map[rune]string {
	m := make(map[rune]string, 2048)
	for _, group := range table {
		for _, r := range group.from {
			m[r] = group.to
		}
	}
	return m
})

// Append appends s with every character of the mapping replaced.
func Append(dst []byte, s string) []byte {
	m := mapping()
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			dst = append(dst, s[i])
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if to, ok := m[r]; ok {
			dst = append(dst, to...)
		} else {
			dst = append(dst, s[i:i+size]...)
		}
		i += size
	}
	return dst
}
