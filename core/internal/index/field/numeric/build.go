package numeric

import (
	"encoding/json"
	"fmt"
	"iter"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/bitmask"
	"github.com/qdrant-edge-go/edge/core/internal/store/pointvalues"
)

// BuildOptions say what is built.
type BuildOptions struct {
	Total int // number of slots
}

// Build writes an immutable index into dir and syncs it: seq gives the slots
// that have values, each once, and their values, of which it may reuse the memory.
// The histogram depends on the order of seq; Qdrant's is ascending.
func Build[K Number](fsys disk.FS, dir string, opt BuildOptions, seq iter.Seq2[uint32, []K]) error {
	m := newMemory[K](opt.Total)
	var h histogram[K]
	count := func(p Pair[K]) { h.insert(p, &m.pairs) }
	for off, values := range seq {
		for _, v := range values {
			if v != v {
				return ErrNaN
			}
		}
		m.set(off, values, count)
	}
	if err := fsys.MkdirAll(dir); err != nil {
		return err
	}
	return m.write(fsys, dir, max(opt.Total, len(m.first)), &h)
}

func (m *memory[K]) write(fsys disk.FS, dir string, total int, h *histogram[K]) error {
	c, err := json.Marshal(config{m.most()})
	if err != nil {
		return err
	}
	hc := fmt.Appendf(nil, `{"max_bucket_size":%d,"precision":%v,"total_count":%d}`, maxBucket, precision, h.total)
	for _, f := range []struct {
		name string
		data []byte
	}{{configFile, c}, {histogramConfig, hc}, {histogramFile, h.bytes()}} {
		if err := disk.WriteFileAtomic(fsys, filepath.Join(dir, f.name), f.data); err != nil {
			return err
		}
	}
	if err := pointvalues.Write(fsys, dir, bySlot[K]{m, total}); err != nil {
		return err
	}
	if err := writePairs(fsys, dir, &m.pairs); err != nil {
		return err
	}
	empty := bits.New(total)
	for off := range uint32(total) {
		empty.Put(off, !m.some.Get(off))
	}
	if err := bitmask.WriteEmpty(fsys, dir, emptyFile, empty, total); err != nil {
		return err
	}
	return fsys.SyncDir(dir)
}

// bySlot is the content of point_to_values.bin.
type bySlot[K Number] struct {
	*memory[K]
	total int
}

func (b bySlot[K]) Len() int { return b.total }

func (b bySlot[K]) Size(off uint32) (values, size int) {
	var one [1]K
	n := len(b.of(off, &one))
	return n, n * blockSize
}

func (b bySlot[K]) Append(dst []byte, off uint32) []byte {
	var one [1]K
	return pack(dst, b.of(off, &one))
}
