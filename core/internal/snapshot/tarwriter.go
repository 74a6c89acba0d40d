package snapshot

import (
	"fmt"
	"io"
	"strconv"
	"time"
)

// Field positions of an old-GNU tar header.
const (
	fieldMode    = 100
	fieldUID     = 108
	fieldGID     = 116
	fieldSize    = 124
	fieldMtime   = 136
	fieldSum     = 148
	fieldType    = 156
	fieldMagic   = 257
	fieldSparse  = 386 // 4 entries of offset and length, 12 octal digits each
	fieldMore    = 482 // 1 when an extension block follows
	fieldReal    = 483 // logical size
	sparseHead   = 4
	sparseExtra  = 21 // entries of an extension block
	fieldExtMore = 504
	nameLen      = 100
)

// tarWriter writes a GNU tar. The standard library's writer cannot produce sparse entries, without which every empty page file of a
// shard would weigh 32 MiB on the wire.
type tarWriter struct {
	w   io.Writer
	err error // sticky: the stream is broken
}

// extent is a run of stored bytes.
type extent struct{ off, n int64 }

func (t *tarWriter) write(p []byte) error {
	if t.err == nil {
		_, t.err = t.w.Write(p)
	}
	return t.err
}

// dir writes a directory entry.
func (t *tarWriter) dir(name string, at time.Time) error {
	return t.header(name+"/", '5', 0o40755, 0, at, nil)
}

// bytes writes a regular file out of memory.
func (t *tarWriter) bytes(name string, data []byte) error {
	if err := t.header(name, '0', 0o100644, int64(len(data)), time.Time{}, nil); err != nil {
		return err
	}
	if err := t.write(data); err != nil {
		return err
	}
	return t.pad(int64(len(data)))
}

// file writes size bytes of r, of which only the extents are stored; nil extents means all.
func (t *tarWriter) file(name string, r io.ReaderAt, size int64, extents []extent, at time.Time) error {
	typ, stored := byte('0'), size
	var fields []extent
	if extents != nil {
		typ, stored = 'S', 0
		for _, e := range extents {
			stored += e.n
		}
		fields = withEnd(extents, size)
	} else {
		extents = []extent{{0, size}}
	}
	patch := func(h []byte) { putSparse(h, fields, size) }
	if typ == '0' {
		patch = nil
	}
	if err := t.header(name, typ, 0o100644, stored, at, patch); err != nil {
		return err
	}
	for rest := fields[min(len(fields), sparseHead):]; len(rest) > 0; {
		n := min(len(rest), sparseExtra)
		if err := t.write(extension(rest[:n], n < len(rest))); err != nil {
			return err
		}
		rest = rest[n:]
	}
	for _, e := range extents {
		if err := t.copy(name, io.NewSectionReader(r, e.off, e.n), e.n); err != nil {
			return err
		}
	}
	return t.pad(stored)
}

func (t *tarWriter) copy(name string, r io.Reader, n int64) error {
	if t.err != nil {
		return t.err
	}
	got, err := io.Copy(t.w, r)
	if err == nil && got != n {
		err = fmt.Errorf("%s shrank while it was sent: %d of %d bytes", name, got, n)
	}
	t.err = err
	return err
}

// close writes the end mark.
func (t *tarWriter) close() error { return t.write(make([]byte, 2*blockSize)) }

func (t *tarWriter) pad(n int64) error { return t.write(padding[:roundUp(n)-n]) }

var padding [blockSize]byte

// header writes the header block, preceded by a long-name entry when the name does not fit.
func (t *tarWriter) header(name string, typ byte, mode, size int64, at time.Time, patch func(h []byte)) error {
	if len(name) > nameLen {
		if err := t.header("././@LongLink", 'L', 0o644, int64(len(name))+1, time.Time{}, nil); err != nil {
			return err
		}
		if err := t.write(append([]byte(name), 0)); err != nil {
			return err
		}
		if err := t.pad(int64(len(name)) + 1); err != nil {
			return err
		}
		name = name[:nameLen]
	}
	var h [blockSize]byte
	copy(h[:nameLen], name)
	putOctal(h[fieldMode:fieldUID], mode)
	putOctal(h[fieldUID:fieldGID], 0)
	putOctal(h[fieldGID:fieldSize], 0)
	putOctal(h[fieldSize:fieldMtime], size)
	putOctal(h[fieldMtime:fieldSum], max(0, unixTime(at)))
	h[fieldType] = typ
	copy(h[fieldMagic:], "ustar  \x00")
	if patch != nil {
		patch(h[:])
	}
	copy(h[fieldSum:fieldType], "        ")
	sum := 0
	for _, b := range h {
		sum += int(b)
	}
	copy(h[fieldSum:], fmt.Sprintf("%06o\x00 ", sum))
	return t.write(h[:])
}

func unixTime(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.Unix()
}

// putOctal fills a field with digits and a NUL; a number that does not fit is written in base 256, as GNU tar does.
func putOctal(field []byte, n int64) {
	digits := strconv.FormatInt(n, 8)
	if room := len(field) - 1; len(digits) <= room {
		for i := range room {
			field[i] = '0'
		}
		copy(field[room-len(digits):], digits)
		field[room] = 0
		return
	}
	for i := len(field) - 1; i >= 0; i-- {
		field[i] = byte(n)
		n >>= 8
	}
	field[0] |= 0x80
}

// withEnd adds the empty extent that tells readers where a file ends that ends with a hole.
func withEnd(extents []extent, size int64) []extent {
	if n := len(extents); n > 0 && extents[n-1].off+extents[n-1].n == size {
		return extents
	}
	return append(extents[:len(extents):len(extents)], extent{size, 0})
}

func putExtents(dst []byte, list []extent) {
	for i, e := range list {
		putOctal(dst[24*i:24*i+12], e.off)
		putOctal(dst[24*i+12:24*i+24], e.n)
	}
}

func putSparse(h []byte, list []extent, size int64) {
	putExtents(h[fieldSparse:], list[:min(len(list), sparseHead)])
	if len(list) > sparseHead {
		h[fieldMore] = 1
	}
	putOctal(h[fieldReal:fieldReal+12], size)
}

func extension(list []extent, more bool) []byte {
	block := make([]byte, blockSize)
	putExtents(block, list)
	if more {
		block[fieldExtMore] = 1
	}
	return block
}
