package numeric

import (
	"bufio"
	"encoding/binary"
	"errors"
	"path/filepath"
	"sort"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/blockindex"
)

const (
	pairsFile = "data.bin"
	blockFile = "data_block_index.bin"
	pairSize  = 16
)

// pairArray is data.bin, mapped. It is searched in place.
type pairArray[K Number] struct {
	file *disk.Mapping
	n    int
}

func openPairs[K Number](fsys disk.FS, dir string) (*pairArray[K], error) {
	m, err := fsys.Map(filepath.Join(dir, pairsFile), false)
	if err != nil {
		return nil, err
	}
	if len(m.Data)%pairSize != 0 {
		return nil, errors.Join(disk.Corruptf(m.Name(), int64(len(m.Data)), "%d bytes of pairs", len(m.Data)), m.Close())
	}
	return &pairArray[K]{file: m, n: len(m.Data) / pairSize}, nil
}

func (a *pairArray[K]) at(i int) Pair[K] {
	b := a.file.Data[i*pairSize:][:pairSize]
	return Pair[K]{fromBits[K](binary.LittleEndian.Uint64(b)), binary.LittleEndian.Uint32(b[8:])}
}

// span finds the numbers of the pairs between two bounds.
func (a *pairArray[K]) span(lo, hi Bound[K]) (from, to int) {
	to = a.n
	if p, ok := lo.first(); ok {
		from = a.seek(p)
	}
	if p, ok := hi.last(); ok {
		to = a.seek(p)
	}
	return from, max(from, to)
}

// seek finds the first pair that is not before p.
func (a *pairArray[K]) seek(p Pair[K]) int {
	return sort.Search(a.n, func(i int) bool { return a.at(i).compare(p) >= 0 })
}

// writePairs writes data.bin and its block index.
func writePairs[K Number](fsys disk.FS, dir string, s *pairSet[K]) error {
	blocks := blockindex.New(pairSize)
	err := disk.WriteStream(fsys, filepath.Join(dir, pairsFile), func(w *bufio.Writer) error {
		var buf [pairSize]byte
		for _, c := range s.chunks {
			for i, v := range c.values {
				binary.LittleEndian.PutUint64(buf[:], toBits(v))
				binary.LittleEndian.PutUint32(buf[8:], c.offs[i])
				blocks.Add(buf[:])
				if _, err := w.Write(buf[:]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return blocks.Write(fsys, filepath.Join(dir, blockFile))
}
