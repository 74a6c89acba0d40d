package valueindex

import (
	"bytes"
	"errors"
	"path/filepath"
	"unicode/utf8"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/grid"
	"github.com/qdrant-edge-go/edge/core/internal/store/hashmap"
)

// Check verifies the files of the index in dir against each other and returns
// the first contradiction as a CorruptError.
func Check[K Key](fsys disk.FS, dir string) error {
	x, err := Open[K](fsys, dir, Options{ReadOnly: true})
	if err != nil {
		return err
	}
	if x.mem != nil {
		return errors.Join(grid.Check(fsys, dir), x.Close())
	}
	err = disk.Guard(func() error { return x.image.check(dir) })
	return errors.Join(err, x.Close())
}

func (m *image[K]) check(dir string) error {
	if err := m.points.Check(); err != nil {
		return err
	}
	if err := m.values.Check(); err != nil {
		return err
	}
	pairs := 0
	for off := range uint32(m.values.Len()) {
		v := m.values.Get(off)
		if pairs += v.Len(); v.Len() == 0 && !m.gone.Get(off) {
			return disk.Corruptf(filepath.Join(dir, emptyFile), int64(off/8), "slot %d has no values", off)
		}
	}
	if pairs != m.pairs {
		return disk.Corruptf(filepath.Join(dir, configFile), 0, "%d pairs of slots and values, found %d", m.pairs, pairs)
	}
	if err := m.checkPostings(dir); err != nil {
		return err
	}
	return m.checkPrefixes()
}

// checkPostings verifies that every posting names slots which have its value,
// and that there are as many as there are pairs.
func (m *image[K]) checkPostings(dir string) error {
	pairs := 0
	for i := range m.points.Len() {
		key, v, _ := m.points.Entry(i)
		last := -1
		for j := range v.Len() {
			off := v.At(j)
			if int(off) < last || !m.holds(off, key) {
				return disk.Corruptf(filepath.Join(dir, pointsFile), 0, "slot %d among those of value %q", off, key)
			}
			last = int(off)
		}
		pairs += v.Len()
	}
	if pairs != m.pairs {
		return disk.Corruptf(filepath.Join(dir, pointsFile), 0, "%d pairs of slots and values, want %d", pairs, m.pairs)
	}
	return nil
}

func (m *image[K]) holds(off uint32, key []byte) bool {
	v := m.values.Get(off)
	for {
		b, ok := v.Next()
		if !ok {
			return false
		}
		if bytes.Equal(b, key) && (m.codec.kind != hashmap.Text || utf8.Valid(b)) {
			return true
		}
	}
}

// checkPrefixes verifies that the dictionary has every key, in order.
func (m *image[K]) checkPrefixes() error {
	if m.prefix == nil {
		return nil
	}
	n := 0
	var last []byte
	var bad error
	err := m.prefix.each(nil, func(key []byte, points int) bool {
		v, ok := m.points.Get(key)
		if !ok || v.Len() != points || n > 0 && bytes.Compare(last, key) >= 0 {
			bad = m.prefix.corrupt(prefixHeader, "key %q of %d points", key, points)
		}
		last = append(last[:0], key...)
		n++
		return bad == nil
	})
	if err == nil && bad == nil && n != m.points.Len() {
		bad = m.prefix.corrupt(16, "%d keys, want %d", n, m.points.Len())
	}
	return errors.Join(err, bad)
}
