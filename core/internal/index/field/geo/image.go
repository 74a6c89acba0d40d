package geo

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"path/filepath"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/bitmask"
	"github.com/qdrant-edge-go/edge/core/internal/store/pointvalues"
)

const (
	statsFile   = "mmap_field_index_stats.json"
	countsFile  = "counts_per_hash.bin"
	countsIndex = "counts_per_hash_block_index.bin"
	mapFile     = "points_map.bin"
	mapIndex    = "points_map_block_index.bin"
	idsFile     = "points_map_ids.bin"
	emptyFile   = "deleted.bin"

	entrySize = 16 // of countsFile and mapFile
	idSize    = 4
)

// stats is the content of statsFile.
type stats struct {
	Values int `json:"points_values_count"`
	Most   int `json:"max_values_per_point"`
}

// image is the content of an immutable index: its files, mapped, and what was removed since.
type image struct {
	values *pointvalues.File
	counts table
	cells  table
	ids    *disk.Mapping
	files  []string

	stats   stats
	gone    bits.Set // slots without values, or removed
	indexed int

	onDisk bool
	once   sync.Once
	built  atomic.Bool // lost is of all slots of gone that have values in the files
	lost   tally
}

func openImage(fsys disk.FS, dir string, opt Options) (m *image, err error) {
	m = &image{onDisk: opt.OnDisk}
	defer func(m *image) {
		if err != nil {
			err = errors.Join(err, m.close())
		}
	}(m)
	if err = m.readStats(fsys, dir); err != nil {
		return nil, err
	}
	if m.counts, err = openTable(fsys, dir, countsFile); err != nil {
		return nil, err
	}
	if m.cells, err = openTable(fsys, dir, mapFile); err != nil {
		return nil, err
	}
	if m.ids, err = mapEntries(fsys, dir, idsFile, idSize); err != nil {
		return nil, err
	}
	if m.values, err = pointvalues.Open(fsys, dir, pointSize); err != nil {
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
	for i := opt.Deleted.NextSet(0); i >= 0 && i < m.values.Len(); i = opt.Deleted.NextSet(i + 1) {
		m.remove(uint32(i))
	}
	return m, nil
}

// present lists the files; the block indexes may be missing.
func present(fsys disk.FS, dir, mask string) ([]string, error) {
	files := []string{mask, countsFile, mapFile, idsFile, statsFile}
	for _, name := range []string{countsIndex, mapIndex} {
		ok, err := disk.Exists(fsys, filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		if ok {
			files = append(files, name)
		}
	}
	return append(files, pointvalues.FileName), nil
}

func (m *image) readStats(fsys disk.FS, dir string) error {
	name := filepath.Join(dir, statsFile)
	b, err := disk.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &m.stats); err != nil {
		return disk.Corruptf(name, 0, "%v", err)
	}
	if m.stats.Most < 0 || m.stats.Values < 0 {
		return disk.Corruptf(name, 0, "%d values, %d per point", m.stats.Values, m.stats.Most)
	}
	return nil
}

// remove hides the values of a slot.
func (m *image) remove(off uint32) {
	if !m.live(off) {
		return
	}
	m.gone.Put(off, true)
	m.indexed--
	if m.built.Load() {
		m.lose(off)
	}
}

func (m *image) lose(off uint32) {
	if values, ok := unpack(nil, m.values.Get(off).Fixed()); ok {
		m.lost.add(off, values)
	}
}

// live reports whether a slot has values.
func (m *image) live(off uint32) bool { return int(off) < m.values.Len() && !m.gone.Get(off) }

func (m *image) close() error {
	var errs []error
	if m.values != nil {
		errs = append(errs, m.values.Close())
	}
	for _, f := range []*disk.Mapping{m.counts.file, m.cells.file, m.ids} {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(errs...)
}

// of gives the stored values of a slot.
func (m *image) of(off uint32) []byte {
	if !m.live(off) {
		return nil
	}
	return m.values.Get(off).Fixed()
}

func (m *image) check(off uint32, area Area) bool {
	for b := m.of(off); len(b) >= pointSize; b = b[pointSize:] {
		if p := pointAt(b); area.Contains(p.Lon, p.Lat) {
			return true
		}
	}
	return false
}

// count is what the files count of a cell, less what was removed unless the index is on disk.
func (m *image) count(c cell) (points, values int) {
	if i := m.counts.seek(c); i < m.counts.n && m.counts.cell(i) == c {
		a, b := m.counts.pair(i)
		points, values = int(a), int(b)
	}
	if m.onDisk {
		return points, values
	}
	m.once.Do(m.loseAll)
	p, v := m.lost.count(c)
	return max(0, points-p), max(0, values-v)
}

func (m *image) loseAll() {
	for i := m.gone.NextSet(0); i >= 0; i = m.gone.NextSet(i + 1) {
		m.lose(uint32(i))
	}
	m.built.Store(true)
}

// within counts the points of a range of cells.
func (m *image) within(first, last cell) (n int) {
	for i := m.cells.seek(first); i < m.cells.n && m.cells.cell(i) <= last; i++ {
		from, to := m.cells.pair(i)
		n += int(max(to, from) - from)
	}
	return n
}

// appendPoints appends the points of a range of cells.
func (m *image) appendPoints(dst []uint32, first, last cell) []uint32 {
	total := uint32(m.values.Len())
	for i := m.cells.seek(first); i < m.cells.n && m.cells.cell(i) <= last; i++ {
		from, to := m.cells.pair(i)
		if from > to || int(to) > len(m.ids.Data)/idSize {
			continue
		}
		for b := m.ids.Data[int(from)*idSize : int(to)*idSize]; len(b) >= idSize; b = b[idSize:] {
			if off := binary.LittleEndian.Uint32(b); off < total && !m.gone.Get(off) {
				dst = append(dst, off)
			}
		}
	}
	return dst
}

// table is an array of cells, each with two numbers, in their order.
type table struct {
	file *disk.Mapping
	n    int
}

func openTable(fsys disk.FS, dir, name string) (table, error) {
	m, err := mapEntries(fsys, dir, name, entrySize)
	if err != nil {
		return table{}, err
	}
	return table{m, len(m.Data) / entrySize}, nil
}

func mapEntries(fsys disk.FS, dir, name string, size int) (*disk.Mapping, error) {
	m, err := fsys.Map(filepath.Join(dir, name), false)
	if err != nil {
		return nil, err
	}
	if len(m.Data)%size != 0 {
		return nil, errors.Join(disk.Corruptf(m.Name(), int64(len(m.Data)), "%d bytes of entries of %d", len(m.Data), size), m.Close())
	}
	return m, nil
}

func (t *table) cell(i int) cell { return cell(binary.LittleEndian.Uint64(t.file.Data[i*entrySize:])) }

func (t *table) pair(i int) (a, b uint32) {
	e := t.file.Data[i*entrySize+8:][:8]
	return binary.LittleEndian.Uint32(e), binary.LittleEndian.Uint32(e[4:])
}

// seek finds the first entry whose cell is not before c.
func (t *table) seek(c cell) int { return sort.Search(t.n, func(i int) bool { return t.cell(i) >= c }) }
