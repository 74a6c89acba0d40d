package valueindex

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/qdrant-edge-go/edge/core/internal/cbor"
	"github.com/qdrant-edge-go/edge/core/internal/store/grid"
	"github.com/qdrant-edge-go/edge/core/internal/store/hashmap"
	"github.com/qdrant-edge-go/edge/core/internal/store/pointvalues"
)

// UUID is a UUID in text order, which is also the order of the numbers.
type UUID [16]byte

// Key is what can be indexed: keywords, integers and UUIDs.
type Key interface {
	string | int64 | UUID
}

// codec says how one type of key is written.
type codec[K Key] struct {
	block   int                                 // of the gridstore
	kind    hashmap.Kind                        // in values_to_points.bin
	size    int                                 // in point_to_values.bin
	clone   func(K) K                           // makes a key of its own
	compare func(a, b K) int                    // the order of stored keys
	decode  func(b []byte) K                    // the inverse of keyBytes, a key of its own
	pack    func(dst []byte, values []K) []byte // value of a gridstore
	unpack  func(dst []K, b []byte) ([]K, bool)
}

func codecOf[K Key]() *codec[K] {
	var c any
	switch any(*new(K)).(type) {
	case string:
		c = &keywords
	case int64:
		c = &integers
	default:
		c = &uuids
	}
	return c.(*codec[K])
}

// options is the geometry of the gridstore.
func (c *codec[K]) options() grid.Options { return grid.IndexOptions(c.block) }

// room is space for the bytes of a key of fixed size.
type room [16]byte

// keyBytes gives the bytes of a key as immutable files have them. They must not
// be changed, and live as long as the key and the room.
func keyBytes[K Key](k *K, buf *room) []byte {
	switch k := any(k).(type) {
	case *string:
		return unsafe.Slice(unsafe.StringData(*k), len(*k))
	case *int64:
		binary.LittleEndian.PutUint64(buf[:], uint64(*k))
		return buf[:8]
	case *UUID:
		*buf = room(reversed(*k))
	}
	return buf[:]
}

var keywords = codec[string]{
	block: 16, kind: hashmap.Text, size: pointvalues.Text,
	clone:   strings.Clone,
	compare: strings.Compare,
	decode:  func(b []byte) string { return string(b) },
	pack:    packTexts,
	unpack:  unpackTexts,
}

var integers = codec[int64]{
	block: 8, kind: hashmap.Int64, size: 8,
	clone:   func(k int64) int64 { return k },
	compare: cmp.Compare[int64],
	decode:  func(b []byte) int64 { return int64(binary.LittleEndian.Uint64(b)) },
	pack: func(dst []byte, values []int64) []byte {
		for _, v := range values {
			dst = binary.LittleEndian.AppendUint64(dst, uint64(v))
		}
		return dst
	},
	unpack: func(dst []int64, b []byte) ([]int64, bool) {
		for ; len(b) >= 8; b = b[8:] {
			dst = append(dst, int64(binary.LittleEndian.Uint64(b)))
		}
		return dst, len(b) == 0 && len(dst) > 0
	},
}

var uuids = codec[UUID]{
	block: 16, kind: hashmap.Uint128, size: 16,
	clone:   func(k UUID) UUID { return k },
	compare: func(a, b UUID) int { return bytes.Compare(a[:], b[:]) },
	decode:  func(b []byte) UUID { return reversed(UUID(b)) },
	pack: func(dst []byte, values []UUID) []byte {
		for _, v := range values {
			r := reversed(v)
			dst = append(dst, r[:]...)
		}
		return dst
	},
	unpack: func(dst []UUID, b []byte) ([]UUID, bool) {
		for ; len(b) >= 16; b = b[16:] {
			dst = append(dst, reversed(UUID(b)))
		}
		return dst, len(b) == 0 && len(dst) > 0
	},
}

// reversed turns a UUID into its number, little-endian, and back.
func reversed(u UUID) (r UUID) {
	for i, b := range u {
		r[15-i] = b
	}
	return r
}

func packTexts(dst []byte, values []string) []byte {
	dst = cbor.AppendArray(dst, len(values))
	for _, v := range values {
		dst = cbor.AppendText(dst, v)
	}
	return dst
}

// unpackTexts reads a CBOR array of texts. Strings are copies.
func unpackTexts(dst []string, b []byte) ([]string, bool) {
	r := cbor.Reader{Data: b}
	head, err := r.Next()
	if err != nil || head.Kind != cbor.KindArray {
		return dst, false
	}
	for i := 0; i != head.Len; i++ {
		it, err := r.Next()
		if err != nil {
			return dst, false
		}
		if it.Kind == cbor.KindBreak && head.Len == cbor.Open {
			break
		}
		if it.Kind != cbor.KindText || !utf8.Valid(it.Data) {
			return dst, false
		}
		dst = append(dst, string(it.Data))
	}
	return dst, r.Pos == len(b)
}
