package numeric

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/blockindex"
	"github.com/qdrant-edge-go/edge/core/internal/store/grid"
)

// Check verifies the files of the index in dir against each other and returns
// the first contradiction as a CorruptError.
func Check[K Number](fsys disk.FS, dir string) error {
	x, err := Open[K](fsys, dir, Options{ReadOnly: true})
	if err != nil {
		return err
	}
	if x.mem != nil {
		return errors.Join(grid.Check(fsys, dir), x.Close())
	}
	err = disk.Guard(func() error { return x.image.verify(fsys, dir) })
	return errors.Join(err, x.Close())
}

func (m *image[K]) verify(fsys disk.FS, dir string) error {
	if err := m.values.Check(); err != nil {
		return err
	}
	if err := m.verifyPairs(); err != nil {
		return err
	}
	most, pairs := 0, 0
	var seen []K
	for off := range uint32(m.values.Len()) {
		n := m.values.Count(off)
		if n == 0 && !m.gone.Get(off) {
			return disk.Corruptf(filepath.Join(dir, emptyFile), int64(off/8), "slot %d has no values", off)
		}
		seen, _ = unpack(seen[:0], m.values.Get(off).Fixed())
		pairs += distinct(seen)
		most = max(most, n)
	}
	if pairs != m.pairs.n {
		return disk.Corruptf(m.pairs.file.Name(), 0, "%d pairs, want %d", m.pairs.n, pairs)
	}
	if most != m.most {
		return disk.Corruptf(filepath.Join(dir, configFile), 0, "%d values per point, found %d", m.most, most)
	}
	if err := blockindex.Check(fsys, filepath.Join(dir, blockFile), m.pairs.file.Data, pairSize); err != nil {
		return err
	}
	return m.verifyHistogram(fsys, dir)
}

// distinct counts the different ones among few values.
func distinct[K Number](values []K) (n int) {
	for i, v := range values {
		n++
		for _, w := range values[:i] {
			if v == w {
				n--
				break
			}
		}
	}
	return n
}

// verifyPairs verifies that the pairs are in order and belong to slots.
func (m *image[K]) verifyPairs() error {
	for i := range m.pairs.n {
		p := m.pairs.at(i)
		if p.Value != p.Value || i > 0 && m.pairs.at(i-1).compare(p) >= 0 {
			return disk.Corruptf(m.pairs.file.Name(), int64(i*pairSize), "pair out of order")
		}
		if !within(m.values.Get(p.Off).Fixed(), Included(p.Value), Included(p.Value)) {
			return disk.Corruptf(m.pairs.file.Name(), int64(i*pairSize), "slot %d does not have this value", p.Off)
		}
	}
	return nil
}

// verifyHistogram verifies that the borders are pairs in order and count what is
// between them.
func (m *image[K]) verifyHistogram(fsys disk.FS, dir string) error {
	name := filepath.Join(dir, histogramConfig)
	b, err := disk.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	var c struct {
		Total int `json:"total_count"`
	}
	if err := json.Unmarshal(b, &c); err != nil || c.Total != m.pairs.n {
		return disk.Corruptf(name, 0, "histogram of %d pairs, want %d (%v)", c.Total, m.pairs.n, err)
	}
	name = filepath.Join(dir, histogramFile)
	if b, err = disk.ReadFile(fsys, name); err != nil {
		return err
	}
	if len(b) < 8 || (len(b)-8)%borderSize != 0 || binary.LittleEndian.Uint64(b) != uint64((len(b)-8)/borderSize) {
		return disk.Corruptf(name, 0, "borders in %d bytes", len(b))
	}
	last, right := -1, uint64(0)
	for at := 8; at < len(b); at += borderSize {
		p := Pair[K]{fromBits[K](binary.LittleEndian.Uint64(b[at:])), binary.LittleEndian.Uint32(b[at+8:])}
		i := m.pairs.seek(p)
		if i >= m.pairs.n || m.pairs.at(i) != p || i <= last || binary.LittleEndian.Uint64(b[at+12:]) != right || last >= 0 && uint64(i-last-1) != right {
			return disk.Corruptf(name, int64(at), "border does not fit the pairs")
		}
		last, right = i, binary.LittleEndian.Uint64(b[at+20:])
	}
	if right != 0 || last != m.pairs.n-1 {
		return disk.Corruptf(name, int64(len(b)), "pairs behind the last border")
	}
	return nil
}
