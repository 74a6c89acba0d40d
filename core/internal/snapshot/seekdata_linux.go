package snapshot

import (
	"errors"
	"syscall"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const seekData = 3

// nextData returns the first offset from off on that may hold data, size when there is none, off when the file system cannot tell.
func nextData(f disk.File, off, size int64) int64 {
	next, err := f.Seek(off, seekData)
	switch {
	case errors.Is(err, syscall.ENXIO):
		return size
	case err != nil:
		return off
	}
	return next
}
