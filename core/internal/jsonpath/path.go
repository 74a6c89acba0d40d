package jsonpath

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Path is a parsed payload key.
type Path struct {
	First string
	Rest  []Item
}

// Item is one step behind the first key.
type Item struct {
	Kind  ItemKind
	Key   string
	Index uint64
}

// ItemKind tells the steps apart.
type ItemKind uint8

// A step takes a member of an object, one element of an array, or every element.
const (
	Key ItemKind = iota
	Index
	Wildcard
)

// ParseError is the complaint about a text that is no payload key.
type ParseError struct{ Path string }

func (e *ParseError) Error() string { return fmt.Sprintf("Invalid json path: '%s'", e.Path) }

// Parse reads a payload key.
func Parse(s string) (Path, error) {
	first, rest, ok := cutKey(s)
	if !ok {
		return Path{}, &ParseError{Path: s}
	}
	p := Path{First: first}
	for rest != "" {
		var item Item
		if item, rest, ok = cutItem(rest); !ok {
			return Path{}, &ParseError{Path: s}
		}
		p.Rest = append(p.Rest, item)
	}
	return p, nil
}

// String prints the path, quoting only the keys that need it.
func (p Path) String() string {
	var b strings.Builder
	writeKey(&b, p.First)
	for _, item := range p.Rest {
		switch item.Kind {
		case Key:
			b.WriteByte('.')
			writeKey(&b, item.Key)
		case Index:
			b.WriteByte('[')
			b.WriteString(strconv.FormatUint(item.Index, 10))
			b.WriteByte(']')
		default:
			b.WriteString("[]")
		}
	}
	return b.String()
}

// Elements returns the path with [] behind it, unless it ends with [] already.
func (p Path) Elements() Path {
	if n := len(p.Rest); n > 0 && p.Rest[n-1].Kind == Wildcard {
		return p
	}
	rest := append(make([]Item, 0, len(p.Rest)+1), p.Rest...)
	return Path{First: p.First, Rest: append(rest, Item{Kind: Wildcard})}
}

func writeKey(b *strings.Builder, key string) {
	if key != "" && bareLength(key) == len(key) {
		b.WriteString(key)
		return
	}
	b.WriteByte('"')
	b.WriteString(key)
	b.WriteByte('"')
}

// cutKey takes a bare or quoted key off the front of s.
func cutKey(s string) (key, rest string, ok bool) {
	if n := bareLength(s); n > 0 {
		return s[:n], s[n:], true
	}
	if s == "" || s[0] != '"' {
		return "", s, false
	}
	end := strings.IndexAny(s[1:], `"\`) + 1
	if end == 0 || s[end] != '"' {
		return "", s, false
	}
	return s[1:end], s[end+1:], true
}

func cutItem(s string) (item Item, rest string, ok bool) {
	if s[0] == '.' {
		item.Key, rest, ok = cutKey(s[1:])
		return item, rest, ok
	}
	if rest, ok = strings.CutPrefix(s, "[]"); ok {
		return Item{Kind: Wildcard}, rest, true
	}
	digits, rest, ok := strings.Cut(s[1:], "]")
	if s[0] != '[' || !ok || strings.Trim(digits, "0123456789") != "" {
		return item, s, false
	}
	index, err := strconv.ParseUint(digits, 10, 64)
	return Item{Kind: Index, Index: index}, rest, err == nil
}

// bareLength counts the bytes at the front of s that need no quotes.
func bareLength(s string) int {
	for i, r := range s {
		if !isBare(r) || r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return i
		}
	}
	return len(s)
}

func isBare(r rune) bool {
	return r == '_' || r == '-' || unicode.IsLetter(r) || unicode.IsNumber(r) ||
		unicode.In(r, unicode.Other_Alphabetic, unicode.Other_Lowercase, unicode.Other_Uppercase)
}
