package rawjson

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxDepth is how many arrays and objects may be open at once.
const MaxDepth = 127

// SyntaxError says where text stops being JSON.
type SyntaxError struct {
	Offset int
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid JSON at byte %d: %s", e.Offset, e.Reason)
}

// Valid reports why src is not exactly one JSON value, or nil.
func Valid(src []byte) error {
	s := scanner{src: src}
	if err := s.value(0); err != nil {
		return err
	}
	return s.end()
}

// scanner walks over untrusted text. Its functions leave pos behind what they accepted.
type scanner struct {
	src []byte
	pos int
}

func (s *scanner) fail(at int, reason string) error { return &SyntaxError{Offset: at, Reason: reason} }

func (s *scanner) end() error {
	s.space()
	if s.pos < len(s.src) {
		return s.fail(s.pos, "trailing characters")
	}
	return nil
}

func (s *scanner) space() { s.pos = skipSpace(s.src, s.pos) }

// peek returns the next byte, or 0 at the end.
func (s *scanner) peek() byte {
	if s.pos < len(s.src) {
		return s.src[s.pos]
	}
	return 0
}

func (s *scanner) value(depth int) error {
	s.space()
	switch c := s.peek(); {
	case c == '{':
		return s.object(depth+1, nil)
	case c == '[':
		return s.array(depth+1, nil)
	case c == '"':
		return s.text()
	case c == '-' || isDigit(c):
		_, err := s.number()
		return err
	default:
		return s.word()
	}
}

// word accepts null, true and false.
func (s *scanner) word() error {
	for _, w := range [...]string{"null", "true", "false"} {
		if len(s.src)-s.pos >= len(w) && string(s.src[s.pos:s.pos+len(w)]) == w {
			s.pos += len(w)
			return nil
		}
	}
	if s.pos >= len(s.src) {
		return s.fail(s.pos, "unexpected end")
	}
	return s.fail(s.pos, "expected a value")
}

// array accepts an array. Elements go through out when it is given.
func (s *scanner) array(depth int, out *writer) error {
	if depth > MaxDepth {
		return s.fail(s.pos, "too deeply nested")
	}
	s.pos++
	out.byte('[')
	s.space()
	if s.peek() == ']' {
		s.pos++
		out.byte(']')
		return nil
	}
	for {
		if err := s.element(depth, out); err != nil {
			return err
		}
		s.space()
		switch s.peek() {
		case ',':
			s.pos++
			out.byte(',')
		case ']':
			s.pos++
			out.byte(']')
			return nil
		default:
			return s.fail(s.pos, "expected , or ]")
		}
	}
}

func (s *scanner) element(depth int, out *writer) error {
	if out == nil {
		return s.value(depth)
	}
	return out.value(s, depth)
}

// object accepts an object. Members go through out when it is given.
func (s *scanner) object(depth int, out *writer) error {
	if depth > MaxDepth {
		return s.fail(s.pos, "too deeply nested")
	}
	s.pos++
	first := out.open()
	s.space()
	if s.peek() == '}' {
		s.pos++
		out.close(first)
		return nil
	}
	for {
		s.space()
		if s.peek() != '"' {
			return s.fail(s.pos, "expected a key")
		}
		start := s.pos
		if err := s.text(); err != nil {
			return err
		}
		out.key(s.src[start:s.pos])
		s.space()
		if s.peek() != ':' {
			return s.fail(s.pos, "expected :")
		}
		s.pos++
		if err := s.element(depth, out); err != nil {
			return err
		}
		out.member()
		s.space()
		switch s.peek() {
		case ',':
			s.pos++
		case '}':
			s.pos++
			out.close(first)
			return nil
		default:
			return s.fail(s.pos, "expected , or }")
		}
	}
}

// text accepts a string.
func (s *scanner) text() error {
	i := s.pos + 1
	for i < len(s.src) {
		switch c := s.src[i]; {
		case c == '"':
			s.pos = i + 1
			return nil
		case c == '\\':
			size, reason := escapeSize(s.src[i:])
			if reason != "" {
				return s.fail(i, reason)
			}
			i += size
		case c < 0x20:
			return s.fail(i, "control character in a string")
		case c < utf8.RuneSelf:
			i++
		default:
			r, size := utf8.DecodeRune(s.src[i:])
			if r == utf8.RuneError && size <= 1 {
				return s.fail(i, "invalid UTF-8")
			}
			i += size
		}
	}
	return s.fail(len(s.src), "unexpected end in a string")
}

// escapeSize measures the escape sequence at the start of b, a surrogate pair counting as one.
func escapeSize(b []byte) (size int, reason string) {
	if len(b) < 2 {
		return 0, "unexpected end in a string"
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, ""
	case 'u':
	default:
		return 0, "invalid escape"
	}
	unit, ok := hex4(b[2:])
	if !ok {
		return 0, "invalid escape"
	}
	if !utf16.IsSurrogate(unit) {
		return 6, ""
	}
	if len(b) >= 12 && b[6] == '\\' && b[7] == 'u' {
		if low, ok := hex4(b[8:]); ok && utf16.DecodeRune(unit, low) != utf8.RuneError {
			return 12, ""
		}
	}
	return 0, "lone surrogate"
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range b[:4] {
		switch {
		case isDigit(c):
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}
