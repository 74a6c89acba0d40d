package idmap

import (
	"encoding/binary"

	"github.com/qdrant-edge-go/edge/core/api"
)

// key is an id of one kind, ordered as point ids are.
type key[K any] interface {
	comparable
	less(K) bool
}

// numKey is a numeric id.
type numKey uint64

func (k numKey) less(o numKey) bool { return k < o }

func (k numKey) id() api.PointID { return api.NumID(uint64(k)) }

// uuidKey is a UUID as a 128-bit number: the first text byte is the highest.
type uuidKey struct{ hi, lo uint64 }

func (k uuidKey) less(o uuidKey) bool {
	return k.hi < o.hi || k.hi == o.hi && k.lo < o.lo
}

func (k uuidKey) id() api.PointID { return api.UUIDFromBytes(k.text()) }

// text returns the 16 bytes in text order.
func (k uuidKey) text() (b [16]byte) {
	binary.BigEndian.PutUint64(b[:8], k.hi)
	binary.BigEndian.PutUint64(b[8:], k.lo)
	return b
}

// uuidText reads 16 bytes in text order.
func uuidText(b []byte) uuidKey {
	return uuidKey{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

// uuidLE reads a UUID stored as a little-endian 128-bit number.
func uuidLE(b []byte) uuidKey {
	return uuidKey{hi: binary.LittleEndian.Uint64(b[8:]), lo: binary.LittleEndian.Uint64(b)}
}

func appendUUIDLE(dst []byte, k uuidKey) []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(dst, k.lo), k.hi)
}

// uuidOf returns the key of a UUID id.
func uuidOf(id api.PointID) uuidKey {
	b := id.UUID()
	return uuidText(b[:])
}
