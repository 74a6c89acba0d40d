package snapshot

import (
	"io"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	minHole    = 16 * 4096 // shorter runs of zeros are stored: each extent costs header bytes
	minSparse  = 64 * 4096 // files whose holes sum up to less are stored whole
	maxExtents = 4096
)

// extents finds the parts of a file that are worth storing: all but long runs of zero pages. Where the system tells holes apart they are not
// even read. Nil means that the whole file should be stored.
func extents(f disk.File, size int64) ([]extent, error) {
	if size < minSparse {
		return nil, nil
	}
	list := []extent{}
	buf := make([]byte, disk.CopyBuffer)
	for off := int64(0); off < size; {
		n := int(min(int64(len(buf)), size-off))
		if next := nextData(f, off, size); next > off {
			off = min(next&^int64(disk.Page-1), size)
			if next >= size {
				break
			}
			n = int(min(int64(len(buf)), size-off))
		}
		if _, err := io.ReadFull(io.NewSectionReader(f, off, int64(n)), buf[:n]); err != nil {
			return nil, err
		}
		list = addPages(list, buf[:n], off)
		off += int64(n)
	}
	stored := int64(0)
	for _, e := range list {
		stored += e.n
	}
	if size-stored < minSparse || len(list) > maxExtents {
		return nil, nil
	}
	return list, nil
}

// addPages extends the list by the pages of p that are not zero.
func addPages(list []extent, p []byte, off int64) []extent {
	for start := 0; start < len(p); start += disk.Page {
		stop := min(start+disk.Page, len(p))
		if disk.AllZero(p[start:stop]) {
			continue
		}
		from, n := off+int64(start), int64(stop-start)
		if k := len(list) - 1; k >= 0 && from-(list[k].off+list[k].n) < minHole {
			list[k].n = from + n - list[k].off
		} else {
			list = append(list, extent{from, n})
		}
	}
	return list
}
