package idmap

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"path/filepath"
	"sort"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/bitmask"
)

// Contents is what a frozen tracker is written from: slot i holds IDs[i].
type Contents struct {
	IDs      []api.PointID
	Versions []uint64 // as long as IDs
	Deleted  bits.Set // slots that are deleted from the start; may be nil
}

func (c *Contents) check() error {
	if len(c.Versions) != len(c.IDs) {
		return fmt.Errorf("idmap: %d versions for %d ids", len(c.Versions), len(c.IDs))
	}
	if uint64(len(c.IDs)) > 1<<32 {
		return ErrOffset
	}
	return nil
}

// WriteImmutable writes the three files of an immutable tracker and syncs them.
// The caller syncs the directory.
func WriteImmutable(fsys disk.FS, dir string, c Contents) error {
	if err := c.check(); err != nil {
		return err
	}
	if err := writeFile(fsys, filepath.Join(dir, MappingsFile), c.writeRecords); err != nil {
		return err
	}
	return c.writeState(fsys, dir)
}

// WriteDisk writes the five files of a disk tracker and syncs them. The caller
// syncs the directory. Engines before 0.9 do not know this form.
func WriteDisk(fsys disk.FS, dir string, c Contents) error {
	if err := c.check(); err != nil {
		return err
	}
	mask := bits.New(len(c.IDs))
	for i, id := range c.IDs {
		mask.Put(uint32(i), id.IsUUID())
	}
	writeMask := func(w io.Writer) error {
		_, err := w.Write(bitmask.Append(nil, mask, len(c.IDs)))
		return err
	}
	for _, file := range []struct {
		name string
		fill func(io.Writer) error
	}{{I2EFile, c.writeI2E}, {E2IFile, c.writeE2I}, {IsUUIDFile, writeMask}} {
		if err := writeFile(fsys, filepath.Join(dir, file.name), file.fill); err != nil {
			return err
		}
	}
	return c.writeState(fsys, dir)
}

// writeFile creates a file, fills it through a buffer and syncs it.
func writeFile(fsys disk.FS, path string, fill func(io.Writer) error) error {
	return disk.WriteStream(fsys, path, func(w *bufio.Writer) error { return fill(w) })
}

func (c *Contents) writeRecords(w io.Writer) error {
	buf := binary.LittleEndian.AppendUint64(nil, uint64(len(c.IDs)))
	for i, id := range c.IDs {
		if id.IsUUID() {
			u := id.UUID()
			buf = append(append(buf, recordUUID), u[:]...)
		} else {
			buf = binary.LittleEndian.AppendUint64(append(buf, recordNum), id.Num())
		}
		buf = binary.LittleEndian.AppendUint32(buf, uint32(i))
		if _, err := w.Write(buf); err != nil {
			return err
		}
		buf = buf[:0]
	}
	_, err := w.Write(buf)
	return err
}

// writeState writes the deleted bits and the versions.
func (c *Contents) writeState(fsys disk.FS, dir string) error {
	err := writeFile(fsys, filepath.Join(dir, DeletedFile), func(w io.Writer) error {
		words := bits.New(len(c.IDs))
		copy(words, c.Deleted)
		if r := len(c.IDs) % 64; r != 0 {
			words[len(words)-1] &= 1<<r - 1
		}
		return writeWords(w, words)
	})
	if err != nil {
		return err
	}
	return writeFile(fsys, filepath.Join(dir, VersionsFile), func(w io.Writer) error {
		return writeWords(w, c.Versions)
	})
}

func writeWords(w io.Writer, words []uint64) error {
	var b [8]byte
	for _, v := range words {
		binary.LittleEndian.PutUint64(b[:], v)
		if _, err := w.Write(b[:]); err != nil {
			return err
		}
	}
	return nil
}

func (c *Contents) writeI2E(w io.Writer) error {
	buf := appendDiskHeader(nil, i2eMagic)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(len(c.IDs)))
	buf = binary.LittleEndian.AppendUint64(buf, 0)
	for _, id := range c.IDs {
		if _, err := w.Write(buf); err != nil {
			return err
		}
		k := uuidKey{lo: id.Num()}
		if id.IsUUID() {
			k = uuidOf(id)
		}
		buf = appendUUIDLE(buf[:0], k)
	}
	_, err := w.Write(buf)
	return err
}

func appendDiskHeader(dst []byte, magic uint64) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, magic)
	return binary.LittleEndian.AppendUint64(dst, diskVersion)
}

// writeE2I writes the live ids in two sorted runs with their block indexes.
func (c *Contents) writeE2I(w io.Writer) error {
	var offs []uint32
	for i := range c.IDs {
		if !c.Deleted.Get(uint32(i)) {
			offs = append(offs, uint32(i))
		}
	}
	sort.Slice(offs, func(i, j int) bool { return c.IDs[offs[i]].Compare(c.IDs[offs[j]]) < 0 })
	nums := sort.Search(len(offs), func(i int) bool { return c.IDs[offs[i]].IsUUID() })
	r := layoutE2I(nums, len(offs)-nums, numBlock, uuidBlock)

	buf := appendDiskHeader(nil, e2iMagic)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(r.nums))
	buf = binary.LittleEndian.AppendUint64(buf, uint64(r.uuids))
	buf = binary.LittleEndian.AppendUint32(buf, numBlock)
	buf = binary.LittleEndian.AppendUint32(buf, uuidBlock)
	buf = binary.LittleEndian.AppendUint64(buf, 0)
	for i := 0; i < nums; i += numBlock {
		buf = binary.LittleEndian.AppendUint64(buf, c.IDs[offs[i]].Num())
	}
	buf = append(buf, make([]byte, r.uuidIdx-len(buf))...)
	for i := nums; i < len(offs); i += uuidBlock {
		buf = appendUUIDLE(buf, uuidOf(c.IDs[offs[i]]))
	}
	for _, off := range offs[:nums] {
		buf = binary.LittleEndian.AppendUint64(buf, c.IDs[off].Num())
		buf = binary.LittleEndian.AppendUint32(buf, off)
	}
	buf = append(buf, make([]byte, r.uuidAt-len(buf))...)
	for _, off := range offs[nums:] {
		buf = appendUUIDLE(buf, uuidOf(c.IDs[off]))
		buf = binary.LittleEndian.AppendUint32(buf, off)
	}
	_, err := w.Write(buf)
	return err
}
