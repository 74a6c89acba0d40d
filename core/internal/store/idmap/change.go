package idmap

import (
	"encoding/binary"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Tags of the mappings log.
const (
	tagInsertNum = iota + 1
	tagInsertUUID
	tagDeleteNum
	tagDeleteUUID
)

// changeLen is the size of a log record by its tag.
var changeLen = [...]int{tagInsertNum: 13, tagInsertUUID: 21, tagDeleteNum: 9, tagDeleteUUID: 17}

// change is one record of the mappings log.
type change struct {
	id     api.PointID
	off    uint32
	remove bool
}

// appendChange appends the record of c.
func appendChange(dst []byte, c change) []byte {
	switch {
	case c.id.IsUUID() && c.remove:
		dst = append(dst, tagDeleteUUID)
	case c.id.IsUUID():
		dst = append(dst, tagInsertUUID)
	case c.remove:
		dst = append(dst, tagDeleteNum)
	default:
		dst = append(dst, tagInsertNum)
	}
	if c.id.IsUUID() {
		u := c.id.UUID()
		dst = append(dst, u[:]...)
	} else {
		dst = binary.LittleEndian.AppendUint64(dst, c.id.Num())
	}
	if c.remove {
		return dst
	}
	return binary.LittleEndian.AppendUint32(dst, c.off)
}

// replay calls apply for every complete record of a mappings log and returns the
// length of those records.
func replay(file string, log []byte, apply func(change) error) (int64, error) {
	pos := 0
	for pos < len(log) {
		tag := log[pos]
		if tag < tagInsertNum || tag > tagDeleteUUID {
			return 0, disk.Corruptf(file, int64(pos), "id mapping record tag %d", tag)
		}
		if len(log)-pos < changeLen[tag] {
			break
		}
		rec := log[pos+1 : pos+changeLen[tag]]
		c := change{remove: tag == tagDeleteNum || tag == tagDeleteUUID}
		if tag == tagInsertUUID || tag == tagDeleteUUID {
			c.id, rec = api.UUIDFromBytes([16]byte(rec)), rec[16:]
		} else {
			c.id, rec = api.NumID(binary.LittleEndian.Uint64(rec)), rec[8:]
		}
		if !c.remove {
			c.off = binary.LittleEndian.Uint32(rec)
		}
		if err := apply(c); err != nil {
			return 0, disk.Corruptf(file, int64(pos), "id mapping record of %s: %v", c.id, err)
		}
		pos += changeLen[tag]
	}
	return int64(pos), nil
}
