package hashmap

import (
	"bufio"
	"encoding/binary"
	"errors"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Source is what a map is written from: keys by number, in the order of their
// entries.
type Source interface {
	Len() int
	// AppendKey appends the bytes of key i.
	AppendKey(dst []byte, i int) []byte
	// Count is the number of values of key i.
	Count(i int) int
	// AppendValues appends the values of key i.
	AppendValues(dst []uint32, i int) []uint32
}

// ErrRepeated refuses keys that are not distinct.
var ErrRepeated = errors.New("hash map: keys repeat")

// Write writes and syncs a map. The caller syncs the directory.
func Write(fsys disk.FS, name string, kind Kind, src Source) error {
	n := src.Len()
	f, ok := buildPerfect(kind, n, func(i int, buf []byte) []byte { return src.AppendKey(buf, i) })
	if !ok {
		return ErrRepeated
	}
	buckets := make([]byte, n*8)
	var key []byte
	end := uint64(0)
	for i := range n {
		key = src.AppendKey(key[:0], i)
		end = uint64(padded(int(end), kind.align()))
		b, _ := f.find(key)
		binary.LittleEndian.PutUint64(buckets[b*8:], end)
		end += uint64(padded(kind.keySize(key), valueSize) + valueSize + src.Count(i)*valueSize)
	}
	return disk.WriteStream(fsys, name, func(w *bufio.Writer) error {
		head := f.append(make([]byte, headerSize))
		pos := padded(len(head), pageSize)
		pos += padded(len(buckets), kind.align()) - len(buckets)
		copy(head, names[kind])
		binary.LittleEndian.PutUint64(head[8:], uint64(pos))
		binary.LittleEndian.PutUint64(head[16:], uint64(n))
		if _, err := w.Write(append(head, make([]byte, pos-len(head))...)); err != nil {
			return err
		}
		if _, err := w.Write(buckets); err != nil {
			return err
		}
		return writeEntries(w, kind, src)
	})
}

func writeEntries(w *bufio.Writer, kind Kind, src Source) error {
	var e []byte
	var values []uint32
	at := 0
	for i := range src.Len() {
		e = append(e[:0], make([]byte, padded(at, kind.align())-at)...)
		start := len(e)
		if e = src.AppendKey(e, i); kind == Text {
			e = append(e, textEnd)
		}
		e = append(e, make([]byte, padded(len(e)-start, valueSize)-(len(e)-start))...)
		values = src.AppendValues(values[:0], i)
		e = binary.LittleEndian.AppendUint32(e, uint32(len(values)))
		for _, v := range values {
			e = binary.LittleEndian.AppendUint32(e, v)
		}
		at += len(e)
		if _, err := w.Write(e); err != nil {
			return err
		}
	}
	return nil
}
