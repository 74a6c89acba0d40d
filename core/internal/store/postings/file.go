package postings

import (
	"encoding/binary"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	fileHead   = 40
	listHead   = 24
	chunkHead  = 8
	restHead   = 4
	lastIDSize = 4
)

// File is an open postings.dat.
type File struct {
	file      *disk.Mapping
	n         int
	positions bool
}

// Open maps a file. Its lists are looked at when they are asked for.
func Open(fsys disk.FS, name string, positions bool) (*File, error) {
	m, err := fsys.Map(name, false)
	if err != nil {
		return nil, err
	}
	f := &File{file: m, positions: positions}
	if len(m.Data) < fileHead {
		m.Close()
		return nil, disk.Corruptf(name, 0, "%d bytes are no postings", len(m.Data))
	}
	n := binary.LittleEndian.Uint64(m.Data)
	if n > uint64(len(m.Data)-fileHead)/listHead {
		m.Close()
		return nil, disk.Corruptf(name, 0, "%d lists in %d bytes", n, len(m.Data))
	}
	f.n = int(n)
	return f, nil
}

// Close ends the use of the file and its lists.
func (f *File) Close() error { return f.file.Close() }

// Advise says how the file will be used.
func (f *File) Advise(a disk.Advice) { f.file.Advise(a) }

// Len is the number of lists.
func (f *File) Len() int { return f.n }

// TotalLength is the sum of the lengths of all documents, 0 when lengths are not kept.
func (f *File) TotalLength() uint64 { return binary.LittleEndian.Uint64(f.file.Data[8:]) }

func (f *File) sizes() (chunk, rest int) {
	if f.positions {
		return chunkHead + ChunkLen*4, restHead + 4
	}
	return chunkHead, restHead
}

// List returns a list by its number, which is below Len.
func (f *File) List(t int) (List, error) {
	at := fileHead + t*listHead
	h := f.file.Data[at : at+listHead]
	u32 := func(i int) uint64 { return uint64(binary.LittleEndian.Uint32(h[i:])) }
	l := List{}
	l.chunkSize, l.restSize = f.sizes()
	off, size := binary.LittleEndian.Uint64(h), uint64(len(f.file.Data))
	chunks, packed, positions := u32(8)*uint64(l.chunkSize), u32(12), u32(20)
	pad, rest := uint64(h[16]), uint64(h[17])*uint64(l.restSize)
	if whole := lastIDSize + chunks + packed + positions + pad + rest; off > size || whole > size-off || h[17] >= ChunkLen {
		return List{}, disk.Corruptf(f.file.Name(), int64(at), "list %d is not in the file", t)
	}
	b := f.file.Data[off+lastIDSize:]
	take := func(n uint64) []byte {
		part := b[:n:n]
		b = b[n:]
		return part
	}
	l.chunks, l.packed, l.positions = take(chunks), take(packed), take(positions)
	b = b[pad:]
	l.rest = take(rest)
	for c := range l.chunkCount() {
		from, to := l.start(c), l.start(c+1)
		if to < from || to > len(l.packed) || (to-from)%packedSize(1) != 0 || to-from > packedSize(32) {
			return List{}, disk.Corruptf(f.file.Name(), int64(off)+lastIDSize+int64(c*l.chunkSize), "chunk %d of list %d is not in the list", c, t)
		}
	}
	return l, nil
}
