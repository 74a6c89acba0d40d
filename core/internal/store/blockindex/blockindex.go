// Package blockindex is the file beside a sorted array of an immutable field index that has the first entry of every 16 KiB of the array.
//
//	off  size  meaning
//	  0     8  "QdrntSBI"
//	  8     4  u32 version 1
//	 12     4  u32 size of an entry
//	 16     4  u32 entries per block, 16384 / size
//	 20     4  0
//	 24     8  u64 number of entries of the array
//	 32        the first entry of each block, as in the array
//
// It is optional. Others find an entry of an array on a slow disk with it; here arrays are mapped and searched in place, of which the first steps
// always touch the same few pages.
package blockindex

import (
	"bytes"
	"encoding/binary"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	magic      = "QdrntSBI"
	version    = 1
	header     = 32
	blockBytes = 16384
)

// Builder makes the file of an array while the array is written.
type Builder struct {
	size, per, n int
	firsts       []byte
}

// New begins the file of an array with entries of a size.
func New(size int) *Builder { return &Builder{size: size, per: blockBytes / size} }

// Add takes the next entry of the array.
func (b *Builder) Add(entry []byte) {
	if b.n%b.per == 0 {
		b.firsts = append(b.firsts, entry[:b.size]...)
	}
	b.n++
}

// Write writes the file.
func (b *Builder) Write(fsys disk.FS, name string) error {
	buf := binary.LittleEndian.AppendUint32([]byte(magic), version)
	buf = binary.LittleEndian.AppendUint32(buf, uint32(b.size))
	buf = binary.LittleEndian.AppendUint32(buf, uint32(b.per))
	buf = binary.LittleEndian.AppendUint32(buf, 0)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(b.n))
	return disk.WriteFileAtomic(fsys, name, append(buf, b.firsts...))
}

// Check verifies the file against its array, if there is one.
func Check(fsys disk.FS, name string, array []byte, size int) error {
	if ok, err := disk.Exists(fsys, name); err != nil || !ok {
		return err
	}
	b, err := disk.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	if len(b) < header || string(b[:len(magic)]) != magic {
		return disk.Corruptf(name, 0, "not a block index")
	}
	total := len(array) / size
	per, n := int(binary.LittleEndian.Uint32(b[16:])), binary.LittleEndian.Uint64(b[24:])
	if per <= 0 || n != uint64(total) || len(b)-header != (total+per-1)/per*size {
		return disk.Corruptf(name, 16, "block index of %d entries, %d per block, in %d bytes", n, per, len(b))
	}
	for i := 0; i < total; i += per {
		at := header + i/per*size
		if !bytes.Equal(b[at:at+size], array[i*size:(i+1)*size]) {
			return disk.Corruptf(name, int64(at), "not the first entry of block %d", i/per)
		}
	}
	return nil
}
