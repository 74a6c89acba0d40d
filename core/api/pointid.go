package api

import (
	"bytes"
	"encoding/hex"
	"strconv"
)

// PointID names a point: an unsigned number or a UUID. It is comparable and usable as a map key; the zero value is the number 0.
type PointID struct {
	num  uint64
	uuid [16]byte
	isID bool
}

// NumID is the point id of a number.
func NumID(n uint64) PointID { return PointID{num: n} }

// UUIDFromBytes is the point id of a UUID, bytes in text order.
func UUIDFromBytes(b [16]byte) PointID { return PointID{uuid: b, isID: true} }

// ParsePointID reads a number or a UUID in one of the forms that Qdrant accepts: hyphenated, simple, braced or URN.
func ParsePointID(s string) (PointID, error) {
	if n, err := strconv.ParseUint(s, 10, 64); err == nil && s[0] != '+' {
		return NumID(n), nil
	}
	if u, ok := parseUUID(s); ok {
		return UUIDFromBytes(u), nil
	}
	return PointID{}, Errorf(InvalidArgument, "%q is neither an unsigned integer nor a UUID", s)
}

// IsUUID reports whether the id is a UUID.
func (p PointID) IsUUID() bool { return p.isID }

// Num returns the number of a numeric id.
func (p PointID) Num() uint64 { return p.num }

// UUID returns the bytes of a UUID id in text order.
func (p PointID) UUID() [16]byte { return p.uuid }

// Compare orders numbers before UUIDs, numbers by value, UUIDs by their bytes.
func (p PointID) Compare(o PointID) int {
	switch {
	case p.isID != o.isID:
		if p.isID {
			return 1
		}
		return -1
	case p.isID:
		return bytes.Compare(p.uuid[:], o.uuid[:])
	case p.num < o.num:
		return -1
	case p.num > o.num:
		return 1
	}
	return 0
}

// String returns the decimal number or the hyphenated UUID.
func (p PointID) String() string {
	var buf [36]byte
	return string(p.AppendText(buf[:0]))
}

// AppendText appends what String returns.
func (p PointID) AppendText(dst []byte) []byte {
	if !p.isID {
		return strconv.AppendUint(dst, p.num, 10)
	}
	for i, n := 0, 0; i < 16; i, n = i+uuidGroups[n], n+1 {
		if n > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, p.uuid[i:i+uuidGroups[n]])
	}
	return dst
}

var uuidGroups = [...]int{4, 2, 2, 2, 6}

func parseUUID(s string) (u [16]byte, ok bool) {
	const urn = "urn:uuid:"
	if len(s) == 36+len(urn) && s[:len(urn)] == urn {
		s = s[len(urn):]
	}
	if len(s) == 38 && s[0] == '{' && s[37] == '}' {
		s = s[1:37]
	}
	switch len(s) {
	case 32:
		_, err := hex.Decode(u[:], []byte(s))
		return u, err == nil
	case 36:
		if s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
			return u, false
		}
		var b [32]byte
		n := copy(b[:], s[:8])
		n += copy(b[n:], s[9:13])
		n += copy(b[n:], s[14:18])
		n += copy(b[n:], s[19:23])
		copy(b[n:], s[24:])
		_, err := hex.Decode(u[:], b[:])
		return u, err == nil
	}
	return u, false
}
