package main

import (
	"encoding/binary"
	"math"
	"unsafe"

	"github.com/qdrant-edge-go/edge/core/api"
)

// A packed list of points: u32 n, u32 flags (1 = a next offset, 2 = it is a UUID, 4 = some ids are UUIDs), 16 bytes next offset, then n records of 48
// bytes: 16 bytes id, u64 version, f32 score, u32 flags, u32 offset and length of the payload, u32 offset and length of the
// vectors; offsets count from the start of the response.
const (
	listHead   = 24
	recordSize = 48

	hasNext    = 1
	nextIsUUID = 2
	someUUIDs  = 4

	idIsUUID   = 1
	hasPayload = 2
	hasVector  = 4

	kindDense  = 1
	kindMulti  = 2
	kindSparse = 3
)

var le = binary.LittleEndian

func packHead(dst []byte, n int, next *api.PointID) []byte {
	dst = le.AppendUint32(dst, uint32(n))
	var flags uint32
	var id api.PointID
	if next != nil {
		id, flags = *next, hasNext
		if id.IsUUID() {
			flags |= nextIsUUID
		}
	}
	dst = packID(le.AppendUint32(dst, flags), id)
	return append(dst, make([]byte, n*recordSize)...)
}

func packID(dst []byte, id api.PointID) []byte {
	if id.IsUUID() {
		u := id.UUID()
		return append(dst, u[:]...)
	}
	return append(le.AppendUint64(dst, id.Num()), 0, 0, 0, 0, 0, 0, 0, 0)
}

func packScored(dst []byte, hits []api.ScoredPoint) []byte {
	dst = packHead(dst, len(hits), nil)
	for i := range hits {
		h := &hits[i]
		dst = packPoint(dst, i, h.ID, h.Version, h.Score, h.Payload, h.Vector)
	}
	return dst
}

func packRecords(dst []byte, list []api.Record, next *api.PointID) []byte {
	dst = packHead(dst, len(list), next)
	for i := range list {
		r := &list[i]
		dst = packPoint(dst, i, r.ID, 0, 0, r.Payload, r.Vector)
	}
	return dst
}

// packPoint appends payload and vectors and fills the record of point i.
func packPoint(dst []byte, i int, id api.PointID, version uint64, score float32, payload api.Payload, vector api.VectorStruct) []byte {
	var flags uint32
	if id.IsUUID() {
		flags |= idIsUUID
		dst[4] |= someUUIDs
	}
	payloadAt := len(dst)
	if payload != nil {
		flags |= hasPayload
		dst = append(dst, payload...)
	}
	payloadEnd := len(dst)
	dst = pad4(dst)
	vectorAt := len(dst)
	if vector != nil {
		flags |= hasVector
		dst = packVectors(dst, vector)
	}
	r := dst[listHead+i*recordSize:][:recordSize]
	packID(r[:0], id)
	le.PutUint64(r[16:], version)
	le.PutUint32(r[24:], math.Float32bits(score))
	le.PutUint32(r[28:], flags)
	le.PutUint32(r[32:], uint32(payloadAt))
	le.PutUint32(r[36:], uint32(payloadEnd-payloadAt))
	le.PutUint32(r[40:], uint32(vectorAt))
	le.PutUint32(r[44:], uint32(len(dst)-vectorAt))
	return dst
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
