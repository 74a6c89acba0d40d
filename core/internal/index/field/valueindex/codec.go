package valueindex

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"github.com/qdrant-edge-go/edge/core/internal/cbor"
	"github.com/qdrant-edge-go/edge/core/internal/store/grid"
)

// UUID is a UUID in text order, which is also the order of the numbers.
type UUID [16]byte

// Key is what can be indexed: keywords, integers and UUIDs.
type Key interface {
	string | int64 | UUID
}

// codec says how one type of key is written.
type codec[K Key] struct {
	block  int                                 // of the gridstore
	clone  func(K) K                           // makes a key of its own
	pack   func(dst []byte, values []K) []byte // value of a gridstore
	unpack func(dst []K, b []byte) ([]K, bool)
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

func same[K Key](k K) K { return k }

// options is the geometry of the gridstore.
func (c *codec[K]) options() grid.Options { return grid.IndexOptions(c.block) }

var keywords = codec[string]{block: 16, clone: strings.Clone, pack: packTexts, unpack: unpackTexts}

var integers = codec[int64]{
	block: 8,
	clone: same[int64],
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
		return dst, len(b) == 0
	},
}

var uuids = codec[UUID]{
	block: 16,
	clone: same[UUID],
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
		return dst, len(b) == 0
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
