package rawjson

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// Kind is the type of a JSON value.
type Kind uint8

// The kinds of values; Invalid is what damaged or empty text has.
const (
	Invalid Kind = iota
	Null
	Bool
	Num
	Str
	Arr
	Obj
)

// KindOf tells the kind of a value from its first byte.
func KindOf(v []byte) Kind {
	if len(v) == 0 {
		return Invalid
	}
	switch c := v[0]; {
	case c == '{':
		return Obj
	case c == '[':
		return Arr
	case c == '"':
		return Str
	case c == 't', c == 'f':
		return Bool
	case c == 'n':
		return Null
	case c == '-', isDigit(c):
		return Num
	}
	return Invalid
}

// Object walks over the members of an object in their order:
//
//	for o := rawjson.OpenObject(v); o.Next(); { use(o.Key, o.Value) }
type Object struct {
	Key   []byte // with quotes and escapes
	Value []byte
	rest  []byte
}

// OpenObject starts a walk over v. Any other value has no members.
func OpenObject(v []byte) Object { return Object{rest: body(v, '{')} }

// Next moves to the next member.
func (o *Object) Next() bool {
	i := next(o.rest)
	if i >= len(o.rest) || o.rest[i] != '"' {
		return false
	}
	end := skipText(o.rest, i)
	colon := skipSpace(o.rest, end)
	if colon >= len(o.rest) || o.rest[colon] != ':' {
		return false
	}
	start := skipSpace(o.rest, colon+1)
	stop := skip(o.rest, start)
	if stop == start {
		return false
	}
	o.Key, o.Value, o.rest = o.rest[i:end], o.rest[start:stop], o.rest[stop:]
	return true
}

// Array walks over the elements of an array.
type Array struct {
	Value []byte
	rest  []byte
}

// OpenArray starts a walk over v. Any other value has no elements.
func OpenArray(v []byte) Array { return Array{rest: body(v, '[')} }

// Next moves to the next element.
func (a *Array) Next() bool {
	i := next(a.rest)
	if i >= len(a.rest) || a.rest[i] == ']' {
		return false
	}
	end := skip(a.rest, i)
	if end == i {
		return false
	}
	a.Value, a.rest = a.rest[i:end], a.rest[end:]
	return true
}

func body(v []byte, open byte) []byte {
	if len(v) == 0 || v[0] != open {
		return nil
	}
	return v[1:]
}

// next finds the start of what follows an opening brace or a value.
func next(b []byte) int {
	i := skipSpace(b, 0)
	if i < len(b) && b[i] == ',' {
		i = skipSpace(b, i+1)
	}
	return i
}

// skip returns the end of the value that starts at i, or i when none does.
func skip(b []byte, i int) int {
	if i >= len(b) {
		return i
	}
	switch b[i] {
	case '"':
		return skipText(b, i)
	case '{', '[':
		return skipContainer(b, i)
	}
	for i < len(b) {
		switch b[i] {
		case ',', ']', '}', ':', '"', ' ', '\n', '\t', '\r':
			return i
		}
		i++
	}
	return i
}

func skipContainer(b []byte, i int) int {
	for depth := 0; i < len(b); {
		switch b[i] {
		case '"':
			i = skipText(b, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return len(b)
}

func skipText(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

func hasEscape(raw []byte) bool { return bytes.IndexByte(raw, '\\') >= 0 }

// inner cuts the quotes off a raw string.
func inner(raw []byte) []byte {
	if len(raw) < 2 {
		return nil
	}
	return raw[1 : len(raw)-1]
}

// Text returns what a raw string says: a part of raw when it has no escapes, else scratch refilled.
func Text(scratch, raw []byte) []byte {
	if !hasEscape(raw) {
		return inner(raw)
	}
	return Unescape(scratch[:0], raw)
}

// TextIs reports whether a raw string says want.
func TextIs(raw []byte, want string) bool {
	if !hasEscape(raw) {
		return len(raw) == len(want)+2 && string(raw[1:len(raw)-1]) == want
	}
	var buf [utf8.UTFMax]byte
	for b := inner(raw); len(b) > 0; {
		part, size := unescapeOne(buf[:0], b)
		if len(want) < len(part) || want[:len(part)] != string(part) {
			return false
		}
		want, b = want[len(part):], b[size:]
		if len(b) == 0 {
			return want == ""
		}
	}
	return want == ""
}

// Unescape appends what a raw string says.
func Unescape(dst, raw []byte) []byte {
	for b := inner(raw); len(b) > 0; {
		plain := bytes.IndexByte(b, '\\')
		if plain < 0 {
			return append(dst, b...)
		}
		dst = append(dst, b[:plain]...)
		b = b[plain:]
		var size int
		dst, size = unescapeOne(dst, b)
		b = b[size:]
	}
	return dst
}

// unescapeOne appends the character or byte at the start of b, which is not empty.
func unescapeOne(dst, b []byte) ([]byte, int) {
	if b[0] != '\\' {
		return append(dst, b[0]), 1
	}
	size, reason := escapeSize(b)
	if reason != "" {
		return dst, len(b)
	}
	switch c := b[1]; c {
	case 'b':
		return append(dst, '\b'), 2
	case 'f':
		return append(dst, '\f'), 2
	case 'n':
		return append(dst, '\n'), 2
	case 'r':
		return append(dst, '\r'), 2
	case 't':
		return append(dst, '\t'), 2
	case 'u':
		r, _ := hex4(b[2:])
		if size == 12 {
			low, _ := hex4(b[8:])
			r = utf16.DecodeRune(r, low)
		}
		return utf8.AppendRune(dst, r), size
	default:
		return append(dst, c), 2
	}
}

// AppendString appends text, which must be valid UTF-8, as a canonical JSON string.
func AppendString[T string | []byte](dst []byte, text T) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, text[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	dst = append(dst, text[start:]...)
	return append(dst, '"')
}
