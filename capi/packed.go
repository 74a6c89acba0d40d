package main

import (
	"encoding/binary"
	"math"
	"slices"
	"unsafe"

	"github.com/qdrant-edge-go/edge/core/api"
)

// A packed list of points: u32 n, u32 flags (1 = a next offset, 2 = it is a UUID, 4 = some ids are UUIDs, 8 = order values, 16 = every point
// has one dense vector, all of one name and dimension), 16 bytes next offset, then n records of 48 bytes: 16 bytes id, u64 version, f32 score, u32 flags, u32 offset and length of the payload, u32 offset and length of the
// vectors; offsets count from the start of the list. When flag 8 of the list is set, 8 bytes for each point follow the records: the
// integer (flag 8 of the point) or float64 (flag 16) that it was ordered by.
//
// A packed list of lists: u32 n, u32 0, then for each of them u32 bytes of what names it, u32 bytes of the list, the name (JSON; none in a
// batch), zeros to a multiple of 4, the list, zeros to a multiple of 4.
const (
	listHead   = 24
	recordSize = 48

	hasNext    = 1
	nextIsUUID = 2
	someUUIDs  = 4
	ordered    = 8
	sameShape  = 16

	idIsUUID   = 1
	hasPayload = 2
	hasVector  = 4
	intOrder   = 8
	floatOrder = 16

	kindDense  = 1
	kindMulti  = 2
	kindSparse = 3
)

var le = binary.LittleEndian

// packer appends a packed list that begins at start.
type packer struct {
	dst    []byte
	start  int
	orders int // where the order values begin, 0 when there are none
	shape  shape
}

// shape is what the vectors of all points so far have in common.
type shape struct {
	name  string
	dim   int
	mixed bool // nothing
}

// add takes in the vectors of another point, the first one when it is.
func (s *shape) add(vs api.VectorStruct, first bool) {
	if s.mixed {
		return
	}
	if len(vs) != 1 {
		s.mixed = true
		return
	}
	dense, ok := vs[0].Vector.(api.DenseVector)
	if first {
		s.name, s.dim = vs[0].Name, len(dense)
	}
	s.mixed = !ok || s.name != vs[0].Name || s.dim != len(dense)
}

func newPacker(dst []byte, n int, next *api.PointID, isOrdered bool) *packer {
	p := &packer{start: len(dst)}
	dst = le.AppendUint32(dst, uint32(n))
	var flags uint32
	var id api.PointID
	if next != nil {
		id, flags = *next, hasNext
		if id.IsUUID() {
			flags |= nextIsUUID
		}
	}
	if isOrdered {
		flags |= ordered
	}
	dst = packID(le.AppendUint32(dst, flags), id)
	dst = zeros(dst, n*recordSize)
	if isOrdered {
		p.orders = len(dst)
		dst = zeros(dst, n*8)
	}
	p.dst = dst
	return p
}

func zeros(dst []byte, n int) []byte {
	from := len(dst)
	dst = slices.Grow(dst, n)[:from+n]
	clear(dst[from:])
	return dst
}

func packID(dst []byte, id api.PointID) []byte {
	if id.IsUUID() {
		u := id.UUID()
		return append(dst, u[:]...)
	}
	return append(le.AppendUint64(dst, id.Num()), 0, 0, 0, 0, 0, 0, 0, 0)
}

func packScored(dst []byte, hits []api.ScoredPoint) []byte {
	p := newPacker(dst, len(hits), nil, slices.ContainsFunc(hits, func(p api.ScoredPoint) bool { return p.OrderValue != nil }))
	for i := range hits {
		h := &hits[i]
		p.point(i, h.ID, h.Version, h.Score, h.Payload, h.Vector, h.OrderValue)
	}
	return p.finish()
}

func packRecords(dst []byte, list []api.Record, next *api.PointID) []byte {
	p := newPacker(dst, len(list), next, slices.ContainsFunc(list, func(p api.Record) bool { return p.OrderValue != nil }))
	for i := range list {
		r := &list[i]
		p.point(i, r.ID, 0, 0, r.Payload, r.Vector, r.OrderValue)
	}
	return p.finish()
}

// finish returns the list after its last point.
func (p *packer) finish() []byte {
	if !p.shape.mixed {
		p.dst[p.start+4] |= sameShape
	}
	return p.dst
}

