package valueindex

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"sync/atomic"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/bitmask"
	"github.com/qdrant-edge-go/edge/core/internal/store/hashmap"
	"github.com/qdrant-edge-go/edge/core/internal/store/pointvalues"
)

const (
	configFile = "mmap_field_index_config.json"
	pointsFile = "values_to_points.bin"
	emptyFile  = "deleted.bin"
)

// config is the content of configFile.
type config struct {
	Pairs int `json:"total_key_value_pairs"`
}

// image is the content of an immutable index: its files, mapped, and what was
// removed since.
type image[K Key] struct {
	codec  *codec[K]
	values *pointvalues.File
	points *hashmap.Map
	prefix *prefixes // nil when the index was built without
	files  []string

	gone    bits.Set // slots without values, or removed
	indexed int
	pairs   int

	counts atomic.Pointer[[]uint32] // per key, its slots that still have values; nil until asked for, and after a removal
}

func openImage[K Key](fsys disk.FS, dir string, deleted bits.Set) (m *image[K], err error) {
	m = &image[K]{codec: codecOf[K]()}
	defer func(m *image[K]) {
		if err != nil {
			err = errors.Join(err, m.close())
		}
	}(m)
	if err = m.readConfig(fsys, dir); err != nil {
		return nil, err
	}
	if m.points, err = hashmap.Open(fsys, filepath.Join(dir, pointsFile), m.codec.kind); err != nil {
		return nil, err
	}
	if m.values, err = pointvalues.Open(fsys, dir, m.codec.size); err != nil {
		return nil, err
	}
	var mask string
	if m.gone, mask, err = bitmask.ReadEmpty(fsys, dir, emptyFile, m.values.Len()); err != nil {
		return nil, err
	}
	m.files = []string{pointsFile, mask, configFile}
	if m.prefix, err = openPrefixes(fsys, dir); err != nil {
		return nil, err
	}
	if m.prefix != nil {
		m.files = append(m.files, prefixFile)
	}
	m.files = append(m.files, pointvalues.FileName)
	m.indexed = m.values.Len() - m.gone.Ones()
	err = disk.Guard(func() error { m.removeAll(deleted); return nil })
	return m, err
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
	if c.Pairs < 0 {
		return disk.Corruptf(name, 0, "%d pairs", c.Pairs)
	}
	m.pairs = c.Pairs
	return nil
}

// removeAll removes a set of slots.
func (m *image[K]) removeAll(deleted bits.Set) {
	for i := deleted.NextSet(0); i >= 0 && i < m.values.Len(); i = deleted.NextSet(i + 1) {
		m.remove(uint32(i))
	}
}

// remove hides the values of a slot.
func (m *image[K]) remove(off uint32) {
	if !m.live(off) {
		return
	}
	m.gone.Put(off, true)
	m.counts.Store(nil)
	m.indexed--
	m.pairs = max(0, m.pairs-m.values.Count(off))
}

// live reports whether a slot has values.
func (m *image[K]) live(off uint32) bool { return int(off) < m.values.Len() && !m.gone.Get(off) }

func (m *image[K]) close() error {
	var errs []error
	if m.points != nil {
		errs = append(errs, m.points.Close())
	}
	if m.values != nil {
		errs = append(errs, m.values.Close())
	}
	return errors.Join(append(errs, m.prefix.close())...)
}

// get finds the postings of a key.
func (m *image[K]) get(k K) hashmap.Values {
	var buf room
	v, _ := m.points.Get(keyBytes(&k, &buf))
	return v
}

// eachLive calls fn for the slots of a posting that still have values. Qdrant
// before 0.8 repeats a slot that repeats a value.
func (m *image[K]) eachLive(v hashmap.Values, fn func(off uint32)) {
	n, last := uint32(m.values.Len()), int64(-1)
	for ; len(v) >= 4; v = v[4:] {
		off := binary.LittleEndian.Uint32(v)
		if off >= n || int64(off) == last || m.gone[off>>6]>>(off&63)&1 != 0 {
			continue
		}
		last = int64(off)
		fn(off)
	}
}

// appendLive appends the slots of a posting that still have values.
func (m *image[K]) appendLive(dst []uint32, v hashmap.Values) []uint32 {
	dst = slices.Grow(dst, v.Len())
	m.eachLive(v, func(off uint32) { dst = append(dst, off) })
	return dst
}

// countLive counts, per key, the slots that still have values.
func (m *image[K]) countLive() []uint32 {
	if counts := m.counts.Load(); counts != nil {
		return *counts
	}
	live := make(bits.Set, len(m.gone))
	for i := range live {
		live[i] = ^m.gone[i]
	}
	if n := m.values.Len(); n%64 != 0 {
		live[n/64] &= 1<<(n%64) - 1
	}
	counts := make([]uint32, m.points.Len())
	for i := range counts {
		if _, v, ok := m.points.Entry(i); ok {
			counts[i] = uint32(countIn(v, live))
		}
	}
	m.counts.Store(&counts)
	return counts
}

// of gives the stored values of a slot.
func (m *image[K]) of(off uint32) pointvalues.Values {
	if !m.live(off) {
		return pointvalues.Values{}
	}
	return m.values.Get(off)
}

func (m *image[K]) has(off uint32, k K) bool {
	var buf room
	key := keyBytes(&k, &buf)
	v := m.of(off)
	for {
		b, ok := v.Next()
		if !ok {
			return false
		}
		if string(b) == string(key) {
			return true
		}
	}
}

func (m *image[K]) appendValues(off uint32, dst []K) []K {
	v, n := m.of(off), len(dst)
	for {
		b, ok := v.Next()
		if !ok {
			return dst
		}
		if k := m.codec.decode(b); !slices.Contains(dst[n:], k) {
			dst = append(dst, k)
		}
	}
}

func (m *image[K]) eachKey(fn func(k K, count int) bool) {
	for i, n := range m.countLive() {
		if n == 0 {
			continue
		}
		if key, _, ok := m.points.Entry(i); ok && !fn(m.codec.decode(key), int(n)) {
			return
		}
	}
}
