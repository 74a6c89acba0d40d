package postings

import (
	"encoding/binary"
	"sort"
)

// List is the points of one token. It aliases the file.
type List struct {
	chunks, packed, positions, rest []byte
	chunkSize, restSize             int
}

// Len is the number of points.
func (l *List) Len() int { return l.chunkCount()*ChunkLen + len(l.rest)/l.restSize }

func (l *List) chunkCount() int { return len(l.chunks) / l.chunkSize }

func (l *List) firstID(c int) uint32 { return binary.LittleEndian.Uint32(l.chunks[c*l.chunkSize:]) }

func (l *List) start(c int) int {
	if c == l.chunkCount() {
		return len(l.packed)
	}
	return int(binary.LittleEndian.Uint32(l.chunks[c*l.chunkSize+4:]))
}

// ids unpacks a chunk.
func (l *List) ids(v *[ChunkLen]uint32, c int) {
	unpack(v, l.packed[l.start(c):l.start(c+1)])
	id := l.firstID(c)
	for i, d := range v {
		id += d
		v[i] = id
	}
}

func (l *List) restID(i int) uint32 { return binary.LittleEndian.Uint32(l.rest[i*l.restSize:]) }

// AppendIDs appends the ids of all points.
func (l *List) AppendIDs(dst []uint32) []uint32 {
	var v [ChunkLen]uint32
	for c := range l.chunkCount() {
		l.ids(&v, c)
		dst = append(dst, v[:]...)
	}
	for i := range len(l.rest) / l.restSize {
		dst = append(dst, l.restID(i))
	}
	return dst
}

// chunkOf is the last chunk that begins with id or before it, -1 if there is none.
func (l *List) chunkOf(id uint32) int {
	return sort.Search(l.chunkCount(), func(c int) bool { return l.firstID(c) > id }) - 1
}

// Find returns the place of a point in the list.
func (l *List) Find(id uint32) (int, bool) {
	rest := len(l.rest) / l.restSize
	if rest > 0 && l.restID(0) <= id {
		i := sort.Search(rest, func(i int) bool { return l.restID(i) >= id })
		return l.chunkCount()*ChunkLen + i, i < rest && l.restID(i) == id
	}
	c := l.chunkOf(id)
	if c < 0 {
		return 0, false
	}
	var v [ChunkLen]uint32
	l.ids(&v, c)
	i := sort.Search(ChunkLen, func(i int) bool { return v[i] >= id })
	return c*ChunkLen + i, i < ChunkLen && v[i] == id
}

// Retain keeps those of ascending ids that are in the list.
func (l *List) Retain(ids []uint32) []uint32 {
	out := ids[:0]
	var v [ChunkLen]uint32
	chunks := l.chunkCount()
	for c := 0; len(ids) > 0 && c < chunks; c++ {
		if c += sort.Search(chunks-c-1, func(i int) bool { return l.firstID(c+i+1) > ids[0] }); c == chunks-1 && len(l.rest) > 0 && l.restID(0) <= ids[0] {
			break
		}
		l.ids(&v, c)
		out, ids = shared(out, ids, v[:])
	}
	var rest [ChunkLen]uint32
	for i := range len(l.rest) / l.restSize {
		rest[i] = l.restID(i)
	}
	out, _ = shared(out, ids, rest[:len(l.rest)/l.restSize])
	return out
}

// shared appends what two ascending lists share, and returns what of ids lies beyond the other list.
func shared(out, ids, other []uint32) (found, left []uint32) {
	for _, id := range other {
		for len(ids) > 0 && ids[0] < id {
			ids = ids[1:]
		}
		if len(ids) == 0 {
			break
		}
		if ids[0] == id {
			out, ids = append(out, id), ids[1:]
		}
	}
	return out, ids
}

// AppendPositions appends the positions of the point at a place of the list.
func (l *List) AppendPositions(dst []uint32, i int) []uint32 {
	from, to := l.position(i), len(l.positions)
	if i+1 < l.Len() {
		to = l.position(i + 1)
	}
	if from > to || to > len(l.positions) {
		return dst
	}
	for b := l.positions[from:to]; len(b) >= 4; b = b[4:] {
		dst = append(dst, binary.LittleEndian.Uint32(b))
	}
	return dst
}

func (l *List) position(i int) int {
	if c := i / ChunkLen; c < l.chunkCount() {
		return int(binary.LittleEndian.Uint32(l.chunks[c*l.chunkSize+chunkHead+i%ChunkLen*4:]))
	}
	return int(binary.LittleEndian.Uint32(l.rest[(i-l.chunkCount()*ChunkLen)*l.restSize+4:]))
}