// point appends payload and vectors and fills the record of point i.
func (p *packer) point(i int, id api.PointID, version uint64, score float32, payload api.Payload, vector api.VectorStruct, order *api.OrderValue) {
	var flags uint32
	dst := p.dst
	if id.IsUUID() {
		flags |= idIsUUID
		dst[p.start+4] |= someUUIDs
	}
	payloadAt := len(dst)
	if payload != nil {
		flags |= hasPayload
		dst = append(dst, payload...)
	}
	payloadEnd := len(dst)
	dst = pad4(dst)
	vectorAt := len(dst)
	p.shape.add(vector, i == 0)
	if vector != nil {
		flags |= hasVector
		dst = packVectors(dst, vector)
	}
	if order != nil && p.orders > 0 {
		flags |= packOrder(dst[p.orders+8*i:], order)
	}
	r := dst[p.start+listHead+i*recordSize:][:recordSize]
	packID(r[:0], id)
	le.PutUint64(r[16:], version)
	le.PutUint32(r[24:], math.Float32bits(score))
	le.PutUint32(r[28:], flags)
	le.PutUint32(r[32:], uint32(payloadAt-p.start))
	le.PutUint32(r[36:], uint32(payloadEnd-payloadAt))
	le.PutUint32(r[40:], uint32(vectorAt-p.start))
	le.PutUint32(r[44:], uint32(len(dst)-vectorAt))
	p.dst = dst
}

func packOrder(dst []byte, v *api.OrderValue) (flag uint32) {
	if v.IsFloat {
		le.PutUint64(dst, math.Float64bits(v.Float))
		return floatOrder
	}
	le.PutUint64(dst, uint64(v.Int))
	return intOrder
}

func packLists(dst []byte, lists [][]api.ScoredPoint) []byte {
	dst = le.AppendUint32(le.AppendUint32(dst, uint32(len(lists))), 0)
	for _, hits := range lists {
		dst = packNamed(dst, nil, hits)
	}
	return dst
}

func packGroups(dst []byte, r *api.GroupsResult) []byte {
	dst = le.AppendUint32(le.AppendUint32(dst, uint32(len(r.Groups))), 0)
	for i := range r.Groups {
		g := &r.Groups[i]
		dst = packNamed(dst, g.ID.AppendJSON(nil), g.Hits)
	}
	return dst
}

func packNamed(dst, name []byte, hits []api.ScoredPoint) []byte {
	at := len(dst)
	dst = le.AppendUint32(le.AppendUint32(dst, uint32(len(name))), 0)
	dst = pad4(append(dst, name...))
	start := len(dst)
	dst = packScored(dst, hits)
	le.PutUint32(dst[at+4:], uint32(len(dst)-start))
	return pad4(dst)
}

// packSparse appends u32 count, the indices and the values of a sparse vector.
func packSparse(dst []byte, v api.SparseVector) []byte {
	dst = le.AppendUint32(dst, uint32(len(v.Indices)))
	for _, x := range v.Indices {
		dst = le.AppendUint32(dst, x)
	}
	return packFloats(dst, v.Values)
}

func pad4(dst []byte) []byte {
	for len(dst)&3 != 0 {
		dst = append(dst, 0)
	}
	return dst
}

func packVectors(dst []byte, vs api.VectorStruct) []byte {
	dst = le.AppendUint32(dst, uint32(len(vs)))
	for i := range vs {
		dst = le.AppendUint32(dst, uint32(len(vs[i].Name)))
		dst = pad4(append(dst, vs[i].Name...))
		switch v := vs[i].Vector.(type) {
		case api.DenseVector:
			dst = le.AppendUint32(le.AppendUint32(dst, kindDense), uint32(len(v)))
			dst = packFloats(dst, v)
		case api.MultiDenseVector:
			dst = le.AppendUint32(le.AppendUint32(le.AppendUint32(dst, kindMulti), uint32(v.Rows())), uint32(v.Dim))
			dst = packFloats(dst, v.Flat)
		case api.SparseVector:
			dst = le.AppendUint32(le.AppendUint32(dst, kindSparse), uint32(len(v.Indices)))
			for _, x := range v.Indices {
				dst = le.AppendUint32(dst, x)
			}
			dst = packFloats(dst, v.Values)
		}
	}
	return dst
}

// packFloats copies the floats as they lie in memory: the platforms of this library are little-endian.
func packFloats(dst []byte, v []float32) []byte {
	return append(dst, unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), 4*len(v))...)
}
