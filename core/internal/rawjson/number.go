package rawjson

import (
	"math"
	"strconv"
	"unsafe"
)

// Number is a JSON number as serde_json keeps it: uint64, int64 below zero, or float64.
type Number struct {
	kind  numberKind
	bits  uint64
	float float64
}

type numberKind uint8

const (
	unsigned numberKind = iota
	signed
	floating
)

// Int64 returns the number when it was written as an integer that fits; 1.0 is not one.
func (n Number) Int64() (int64, bool) {
	switch n.kind {
	case unsigned:
		return int64(n.bits), n.bits <= math.MaxInt64
	case signed:
		return int64(n.bits), true
	}
	return 0, false
}

// Uint64 returns the number when it was written as a non-negative integer that fits.
func (n Number) Uint64() (uint64, bool) { return n.bits, n.kind == unsigned }

// Float64 returns the nearest float.
func (n Number) Float64() float64 {
	switch n.kind {
	case unsigned:
		return float64(n.bits)
	case signed:
		return float64(int64(n.bits))
	}
	return n.float
}

// Append prints the number in canonical form.
func (n Number) Append(dst []byte) []byte {
	switch n.kind {
	case unsigned:
		return strconv.AppendUint(dst, n.bits, 10)
	case signed:
		return strconv.AppendInt(dst, int64(n.bits), 10)
	}
	return AppendFloat(dst, n.float)
}

// ParseNumber reads one number that fills b.
func ParseNumber(b []byte) (Number, bool) {
	s := scanner{src: b}
	if len(b) == 0 || b[0] != '-' && !isDigit(b[0]) {
		return Number{}, false
	}
	n, err := s.number()
	return n, err == nil && s.pos == len(b)
}

// number accepts a number.
func (s *scanner) number() (Number, error) {
	start := s.pos
	negative := s.peek() == '-'
	if negative {
		s.pos++
	}
	first := s.pos
	whole := s.digits()
	if whole == 0 {
		return Number{}, s.fail(s.pos, "invalid number")
	}
	if whole > 1 && s.src[first] == '0' {
		return Number{}, s.fail(first+1, "leading zero")
	}
	integer := true
	if s.peek() == '.' {
		integer = false
		s.pos++
		if s.digits() == 0 {
			return Number{}, s.fail(s.pos, "invalid number")
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		integer = false
		s.pos++
		if c := s.peek(); c == '+' || c == '-' {
			s.pos++
		}
		if s.digits() == 0 {
			return Number{}, s.fail(s.pos, "invalid number")
		}
	}
	if integer {
		if n, ok := integerOf(s.src[first:s.pos], negative); ok {
			return n, nil
		}
	}
	text := s.src[start:s.pos]
	f, err := strconv.ParseFloat(unsafe.String(&text[0], len(text)), 64)
	if err != nil {
		return Number{}, s.fail(start, "number out of range")
	}
	return Number{kind: floating, float: f}, nil
}

func (s *scanner) digits() int {
	start := s.pos
	for s.pos < len(s.src) && isDigit(s.src[s.pos]) {
		s.pos++
	}
	return s.pos - start
}

// integerOf reads digits; -0 and what does not fit are floats, and not ok.
func integerOf(digits []byte, negative bool) (Number, bool) {
	if len(digits) > 20 {
		return Number{}, false
	}
	var v uint64
	for i, c := range digits {
		d := uint64(c - '0')
		if i == 19 && (v > math.MaxUint64/10 || v*10 > math.MaxUint64-d) {
			return Number{}, false
		}
		v = v*10 + d
	}
	if !negative {
		return Number{kind: unsigned, bits: v}, true
	}
	if v == 0 || v > 1<<63 {
		return Number{}, false
	}
	return Number{kind: signed, bits: -v}, true
}

// AppendFloat prints a finite float in canonical form: plain digits with a point from 1e-5 up to
// below 1e16, otherwise one digit before the point and a signed exponent. JSON has no word for NaN and
// infinities: they become null.
func AppendFloat(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	if abs := math.Abs(f); abs == 0 || abs >= 1e-5 && abs < 1e16 {
		start := len(dst)
		dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
		for _, c := range dst[start:] {
			if c == '.' {
				return dst
			}
		}
		return append(dst, ".0"...)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	if n := len(dst); n-start >= 4 && dst[n-2] == '0' && (dst[n-3] == '-' || dst[n-3] == '+') {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}
