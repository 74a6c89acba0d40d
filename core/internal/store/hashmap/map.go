package hashmap

import (
	"bytes"
	"encoding/binary"
	"errors"
	"unicode/utf8"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Kind is the type of the keys of a map.
type Kind uint8

// The kinds. An Int64 key is 8 bytes and a Uint128 key 16, little-endian.
const (
	Text Kind = iota
	Int64
	Uint128
)

const (
	headerSize = 24
	pageSize   = 4096
	textEnd    = 0xff // behind the bytes of a text
	valueSize  = 4
)

var names = [...]string{Text: "str\x00\x00\x00\x00\x00", Int64: "i64\x00\x00\x00\x00\x00", Uint128: "u128\x00\x00\x00\x00"}

// align is what entries are aligned to, and the size of keys that have one.
func (k Kind) align() int { return [...]int{Text: 1, Int64: 8, Uint128: 16}[k] }

// keySize is the stored size of a key.
func (k Kind) keySize(key []byte) int {
	if k == Text {
		return len(key) + 1
	}
	return len(key)
}

// Map is an open map. It may be read by several goroutines.
type Map struct {
	kind    Kind
	file    *disk.Mapping
	hash    *perfect
	buckets []byte
	entries []byte
}

// Open maps the file.
func Open(fsys disk.FS, name string, kind Kind) (*Map, error) {
	f, err := fsys.Map(name, false)
	if err != nil {
		return nil, err
	}
	m := &Map{kind: kind, file: f}
	if err := disk.Guard(m.open); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return m, nil
}

func (m *Map) open() (err error) {
	name, data := m.file.Name(), m.file.Data
	if len(data) < headerSize {
		return disk.Corruptf(name, 0, "hash map of %d bytes", len(data))
	}
	if string(data[:8]) != names[m.kind] {
		return disk.Corruptf(name, 0, "hash map with keys of type %q, want %q", data[:8], names[m.kind])
	}
	pos, count := binary.LittleEndian.Uint64(data[8:]), binary.LittleEndian.Uint64(data[16:])
	if pos < headerSize || pos > uint64(len(data)) {
		return disk.Corruptf(name, 8, "buckets at %d of %d bytes", pos, len(data))
	}
	if count > (uint64(len(data))-pos)/8 {
		return disk.Corruptf(name, 16, "%d buckets do not fit", count)
	}
	if m.hash, err = parsePerfect(name, m.kind, data[:pos], headerSize); err != nil {
		return err
	}
	if m.hash.ones() != int(count) {
		return disk.Corruptf(name, 16, "%d buckets for %d keys", count, m.hash.ones())
	}
	m.buckets, m.entries = data[pos:pos+count*8], data[pos+count*8:]
	return nil
}

// Close releases the file.
func (m *Map) Close() error { return m.file.Close() }

// Name is the name of the file.
func (m *Map) Name() string { return m.file.Name() }

// Advise says how the file will be used.
func (m *Map) Advise(a disk.Advice) { m.file.Advise(a) }

// Len is the number of keys.
func (m *Map) Len() int { return len(m.buckets) / 8 }

// Values are the values of one key: u32 numbers as they are stored.
type Values []byte

// Len is the number of values.
func (v Values) Len() int { return len(v) / valueSize }

// At is value i.
func (v Values) At(i int) uint32 { return binary.LittleEndian.Uint32(v[i*valueSize:]) }

// AppendTo appends all values.
func (v Values) AppendTo(dst []uint32) []uint32 {
	for ; len(v) >= valueSize; v = v[valueSize:] {
		dst = append(dst, binary.LittleEndian.Uint32(v))
	}
	return dst
}

// Get finds the values of a key.
func (m *Map) Get(key []byte) (Values, bool) {
	i, ok := m.Bucket(key)
	if !ok {
		return nil, false
	}
	_, v, ok := m.entry(i)
	return v, ok
}

// Bucket finds the number of a key, below Len.
func (m *Map) Bucket(key []byte) (int, bool) {
	i, ok := m.hash.find(key)
	if !ok || i >= m.Len() {
		return 0, false
	}
	e, ok := m.at(i)
	n := m.kind.keySize(key)
	if !ok || len(e) < n || !bytes.Equal(e[:len(key)], key) || m.kind == Text && e[len(key)] != textEnd {
		return 0, false
	}
	return i, true
}

// Entry gives the key and the values of a bucket; false when they are damaged.
// Both alias the map.
func (m *Map) Entry(i int) (key []byte, v Values, ok bool) { return m.entry(i) }

func (m *Map) at(i int) ([]byte, bool) {
	off := binary.LittleEndian.Uint64(m.buckets[i*8:])
	if off >= uint64(len(m.entries)) {
		return nil, false
	}
	return m.entries[off:], true
}

func (m *Map) entry(i int) (key []byte, v Values, ok bool) {
	e, ok := m.at(i)
	if !ok {
		return nil, nil, false
	}
	n := m.kind.align()
	if m.kind == Text {
		if n = bytes.IndexByte(e, textEnd); n < 0 {
			return nil, nil, false
		}
	}
	if n > len(e) {
		return nil, nil, false
	}
	key = e[:n:n]
	at := padded(m.kind.keySize(key), valueSize)
	if at+valueSize > len(e) {
		return nil, nil, false
	}
	count := uint64(binary.LittleEndian.Uint32(e[at:]))
	e = e[at+valueSize:]
	if count > uint64(len(e)/valueSize) {
		return nil, nil, false
	}
	return key, Values(e[:count*valueSize]), true
}

func padded(n, to int) int { return (n + to - 1) / to * to }

// Check verifies every entry: its key leads to its bucket, its values are inside
// the file.
func (m *Map) Check() error {
	return disk.Guard(func() error {
		for i := range m.Len() {
			key, _, ok := m.entry(i)
			if !ok || m.kind == Text && !utf8.Valid(key) {
				return m.corrupt(i, "entry of bucket %d is damaged", i)
			}
			if j, ok := m.hash.find(key); !ok || i != j {
				return m.corrupt(i, "the key of bucket %d belongs elsewhere", i)
			}
		}
		return nil
	})
}

func (m *Map) corrupt(bucket int, format string, args ...any) error {
	off := len(m.file.Data) - len(m.entries) - len(m.buckets) + bucket*8
	return disk.Corruptf(m.file.Name(), int64(off), format, args...)
}
