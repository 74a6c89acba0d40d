package postings

import (
	"encoding/binary"
	"math/bits"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	frequencyFileHead = 8
	frequencyListHead = 12
)

// Frequencies is an open term_frequencies.dat: how often the token of a list is in the text of each of its points.
type Frequencies struct {
	file *disk.Mapping
	n    int
}

// OpenFrequencies maps a file.
func OpenFrequencies(fsys disk.FS, name string) (*Frequencies, error) {
	m, err := fsys.Map(name, false)
	if err != nil {
		return nil, err
	}
	if len(m.Data) < frequencyFileHead {
		m.Close()
		return nil, disk.Corruptf(name, 0, "%d bytes are no frequencies", len(m.Data))
	}
	n := binary.LittleEndian.Uint64(m.Data)
	if n > uint64(len(m.Data)-frequencyFileHead)/frequencyListHead {
		m.Close()
		return nil, disk.Corruptf(name, 0, "%d lists in %d bytes", n, len(m.Data))
	}
	return &Frequencies{file: m, n: int(n)}, nil
}

// Close ends the use of the file.
func (f *Frequencies) Close() error { return f.file.Close() }

// Len is the number of lists.
func (f *Frequencies) Len() int { return f.n }

// Append appends the frequencies of a list, which is below Len, in the order of its points.
func (f *Frequencies) Append(dst []uint32, t int) ([]uint32, error) {
	h := f.file.Data[frequencyFileHead+t*frequencyListHead:]
	off, count := binary.LittleEndian.Uint64(h), int(binary.LittleEndian.Uint32(h[8:]))
	b := f.file.Data[frequencyFileHead+f.n*frequencyListHead:]
	chunks := count / ChunkLen
	if off > uint64(len(b)) || (chunks+1)*4 > len(b)-int(off) {
		return dst, f.Corrupt(t)
	}
	heads, packed := b[off:][:(chunks+1)*4], b[int(off)+(chunks+1)*4:]
	start := func(c int) int { return int(binary.LittleEndian.Uint32(heads[c*4:])) }
	if start(chunks) >= len(packed) {
		return dst, f.Corrupt(t)
	}
	var v [ChunkLen]uint32
	for c := range chunks {
		from, to := start(c), start(c+1)
		if to < from || to > len(packed) || (to-from)%packedSize(1) != 0 || to-from > packedSize(32) {
			return dst, f.Corrupt(t)
		}
		unpack(&v, packed[from:to])
		for _, x := range v {
			dst = append(dst, x+1)
		}
	}
	rest := packed[start(chunks):]
	w, n := int(rest[0]), count%ChunkLen
	if w > 32 || (w*n+7)/8 > len(rest)-1 {
		return dst, f.Corrupt(t)
	}
	return appendBits(dst, rest[1:], w, n), nil
}

// Corrupt is an error that names a list.
func (f *Frequencies) Corrupt(t int) error {
	return disk.Corruptf(f.file.Name(), int64(frequencyFileHead+t*frequencyListHead), "frequencies of list %d are not in the file", t)
}

// appendBits appends n numbers of w bits, each with one added.
func appendBits(dst []uint32, src []byte, w, n int) []uint32 {
	var room uint64
	have := 0
	for range n {
		for have < w {
			room |= uint64(src[0]) << have
			src, have = src[1:], have+8
		}
		dst = append(dst, uint32(room&(1<<w-1))+1)
		room, have = room>>w, have-w
	}
	return dst
}

// WriteFrequencies writes a file of the frequencies of each list, none of which is 0.
func WriteFrequencies(fsys disk.FS, name string, lists [][]uint32) error {
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(lists)))
	var data []byte
	for _, l := range lists {
		out = binary.LittleEndian.AppendUint64(out, uint64(len(data)))
		out = binary.LittleEndian.AppendUint32(out, uint32(len(l)))
		data = appendFrequencies(data, l)
	}
	return disk.WriteFileAtomic(fsys, name, append(out, data...))
}

func appendFrequencies(dst []byte, l []uint32) []byte {
	var v [ChunkLen]uint32
	var packed []byte
	for ; len(l) >= ChunkLen; l = l[ChunkLen:] {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(len(packed)))
		for i, x := range l[:ChunkLen] {
			v[i] = x - 1
		}
		w, at := widthOf(&v), len(packed)
		packed = append(packed, make([]byte, packedSize(w))...)
		pack(packed[at:], &v, w)
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(packed)))
	dst = append(dst, packed...)
	var all uint32
	for _, x := range l {
		all |= x - 1
	}
	w := bits.Len32(all)
	dst = append(dst, byte(w))
	var room uint64
	have := 0
	for _, x := range l {
		room |= uint64(x-1) << have
		for have += w; have >= 8; have -= 8 {
			dst, room = append(dst, byte(room)), room>>8
		}
	}
	if have > 0 {
		dst = append(dst, byte(room))
	}
	return dst
}
