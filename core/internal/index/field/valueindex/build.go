package valueindex

import (
	"encoding/json"
	"iter"
	"path/filepath"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/bitmask"
	"github.com/qdrant-edge-go/edge/core/internal/store/hashmap"
	"github.com/qdrant-edge-go/edge/core/internal/store/pointvalues"
)

// BuildOptions say what is built.
type BuildOptions struct {
	Total  int  // number of slots
	Prefix bool // with a dictionary for prefixes (keywords)
}

// Build writes an immutable index into dir and syncs it: seq gives the slots
// that have values, each once, and their values, of which it may reuse the memory.
// Keys go into the files in their order.
func Build[K Key](fsys disk.FS, dir string, opt BuildOptions, seq iter.Seq2[uint32, []K]) error {
	if err := fsys.MkdirAll(dir); err != nil {
		return err
	}
	b := &builder[K]{codec: codecOf[K](), total: opt.Total}
	b.mem = newMemory(b.codec.clone)
	for off, values := range seq {
		b.mem.set(off, values)
	}
	b.total = max(b.total, len(b.mem.first))
	for id := range b.mem.keys {
		b.order = append(b.order, uint32(id))
	}
	slices.SortFunc(b.order, func(x, y uint32) int { return b.codec.compare(b.mem.keys[x], b.mem.keys[y]) })
	return b.write(fsys, dir, opt.Prefix)
}

// builder writes the content of a memory.
type builder[K Key] struct {
	codec *codec[K]
	mem   *memory[K]
	order []uint32 // numbers of the keys as they are written
	total int
}

func (b *builder[K]) write(fsys disk.FS, dir string, prefix bool) error {
	c, err := json.Marshal(config{b.mem.values})
	if err != nil {
		return err
	}
	if err := disk.WriteFileAtomic(fsys, filepath.Join(dir, configFile), c); err != nil {
		return err
	}
	if err := hashmap.Write(fsys, filepath.Join(dir, pointsFile), b.codec.kind, byKey[K]{b}); err != nil {
		return err
	}
	if prefix && b.codec.kind == hashmap.Text {
		if err := disk.WriteFileAtomic(fsys, filepath.Join(dir, prefixFile), b.prefixes()); err != nil {
			return err
		}
	}
	if err := pointvalues.Write(fsys, dir, bySlot[K]{b}); err != nil {
		return err
	}
	empty := bits.New(b.total)
	for off := range uint32(b.total) {
		empty.Put(off, int(off) >= len(b.mem.first) || b.mem.first[off] == 0)
	}
	if err := bitmask.WriteEmpty(fsys, dir, emptyFile, empty, b.total); err != nil {
		return err
	}
	return fsys.SyncDir(dir)
}

func (b *builder[K]) prefixes() []byte {
	var w prefixWriter
	var buf room
	for _, id := range b.order {
		w.add(keyBytes(&b.mem.keys[id], &buf), b.mem.posts[id].Len())
	}
	return w.bytes()
}

// byKey is the content of values_to_points.bin.
type byKey[K Key] struct{ *builder[K] }

func (b byKey[K]) Len() int { return len(b.order) }

func (b byKey[K]) AppendKey(dst []byte, i int) []byte {
	var buf room
	return append(dst, keyBytes(&b.mem.keys[b.order[i]], &buf)...)
}

func (b byKey[K]) Count(i int) int { return b.mem.posts[b.order[i]].Len() }

func (b byKey[K]) AppendValues(dst []uint32, i int) []uint32 {
	return b.mem.posts[b.order[i]].AppendTo(dst)
}

// bySlot is the content of point_to_values.bin.
type bySlot[K Key] struct{ *builder[K] }

func (b bySlot[K]) Len() int { return b.total }

func (b bySlot[K]) Size(off uint32) (values, size int) {
	var one [1]uint32
	var buf room
	list := b.mem.of(off, &one)
	for _, id := range list {
		if size += len(keyBytes(&b.mem.keys[id], &buf)); b.codec.kind == hashmap.Text {
			size += 4
		}
	}
	return len(list), size
}

func (b bySlot[K]) Append(dst []byte, off uint32) []byte {
	var one [1]uint32
	var buf room
	for _, id := range b.mem.of(off, &one) {
		k := keyBytes(&b.mem.keys[id], &buf)
		if b.codec.kind == hashmap.Text {
			dst = pointvalues.AppendText(dst, k)
		} else {
			dst = append(dst, k...)
		}
	}
	return dst
}
