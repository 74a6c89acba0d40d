package api

import (
	"encoding/binary"
	"math"
	"unicode/utf8"
)

const (
	columnsHead  = 16
	withPayloads = 1
	noPayload    = math.MaxUint32
)

// DecodeUpsertColumns makes an operation of points in columns. The points have one dense vector each, all of one name and dimension: u32 n,
// u32 dimension, u32 bytes of the name, u32 flags (1 = payloads), n ids of u64, then n times u32 bytes of a payload (2^32-1 = none), the name,
// the payloads; floats are the vectors. The operation keeps floats, and a copy of what it needs of body.
func DecodeUpsertColumns(body []byte, floats []float32) (*UpsertPoints, error) {
	if len(body) < columnsHead || len(body) > MaxRequestSize {
		return nil, errColumns(len(body))
	}
	n, dim := uint64(binary.LittleEndian.Uint32(body)), uint64(binary.LittleEndian.Uint32(body[4:]))
	nameLen, flags := uint64(binary.LittleEndian.Uint32(body[8:])), binary.LittleEndian.Uint32(body[12:])
	ids := body[columnsHead:]
	fixed := n * 8
	if flags&withPayloads != 0 {
		fixed += n * 4
	}
	if n > MaxPoints || uint64(len(floats)) != n*dim || uint64(len(ids)) < fixed+nameLen {
		return nil, errColumns(len(body))
	}
	sizes, rest := ids[n*8:fixed], ids[fixed:]
	name, payloads := string(rest[:nameLen]), rest[nameLen:]
	if nameLen > MaxNameLength || !utf8.ValidString(name) {
		return nil, Errorf(InvalidArgument, "name of %d bytes: at most %d of UTF-8 are accepted", nameLen, MaxNameLength)
	}
	op := &UpsertPoints{Points: make([]Point, n)}
	named := make([]NamedVector, n)
	for i := range op.Points {
		p := &op.Points[i]
		p.ID = NumID(binary.LittleEndian.Uint64(ids[8*i:]))
		named[i] = NamedVector{Name: name, Vector: DenseVector(floats[uint64(i)*dim:][:dim:dim])}
		p.Vector = named[i : i+1 : i+1]
		if len(sizes) == 0 || binary.LittleEndian.Uint32(sizes[4*i:]) == noPayload {
			continue
		}
		size := uint64(binary.LittleEndian.Uint32(sizes[4*i:]))
		if size > uint64(len(payloads)) {
			return nil, errColumns(len(body))
		}
		var err error
		if p.Payload, err = ParsePayload(payloads[:size]); err != nil {
			return nil, Wrap(InvalidArgument, err, "payload of point %s", p.ID)
		}
		payloads = payloads[size:]
	}
	if len(payloads) > 0 {
		return nil, errColumns(len(body))
	}
	return op, nil
}

func errColumns(size int) error {
	return Errorf(InvalidArgument, "points in columns: %d bytes and their floats do not agree", size)
}
