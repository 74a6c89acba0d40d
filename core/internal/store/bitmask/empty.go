package bitmask

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// compactFile is the container form of the mask of a field index.
const compactFile = "deleted_mask.bin"

// ReadEmpty reads the mask of the field index in dir, whose plain form is called
// plain: n bits, set for slots without values. It names the file it was read from.
func ReadEmpty(fsys disk.FS, dir, plain string, n int) (mask bits.Set, file string, err error) {
	b, err := disk.ReadFile(fsys, filepath.Join(dir, compactFile))
	if err == nil {
		mask, err = Decode(filepath.Join(dir, compactFile), b, n)
		return mask, compactFile, err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, "", err
	}
	b, err = disk.ReadFile(fsys, filepath.Join(dir, plain))
	if err != nil {
		return nil, "", err
	}
	mask, err = decodeDense(filepath.Join(dir, plain), 0, b, n)
	return mask, plain, err
}

// WriteEmpty writes the plain mask of a field index: n bits.
func WriteEmpty(fsys disk.FS, dir, plain string, mask bits.Set, n int) error {
	return disk.WriteStream(fsys, filepath.Join(dir, plain), func(w *bufio.Writer) error {
		var word [8]byte
		for i := range (n + 63) / 64 {
			var v uint64
			if i < len(mask) {
				v = mask[i]
			}
			if i == n/64 {
				v &= 1<<(n%64) - 1
			}
			binary.LittleEndian.PutUint64(word[:], v)
			if _, err := w.Write(word[:]); err != nil {
				return err
			}
		}
		return nil
	})
}
