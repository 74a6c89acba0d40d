package wal

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math/bits"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	headerLen     = 8
	crcLen        = 4
	terminatorLen = 16

	readBuffer = 256 << 10
	chunkLen   = 1 << 20
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
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	if info.Size() < headerLen {
		return disk.Corruptf(s.path, info.Size(), "wal segment shorter than its header")
	}
	s.capacity = info.Size() &^ 7
	var head [headerLen]byte
	if _, err := s.file.ReadAt(head[:], 0); err != nil {
		return err
	}
	if [3]byte(head[:3]) != [3]byte(magic[:3]) {
		return disk.Corruptf(s.path, 0, "wal segment magic % x", head[:3])
	}
	if head[3] != magic[3] {
		return disk.Corruptf(s.path, 3, "wal segment version %d is not supported", head[3])
	}
	s.seed = binary.LittleEndian.Uint32(head[4:])
	s.size, s.crc, s.count = headerLen, s.seed, 0
	return s.walk(nil)
}

// walk calls fn for every entry in order. With a nil fn it measures the segment;
// otherwise it stops at the measured end.
func (s *segment) walk(fn func(i uint64, data []byte) error) error {
	end := s.capacity
	if fn != nil {
		end = s.size
	}
	r := bufio.NewReaderSize(io.NewSectionReader(s.file, headerLen, end-headerLen), readBuffer)
	crc, off := s.seed, int64(headerLen)
	var buf []byte
	for i := uint64(0); ; i++ {
		body, sum, ok, err := readEntry(r, buf, crc, end-off)
		if err != nil {
			return err
		}
		if !ok {
			if fn != nil && off < end {
				return disk.Corruptf(s.path, off, "wal entry changed after it was checked")
			}
			return nil
		}
		buf, crc = body, sum
		off += int64(len(body)) + crcLen
		if fn == nil {
			s.count, s.size, s.crc = i+1, off, sum
			continue
		}
		n := binary.LittleEndian.Uint64(body)
		if err := fn(i, body[headerLen:headerLen+n]); err != nil {
			return err
		}
	}
}

// readEntry reads the next entry into buf if it fits in room bytes and matches
// the chain; ok is false at the end of the log.
func readEntry(r io.Reader, buf []byte, prev uint32, room int64) (body []byte, crc uint32, ok bool, err error) {
	if room <= headerLen+crcLen {
		return buf, 0, false, nil
	}
	body = append(buf[:0], make([]byte, headerLen)...)
	if err = readFull(r, body); err != nil {
		return endOfLog(buf, err)
	}
	n := binary.LittleEndian.Uint64(body)
	if n > uint64(room-headerLen-crcLen) || n+padding(n) > uint64(room-headerLen-crcLen) {
		return buf, 0, false, nil
	}
	if body, err = readGrowing(r, body, int64(n+padding(n))); err != nil {
		return endOfLog(buf, err)
	}
	var stored [crcLen]byte
	if err = readFull(r, stored[:]); err != nil {
		return endOfLog(buf, err)
	}
	crc = chain(prev, body)
	return body, crc, crc == binary.LittleEndian.Uint32(stored[:]), nil
}

// readGrowing appends n bytes of r to dst. It allocates as data arrives, so that
// a wild length in a sparse file costs no more than the file holds.
func readGrowing(r io.Reader, dst []byte, n int64) ([]byte, error) {
	for n > 0 {
		step := min(n, chunkLen)
		at := len(dst)
		dst = append(dst, make([]byte, step)...)
		if err := readFull(r, dst[at:]); err != nil {
			return dst, err
		}
		n -= step
	}
	return dst, nil
}

func readFull(r io.Reader, dst []byte) error {
	_, err := io.ReadFull(r, dst)
	return err
}

// endOfLog turns a file that shrank while being read into the end of the log.
func endOfLog(buf []byte, err error) ([]byte, uint32, bool, error) {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return buf, 0, false, nil
	}
	return buf, 0, false, err
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
	s.size, s.crc, s.dirty = next, crc, true
	s.count++
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
