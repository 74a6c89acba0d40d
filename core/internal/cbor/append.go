package cbor

import (
	"encoding/binary"
	"math"
	"slices"
)

// Major types and simple values.
const (
	majorUint   = 0 << 5
	majorNegInt = 1 << 5
	majorBytes  = 2 << 5
	majorText   = 3 << 5
	majorArray  = 4 << 5
	majorMap    = 5 << 5
	majorTag    = 6 << 5
	majorOther  = 7 << 5

	byteFalse = 0xf4
	byteTrue  = 0xf5
	byteNull  = 0xf6
	byteUndef = 0xf7
	byteF16   = 0xf9
	byteF32   = 0xfa
	byteF64   = 0xfb
	byteOpen  = 0xbf
	byteBreak = 0xff
)

func appendHead(dst []byte, major byte, n uint64) []byte {
	switch {
	case n < 24:
		return append(dst, major|byte(n))
	case n <= math.MaxUint8:
		return append(dst, major|24, byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(dst, major|25), uint16(n))
	case n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(dst, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(dst, major|27), n)
}

// AppendUint appends an unsigned integer.
func AppendUint(dst []byte, n uint64) []byte { return appendHead(dst, majorUint, n) }

// AppendInt appends a signed integer.
func AppendInt(dst []byte, n int64) []byte {
	if n < 0 {
		return appendHead(dst, majorNegInt, uint64(^n))
	}
	return appendHead(dst, majorUint, uint64(n))
}

// AppendText appends a text string.
func AppendText[T string | []byte](dst []byte, s T) []byte {
	return append(appendHead(dst, majorText, uint64(len(s))), s...)
}

// AppendBytes appends a byte string.
func AppendBytes(dst, b []byte) []byte {
	return append(appendHead(dst, majorBytes, uint64(len(b))), b...)
}

// AppendArray appends the head of an array of n elements.
func AppendArray(dst []byte, n int) []byte { return appendHead(dst, majorArray, uint64(n)) }

// AppendMap appends the head of a map of n pairs.
func AppendMap(dst []byte, n int) []byte { return appendHead(dst, majorMap, uint64(n)) }

// AppendOpenMap starts a map of unknown length, AppendBreak ends it.
func AppendOpenMap(dst []byte) []byte { return append(dst, byteOpen) }

// AppendBreak ends an open map.
func AppendBreak(dst []byte) []byte { return append(dst, byteBreak) }

// AppendNull appends None.
func AppendNull(dst []byte) []byte { return append(dst, byteNull) }

// AppendBool appends a bool.
func AppendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, byteTrue)
	}
	return append(dst, byteFalse)
}

// AppendFloat32 appends the shortest exact float.
func AppendFloat32(dst []byte, f float32) []byte {
	if h, ok := toHalf(f); ok {
		return append(dst, byteF16, byte(h>>8), byte(h))
	}
	return binary.BigEndian.AppendUint32(append(dst, byteF32), math.Float32bits(f))
}

// AppendFloats appends an array of floats, each the shortest exact one.
func AppendFloats(dst []byte, v []float32) []byte {
	dst = slices.Grow(AppendArray(dst, len(v)), 5*len(v))
	for _, f := range v {
		b := math.Float32bits(f)
		if b&halfLost == 0 || b&exponent == exponent {
			dst = AppendFloat32(dst, f)
			continue
		}
		dst = append(dst, byteF32, byte(b>>24), byte(b>>16), byte(b>>8), byte(b))
	}
	return dst
}

const (
	halfLost = 1<<13 - 1  // bits of a float32 that a float16 has no room for
	exponent = 0xff << 23 // all set for NaN and infinity
)

// AppendFloat64 appends the shortest exact float.
func AppendFloat64(dst []byte, f float64) []byte {
	if s := float32(f); float64(s) == f || f != f {
		return AppendFloat32(dst, s)
	}
	return binary.BigEndian.AppendUint64(append(dst, byteF64), math.Float64bits(f))
}

// InsertHead turns what was appended to dst since start into a container of n elements or pairs: the head goes in front.
func InsertHead(dst []byte, start int, object bool, n int) []byte {
	var buf [9]byte
	major := byte(majorArray)
	if object {
		major = majorMap
	}
	head := appendHead(buf[:0], major, uint64(n))
	dst = append(dst, head...)
	copy(dst[start+len(head):], dst[start:len(dst)-len(head)])
	copy(dst[start:], head)
	return dst
}
