package wal

import (
	"errors"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// ErrNotEmpty is returned by WriteCarrier for a directory that has segments.
var ErrNotEmpty = errors.New("wal: directory already has segments")

// WriteCarrier starts an empty log in dir whose first entry will get index next.
// It writes closed-<next> with nothing but the 8 header bytes. A shard whose log
// is rebuilt needs it: numbering from 0 would make every new operation look
// older than the stored points.
func WriteCarrier(fs disk.FS, dir string, next uint64) error {
	if err := fs.MkdirAll(dir); err != nil {
		return err
	}
	entries, err := fs.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "open-") || strings.HasPrefix(e.Name(), "closed-") {
			return ErrNotEmpty
		}
	}
	path := filepath.Join(dir, "closed-"+strconv.FormatUint(next, 10))
	return disk.WriteFileAtomic(fs, path, appendHeader(nil, rand.Uint32()))
}
