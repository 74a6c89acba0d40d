package numeric

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"sync"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/bitmask"
	"github.com/qdrant-edge-go/edge/core/internal/store/pointvalues"
)

const (
	configFile      = "mmap_field_index_config.json"
	emptyFile       = "deleted.bin"
	histogramConfig = "histogram_config.json"
	histogramFile   = "histogram_borders.bin"
)

// config is the content of configFile.
type config struct {
	Most int `json:"max_values_per_point"`
}

// image is the content of an immutable index: its files, mapped, and what was
// removed since.
type image[K Number] struct {
	values *pointvalues.File
	pairs  *pairArray[K]
	files  []string

	most    int
	gone    bits.Set // slots without values, or removed
	removed int      // slots that had values and were removed
	lost    int      // pairs of those
	indexed int

	once  sync.Once
	stale int // slots of gone that have values in the files and were not removed here
}

func openImage[K Number](fsys disk.FS, dir string, deleted bits.Set) (m *image[K], err error) {
	m = &image[K]{}
	defer func(m *image[K]) {
		if err != nil {
			err = errors.Join(err, m.close())
		}
	}(m)
	if err = m.readConfig(fsys, dir); err != nil {
		return nil, err
	}
	if m.pairs, err = openPairs[K](fsys, dir); err != nil {
		return nil, err
	}
	if m.values, err = pointvalues.Open(fsys, dir, blockSize); err != nil {
		return nil, err
	}
	var mask string
	if m.gone, mask, err = bitmask.ReadEmpty(fsys, dir, emptyFile, m.values.Len()); err != nil {
		return nil, err
	}
	m.indexed = m.values.Len() - m.gone.Ones()
	if m.files, err = present(fsys, dir, mask); err != nil {
		return nil, err
	}
	err = disk.Guard(func() error {
		for i := deleted.NextSet(0); i >= 0 && i < m.values.Len(); i = deleted.NextSet(i + 1) {
			m.remove(uint32(i))
		}
		return nil
	})
	return m, err
}

// present lists the files; the block index may be missing.
func present(fsys disk.FS, dir, mask string) ([]string, error) {
	files := []string{pairsFile, mask, configFile}
	ok, err := disk.Exists(fsys, filepath.Join(dir, blockFile))
	if err != nil {
		return nil, err
	}
	if ok {
		files = append(files, blockFile)
	}
	return append(files, pointvalues.FileName, histogramConfig, histogramFile), nil
}

func (m *image[K]) readConfig(fsys disk.FS, dir string) error {
	name := filepath.Join(dir, configFile)
	b, err := disk.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	var c config
	if err := json.Unmarshal(b, &c); err != nil {
		return disk.Corruptf(name, 0, "%v", err)
	}
	if c.Most < 0 {
		return disk.Corruptf(name, 0, "%d values per point", c.Most)
	}
	m.most = c.Most
	return nil
}

// remove hides the values of a slot.
func (m *image[K]) remove(off uint32) {
	if !m.live(off) {
		return
	}
	m.gone.Put(off, true)
	m.removed++
	m.indexed--
	m.lost += m.values.Count(off)
}

// hidden counts the slots that have values in the files and are gone: Qdrant
// before 0.7 wrote removals into the mask.
func (m *image[K]) hidden() int {
	m.once.Do(func() {
		n := 0
		for i := m.gone.NextSet(0); i >= 0; i = m.gone.NextSet(i + 1) {
			if m.values.Count(uint32(i)) > 0 {
				n++
			}
		}
		m.stale = n - m.removed
	})
	return m.stale + m.removed
}

// live reports whether a slot has values.
func (m *image[K]) live(off uint32) bool { return int(off) < m.values.Len() && !m.gone.Get(off) }

func (m *image[K]) close() error {
	var errs []error
	if m.values != nil {
		errs = append(errs, m.values.Close())
	}
	if m.pairs != nil {
		errs = append(errs, m.pairs.file.Close())
	}
	return errors.Join(errs...)
}

// of gives the stored values of a slot.
func (m *image[K]) of(off uint32) []byte {
	if !m.live(off) {
		return nil
	}
	return m.values.Get(off).Fixed()
}

func (m *image[K]) check(off uint32, lo, hi Bound[K]) bool { return within(m.of(off), lo, hi) }

// within reports whether one of packed values is between two bounds.
func within[K Number](b []byte, lo, hi Bound[K]) bool {
	for ; len(b) >= blockSize; b = b[blockSize:] {
		if v := fromBits[K](binary.LittleEndian.Uint64(b)); lo.above(v) && hi.below(v) {
			return true
		}
	}
	return false
}

func (m *image[K]) appendValues(off uint32, dst []K) []K {
	for b := m.of(off); len(b) >= blockSize; b = b[blockSize:] {
		dst = append(dst, fromBits[K](binary.LittleEndian.Uint64(b)))
	}
	return dst
}

func (m *image[K]) appendPoints(dst []uint32, lo, hi Bound[K]) []uint32 {
	from, to := m.pairs.span(lo, hi)
	if from >= to {
		return dst
	}
	dst = slices.Grow(dst, to-from)
	total, gone := uint32(m.values.Len()), m.gone
	for data := m.pairs.file.Data[from*pairSize : to*pairSize]; len(data) >= pairSize; data = data[pairSize:] {
		if off := binary.LittleEndian.Uint32(data[blockSize:]); off < total && !gone.Get(off) {
			dst = append(dst, off)
		}
	}
	return dst
}

func (m *image[K]) each(lo, hi Bound[K], desc bool, yield func(v K, off uint32) bool) {
	from, to := m.pairs.span(lo, hi)
	step, i := 1, from
	if desc {
		step, i = -1, to-1
	}
	for ; i >= from && i < to; i += step {
		if p := m.pairs.at(i); m.live(p.Off) && !yield(p.Value, p.Off) {
			return
		}
	}
}

// estimate is Index.Estimate. Pairs of removed slots may be anywhere.
func (m *image[K]) estimate(lo, hi Bound[K]) (least, expected, most int) {
	from, to := m.pairs.span(lo, hi)
	hidden := m.hidden()
	least, expected, most = estimate(to-from, m.pairs.n, m.indexed+hidden, m.most)
	if hidden == 0 {
		return least, expected, most
	}
	least, most = max(0, least-hidden), min(most, m.indexed)
	expected = expected * m.indexed / (m.indexed + hidden)
	return min(least, most), min(most, max(least, expected)), most
}
