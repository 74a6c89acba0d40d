package postings

import (
	"encoding/binary"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Source gives the lists of a new file, none of which is empty.
type Source interface {
	// Len is the number of lists.
	Len() int
	// IDs returns the ascending points of a list.
	IDs(t int) []uint32
	// Positions returns where the point at a place of a list has the token. Nothing when positions are not kept.
	Positions(t, i int) []uint32
}

// Write writes a file.
func Write(fsys disk.FS, name string, positions bool, total uint64, src Source) error {
	n := src.Len()
	out := make([]byte, fileHead+n*listHead)
	binary.LittleEndian.PutUint64(out, uint64(n))
	binary.LittleEndian.PutUint64(out[8:], total)
	for t := range n {
		out = appendList(out, src, t, positions)
	}
	return disk.WriteFileAtomic(fsys, name, out)
}

// appendList appends a list and fills in its header.
func appendList(out []byte, src Source, t int, positions bool) []byte {
	ids := src.IDs(t)
	off, chunks, rest := len(out), len(ids)/ChunkLen, len(ids)%ChunkLen
	var vars []byte
	starts := make([]uint32, len(ids))
	for i := range ids {
		starts[i] = uint32(len(vars))
		if positions {
			vars = appendWords(vars, src.Positions(t, i))
		}
	}
	var packed []byte
	out = binary.LittleEndian.AppendUint32(out, ids[len(ids)-1])
	for c := range chunks {
		of := ids[c*ChunkLen:][:ChunkLen]
		out = binary.LittleEndian.AppendUint32(out, of[0])
		out = binary.LittleEndian.AppendUint32(out, uint32(len(packed)))
		if positions {
			out = appendWords(out, starts[c*ChunkLen:][:ChunkLen])
		}
		packed = appendPacked(packed, of)
	}
	pad := -(len(packed) + len(vars)) & 3
	out = append(append(append(out, packed...), vars...), make([]byte, pad)...)
	for i := chunks * ChunkLen; i < len(ids); i++ {
		out = binary.LittleEndian.AppendUint32(out, ids[i])
		if positions {
			out = binary.LittleEndian.AppendUint32(out, starts[i])
		}
	}
	head := out[fileHead+t*listHead:][:0]
	head = binary.LittleEndian.AppendUint64(head, uint64(off))
	head = binary.LittleEndian.AppendUint32(head, uint32(chunks))
	head = binary.LittleEndian.AppendUint32(head, uint32(len(packed)))
	head = append(head, byte(pad), byte(rest), 0, 0)
	binary.LittleEndian.AppendUint32(head, uint32(len(vars)))
	return out
}

func appendWords(dst []byte, words []uint32) []byte {
	for _, w := range words {
		dst = binary.LittleEndian.AppendUint32(dst, w)
	}
	return dst
}

func appendPacked(dst []byte, ids []uint32) []byte {
	var v [ChunkLen]uint32
	for i := 1; i < ChunkLen; i++ {
		v[i] = ids[i] - ids[i-1]
	}
	w, at := widthOf(&v), len(dst)
	dst = append(dst, make([]byte, packedSize(w))...)
	pack(dst[at:], &v, w)
	return dst
}
