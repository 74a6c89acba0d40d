package valueindex

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"path/filepath"
	"sort"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Parts of prefix_index.bin, see the package comment.
const (
	prefixFile    = "prefix_index.bin"
	prefixMagic   = "QdrPrfx\x00"
	prefixVersion = 1
	prefixHeader  = 40
	blockHeader   = 24
	keyHeader     = 12
	blockTarget   = 4096
)

// prefixes is the sorted dictionary of keywords, mapped.
type prefixes struct {
	file   *disk.Mapping
	blocks []block
}

// block is a run of keys. first aliases the file.
type block struct {
	first      []byte
	start, end int // of its bytes
	keys       int
}

// openPrefixes maps the dictionary in dir; nil when there is none.
func openPrefixes(fsys disk.FS, dir string) (*prefixes, error) {
	m, err := fsys.Map(filepath.Join(dir, prefixFile), false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p := &prefixes{file: m}
	if err := disk.Guard(p.open); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return p, nil
}

func (p *prefixes) close() error {
	if p == nil {
		return nil
	}
	return p.file.Close()
}

func (p *prefixes) corrupt(off int, format string, args ...any) error {
	return disk.Corruptf(p.file.Name(), int64(off), format, args...)
}

// open reads the block index.
func (p *prefixes) open() error {
	data := p.file.Data
	if len(data) < prefixHeader || string(data[:8]) != prefixMagic {
		return p.corrupt(0, "not a prefix index")
	}
	if v := binary.LittleEndian.Uint32(data[8:]); v != prefixVersion {
		return p.corrupt(8, "prefix index version %d", v)
	}
	keys, count, size := binary.LittleEndian.Uint64(data[16:]), binary.LittleEndian.Uint64(data[24:]), binary.LittleEndian.Uint64(data[32:])
	if size > uint64(len(data)-prefixHeader) || count > size/blockHeader {
		return p.corrupt(24, "%d blocks in an index of %d bytes", count, size)
	}
	end := prefixHeader + int(size)
	at, next, total := prefixHeader, end, uint64(0)
	p.blocks = make([]block, count)
	for i := range p.blocks {
		if end-at < blockHeader {
			return p.corrupt(at, "block index ends early")
		}
		h := data[at:]
		bytes, n, first := binary.LittleEndian.Uint32(h), binary.LittleEndian.Uint32(h[4:]), binary.LittleEndian.Uint32(h[8:])
		if uint64(first) > uint64(end-at-blockHeader) || uint64(bytes) > uint64(len(data)-next) || n == 0 || uint64(n) > uint64(bytes/keyHeader) {
			return p.corrupt(at, "block %d does not fit", i)
		}
		at += blockHeader
		p.blocks[i] = block{first: data[at : at+int(first)], start: next, end: next + int(bytes), keys: int(n)}
		at += int(first)
		next += int(bytes)
		total += uint64(n)
	}
	if at != end || next != len(data) || total != keys {
		return p.corrupt(16, "%d keys and %d bytes of blocks, found %d and %d", keys, len(data)-end, total, next-end)
	}
	return nil
}

// each calls fn for the keys that start with a prefix and their points when the
// index was built, ascending, until fn returns false. The key is valid during
// the call. An error reports a damaged block.
func (p *prefixes) each(prefix []byte, fn func(key []byte, points int) bool) error {
	i := sort.Search(len(p.blocks), func(i int) bool { return bytes.Compare(p.blocks[i].first, prefix) > 0 })
	for i = max(0, i-1); i < len(p.blocks); i++ {
		if b := p.blocks[i].first; bytes.Compare(b, prefix) > 0 && !bytes.HasPrefix(b, prefix) {
			return nil
		}
		more, err := p.eachOf(p.blocks[i], prefix, fn)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

func (p *prefixes) eachOf(b block, prefix []byte, fn func(key []byte, points int) bool) (more bool, err error) {
	var key []byte
	at := b.start
	for range b.keys {
		if b.end-at < keyHeader {
			return false, p.corrupt(at, "key block ends early")
		}
		h := p.file.Data[at:]
		shared, suffix, points := binary.LittleEndian.Uint32(h), binary.LittleEndian.Uint32(h[4:]), binary.LittleEndian.Uint32(h[8:])
		if uint64(shared) > uint64(len(key)) || uint64(suffix) > uint64(b.end-at-keyHeader) {
			return false, p.corrupt(at, "key does not fit")
		}
		at += keyHeader
		key = append(key[:shared], p.file.Data[at:at+int(suffix)]...)
		at += int(suffix)
		if bytes.HasPrefix(key, prefix) {
			if !fn(key, int(points)) {
				return false, nil
			}
		} else if bytes.Compare(key, prefix) > 0 {
			return false, nil
		}
	}
	return true, nil
}

// prefixWriter makes a dictionary of keys that come in order.
type prefixWriter struct {
	index, blocks    []byte
	keys, blockCount uint64
	start, n         int // of the current block: where it starts, its keys
	points           uint64
	first, last      []byte
}

func (w *prefixWriter) add(key []byte, points int) {
	if w.n > 0 && len(w.blocks)-w.start >= blockTarget {
		w.flush()
	}
	shared := 0
	if w.n == 0 {
		w.first = append(w.first[:0], key...)
	} else {
		for shared < min(len(key), len(w.last)) && key[shared] == w.last[shared] {
			shared++
		}
	}
	w.blocks = binary.LittleEndian.AppendUint32(w.blocks, uint32(shared))
	w.blocks = binary.LittleEndian.AppendUint32(w.blocks, uint32(len(key)-shared))
	w.blocks = binary.LittleEndian.AppendUint32(w.blocks, uint32(points))
	w.blocks = append(w.blocks, key[shared:]...)
	w.last = append(w.last[:0], key...)
	w.n++
	w.keys++
	w.points += uint64(points)
}

// flush ends a block.
func (w *prefixWriter) flush() {
	w.index = binary.LittleEndian.AppendUint32(w.index, uint32(len(w.blocks)-w.start))
	w.index = binary.LittleEndian.AppendUint32(w.index, uint32(w.n))
	w.index = binary.LittleEndian.AppendUint32(w.index, uint32(len(w.first)))
	w.index = binary.LittleEndian.AppendUint32(w.index, 0)
	w.index = binary.LittleEndian.AppendUint64(w.index, w.points)
	w.index = append(w.index, w.first...)
	w.blockCount++
	w.start, w.n, w.points = len(w.blocks), 0, 0
}

// bytes ends the dictionary.
func (w *prefixWriter) bytes() []byte {
	if w.n > 0 {
		w.flush()
	}
	out := append([]byte(prefixMagic), prefixVersion, 0, 0, 0, 0, 0, 0, 0)
	out = binary.LittleEndian.AppendUint64(out, w.keys)
	out = binary.LittleEndian.AppendUint64(out, w.blockCount)
	out = binary.LittleEndian.AppendUint64(out, uint64(len(w.index)))
	return append(append(out, w.index...), w.blocks...)
}
