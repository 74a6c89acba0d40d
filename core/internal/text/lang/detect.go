package lang

import (
	"slices"
	"sync"
)

// Language is a language that has its own segmentation or normalisation.
type Language uint8

// The languages; Unknown stands for all others.
const (
	Unknown Language = iota
	Chinese
	Japanese
	ArabicLanguage
	Urdu
	Persian
)

// both scripts claim these two characters.
const (
	cyrillicSmallEl = 0x1d2b
	cyrillicEn      = 0x1d78
)

var basic = sync.OnceValue(func() *[1 << 16]Script {
	var table [1 << 16]Script
	for _, r := range slices.Backward(ranges[:]) {
		for c := r.lo; c <= min(r.hi, 0xffff); c++ {
			table[c] = r.script
		}
	}
	return &table
})

// Of gives the script of a character.
func Of(r rune) Script {
	if uint32(r) < 1<<16 {
		return basic()[r]
	}
	for _, x := range ranges {
		if x.lo <= r && r <= x.hi {
			return x.script
		}
	}
	return Other
}

// Stop reports the characters that count for no script.
func Stop(r rune) bool {
	return r >= 0 && r <= 0x40 || 0x5b <= r && r <= 0x60 || 0x7b <= r && r <= 0x7e
}

// Counts is how many characters of each script a text has.
type Counts struct {
	of    [count]int
	order [count]Script // as the search has reordered it; order[0] is unused
	place [count]int
}

// Count counts the characters of a text by script. A script that is found moves one place up in the order of search, and the order decides
// between scripts of equal count.
func Count(text string) *Counts {
	c := &Counts{}
	for s := range count {
		c.order[s], c.place[s] = s, int(s)
	}
	for _, r := range text {
		if Stop(r) {
			continue
		}
		s := Of(r)
		if s == Other {
			continue
		}
		if (r == cyrillicSmallEl || r == cyrillicEn) && c.place[Cyrillic] < c.place[Latin] {
			s = Cyrillic
		}
		c.of[s]++
		if at := c.place[s]; at > 1 {
			other := c.order[at-1]
			c.order[at-1], c.order[at] = s, other
			c.place[s], c.place[other] = at-1, at
		}
	}
	return c
}

// Main is the script of most characters, Other if no character has one.
func (c *Counts) Main() Script {
	best := Other
	for _, s := range c.order[1:] {
		if c.of[s] > 0 && (best == Other || c.of[s] > c.of[best]) {
			best = s
		}
	}
	return best
}

// East tells Chinese and Japanese apart for a text whose main script is one of theirs.
func (c *Counts) East() Language {
	switch c.Main() {
	case Hiragana, Katakana:
		return Japanese
	case Mandarin:
		kana := c.of[Katakana] + c.of[Hiragana]
		if float64(kana)/float64(c.of[Mandarin]+kana) > 0.05 {
			return Japanese
		}
		return Chinese
	}
	return Unknown
}
