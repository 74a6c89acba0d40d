package wal

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math/bits"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	headerLen     = 8
	crcLen        = 4
	terminatorLen = 16
)

var (
	magic      = [4]byte{'w', 'a', 'l', 0}
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

// segment is one segment file: its entries are counted, not indexed.
type segment struct {
	fs       disk.FS
	path     string
	file     disk.File
	capacity int64  // file size rounded down to 8
	size     int64  // offset behind the last valid entry
	count    uint64 // number of valid entries
	seed     uint32
	crc      uint32 // checksum of the last valid entry, or seed
	dirty    bool   // bytes not yet synced
	marks    []mark // of the first entry, and of others now and then
}

// padding returns the zeros between n data bytes and the checksum.
func padding(n uint64) uint64 { return (4 - n) & 7 }

// entryLen returns the whole length of an entry of n data bytes.
func entryLen(n int) int64 {
	return headerLen + int64(n) + int64(padding(uint64(n))) + crcLen
}

// chain returns the checksum of body behind an entry whose checksum is prev.
func chain(prev uint32, body []byte) uint32 {
	return crc32.Update(^bits.Reverse32(prev), castagnoli, body)
}

// appendHeader appends a segment header with the given seed.
func appendHeader(dst []byte, seed uint32) []byte {
	return binary.LittleEndian.AppendUint32(append(dst, magic[:]...), seed)
}

// appendEntry appends the entry holding data and returns its checksum.
func appendEntry(dst []byte, prev uint32, data []byte) ([]byte, uint32) {
	var zeros [8]byte
	start := len(dst)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(len(data)))
	dst = append(dst, data...)
	dst = append(dst, zeros[:padding(uint64(len(data)))]...)
	crc := chain(prev, dst[start:])
	return binary.LittleEndian.AppendUint32(dst, crc), crc
}

