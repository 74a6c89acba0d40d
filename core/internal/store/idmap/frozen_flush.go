package idmap

import (
	"encoding/binary"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// FlushMappings writes the bytes of the deleted bits that changed.
func (t *frozen) FlushMappings() error {
	first := t.fresh.NextSet(0)
	if first < 0 {
		return nil
	}
	last := first
	for i := first; i >= 0; i = t.fresh.NextSet(i + 1) {
		last = i
	}
	buf := make([]byte, 0, last>>3-first>>3+1)
	for b := first >> 3; b <= last>>3; b++ {
		buf = append(buf, byte(t.deleted[b>>3]>>(b&7*8)))
	}
	err := t.update(DeletedFile, func(f disk.File) error {
		_, err := f.WriteAt(buf, int64(first>>3))
		return err
	})
	if err == nil {
		t.fresh = nil
	}
	return err
}

// FlushVersions writes every run of changed versions.
func (t *frozen) FlushVersions() error {
	if len(t.changed) == 0 {
		return nil
	}
	offs := slices.Sorted(maps.Keys(t.changed))
	err := t.update(VersionsFile, func(f disk.File) error {
		for i := 0; i < len(offs); {
			var buf []byte
			start := offs[i]
			for ; i < len(offs) && int64(offs[i]) == int64(start)+int64(len(buf)/8); i++ {
				buf = binary.LittleEndian.AppendUint64(buf, t.changed[offs[i]])
			}
			if _, err := f.WriteAt(buf, int64(start)*8); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		clear(t.changed)
	}
	return err
}

// update changes an existing file in place and syncs it. The mapped view of the
// file sees the change.
func (t *frozen) update(name string, write func(disk.File) error) error {
	f, err := t.fs.OpenFile(filepath.Join(t.dir, name), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err = write(f); err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
