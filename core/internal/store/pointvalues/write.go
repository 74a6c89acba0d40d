package pointvalues

import (
	"bufio"
	"encoding/binary"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Source is what a file is written from.
type Source interface {
	// Len is the number of slots.
	Len() int
	// Size is the number of values of a slot and of their stored bytes together.
	Size(off uint32) (values, bytes int)
	// Append appends the stored values of a slot: see AppendText for texts.
	Append(dst []byte, off uint32) []byte
}

// AppendText appends a text as it is stored.
func AppendText[T string | []byte](dst []byte, s T) []byte {
	return append(binary.LittleEndian.AppendUint32(dst, uint32(len(s))), s...)
}

// Write writes and syncs the file in dir. The caller syncs the directory.
func Write(fsys disk.FS, dir string, src Source) error {
	return disk.WriteStream(fsys, filepath.Join(dir, FileName), func(w *bufio.Writer) error {
		n := src.Len()
		buf := make([]byte, rangesAt)
		binary.LittleEndian.PutUint64(buf, rangesAt)
		binary.LittleEndian.PutUint64(buf[8:], uint64(n))
		pos := uint64(rangesAt + n*rangeSize)
		for off := range uint32(n) {
			if _, err := w.Write(buf); err != nil {
				return err
			}
			values, size := src.Size(off)
			buf = binary.LittleEndian.AppendUint64(buf[:0], pos)
			buf = binary.LittleEndian.AppendUint64(buf, uint64(values))
			pos += uint64(size)
		}
		for off := range uint32(n) {
			if _, err := w.Write(buf); err != nil {
				return err
			}
			buf = src.Append(buf[:0], off)
		}
		_, err := w.Write(buf)
		return err
	})
}