// createSegment makes a segment of the given capacity through a temporary file.
// The caller syncs the directory.
func createSegment(fs disk.FS, dir, name string, capacity int64) (*segment, error) {
	tmp := filepath.Join(dir, "tmp-"+name)
	seed := rand.Uint32()
	f, err := fs.Create(tmp)
	if err != nil {
		return nil, err
	}
	if err = writeNew(f, seed, capacity); err == nil {
		err = fs.Rename(tmp, filepath.Join(dir, name))
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &segment{
		fs: fs, path: filepath.Join(dir, name), file: f,
		capacity: capacity, size: headerLen, seed: seed, crc: seed,
	}, nil
}

func writeNew(f disk.File, seed uint32, capacity int64) error {
	if err := f.Truncate(capacity); err != nil {
		return err
	}
	if _, err := f.WriteAt(appendHeader(nil, seed), 0); err != nil {
		return err
	}
	return f.Sync()
}

// openSegment opens a segment file and finds the end of its valid entries.
func openSegment(fs disk.FS, path string) (*segment, error) {
	f, err := fs.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	s := &segment{fs: fs, path: path, file: f}
	if err := s.scan(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return s, nil
}

// scan reads the header and walks the valid entries.
func (s *segment) scan() error {
	return s.mapped(func(data []byte) error {
		if len(data) < headerLen {
			return disk.Corruptf(s.path, int64(len(data)), "wal segment shorter than its header")
		}
		if [3]byte(data[:3]) != [3]byte(magic[:3]) {
			return disk.Corruptf(s.path, 0, "wal segment magic % x", data[:3])
		}
		if data[3] != magic[3] {
			return disk.Corruptf(s.path, 3, "wal segment version %d is not supported", data[3])
		}
		s.capacity = int64(len(data)) &^ 7
		s.seed = binary.LittleEndian.Uint32(data[4:])
		s.size, s.crc, s.count, s.marks = headerLen, s.seed, 0, nil
		for {
			n, crc, ok := entryAt(data, s.size, s.capacity, s.crc)
			if !ok {
				return nil
			}
			s.passed(n, crc)
		}
	})
}

// mapped calls fn with the bytes of the file.
func (s *segment) mapped(fn func(data []byte) error) error {
	m, err := s.fs.Map(s.path, false)
	if err != nil {
		return err
	}
	return errors.Join(fn(m.Data), m.Close())
}

// mark is where an entry begins, and the checksum before it.
type mark struct {
	index uint64
	off   int64
	crc   uint32
}

// markEvery is about the distance of marks in bytes.
const markEvery = 64 << 10

// passed goes over a valid entry of n bytes behind the last one.
func (s *segment) passed(n int64, crc uint32) {
	if m := len(s.marks); m == 0 || s.size-s.marks[m-1].off >= markEvery {
		s.marks = append(s.marks, mark{s.count, s.size, s.crc})
	}
	s.size, s.crc = s.size+n, crc
	s.count++
}

// walk calls fn for the entries from one on. The data is valid during the call only.
func (s *segment) walk(from uint64, fn func(i uint64, data []byte) error) error {
	if from >= s.count {
		return nil
	}
	return s.mapped(func(data []byte) error {
		if int64(len(data)) < s.size {
			return disk.Corruptf(s.path, int64(len(data)), "wal segment shrank from %d bytes", s.size)
		}
		behind := sort.Search(len(s.marks), func(i int) bool { return s.marks[i].index > from })
		for at := s.marks[behind-1]; at.index < s.count; {
			n, crc, ok := entryAt(data, at.off, s.size, at.crc)
			if !ok {
				return disk.Corruptf(s.path, at.off, "wal entry changed after it was checked")
			}
			if at.index >= from {
				body := data[at.off+headerLen:]
				if err := fn(at.index, body[:binary.LittleEndian.Uint64(data[at.off:])]); err != nil {
					return err
				}
			}
			at = mark{at.index + 1, at.off + n, crc}
		}
		return nil
	})
}

// entryAt checks the entry at off, which must end at or before end, and returns its whole length; ok is false at the end of the log.
func entryAt(data []byte, off, end int64, prev uint32) (size int64, crc uint32, ok bool) {
	room := end - off
	if room <= headerLen+crcLen {
		return 0, 0, false
	}
	n := binary.LittleEndian.Uint64(data[off:])
	if n > uint64(room-headerLen-crcLen) || n+padding(n) > uint64(room-headerLen-crcLen) {
		return 0, 0, false
	}
	behind := off + headerLen + int64(n+padding(n))
	crc = chain(prev, data[off:behind])
	return behind + crcLen - off, crc, crc == binary.LittleEndian.Uint32(data[behind:])
}

// fits reports whether an entry of n data bytes has room.
func (s *segment) fits(n int) bool { return s.capacity-s.size >= entryLen(n) }

// ensure grows the file so that an entry of n data bytes fits.
func (s *segment) ensure(n int) error {
	if s.fits(n) {
		return nil
	}
	need := s.size + entryLen(n)
	if err := s.file.Truncate(need); err != nil {
		return err
	}
	s.capacity, s.dirty = need, true
	return nil
}

// append writes an entry that fits. scratch is reused for the encoded bytes.
func (s *segment) append(scratch, data []byte) ([]byte, error) {
	out, crc := appendEntry(scratch[:0], s.crc, data)
	next := s.size + int64(len(out))
	out = append(out, make([]byte, min(terminatorLen, s.capacity-next))...)
	if _, err := s.file.WriteAt(out, s.size); err != nil {
		s.erase()
		return out, err
	}
	s.passed(next-s.size, crc)
	s.dirty = true
	return out, nil
}

// erase zeroes the start of a half-written entry so that it can not be read back
// although its append failed. It is a best effort: the write error is reported.
func (s *segment) erase() {
	_, _ = s.file.WriteAt(make([]byte, min(terminatorLen, s.capacity-s.size)), s.size)
}

// flush syncs what was appended since the last flush.
func (s *segment) flush() error {
	if !s.dirty {
		return nil
	}
	if err := s.file.Sync(); err != nil {
		return err
	}
	s.dirty = false
	return nil
}

// rename moves the segment file over whatever has the new name.
func (s *segment) rename(path string) error {
	if err := s.fs.Rename(s.path, path); err != nil {
		return err
	}
	s.path = path
	return nil
}

// remove closes and deletes the segment file.
func (s *segment) remove() error {
	return errors.Join(s.file.Close(), s.fs.Remove(s.path))
}
