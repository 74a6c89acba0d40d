package edgesync

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	currentName    = "CURRENT"
	currentVersion = 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// current says which state of the server is installed. The zero value is none.
type current struct {
	Version    int           `json:"version"`
	Generation uint64        `json:"generation"` // 0 is none
	Cut        uint64        `json:"cut"`        // operations up to this one are in the mirror
	Shards     []mirrorShard `json:"shards"`
	Server     *identity     `json:"server,omitempty"` // nil before it was met
}

// mirrorShard is one shard of the server.
type mirrorShard struct {
	ID   uint32 `json:"id"`
	Next uint64 `json:"next"` // the number of the server's next operation when it was cut
}

// encode is a line with the checksum of the JSON that follows.
func (c *current) encode() ([]byte, error) {
	c.Version = currentVersion
	body, err := json.Marshal(c)
	return append(fmt.Appendf(nil, "QESYNC %08x\n", crc32.Checksum(body, castagnoli)), body...), err
}

func readCurrent(fsys disk.FS, dir string) (*current, error) {
	name := filepath.Join(dir, currentName)
	data, err := disk.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return &current{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("edgesync: %w", err)
	}
	const head = len("QESYNC 00000000\n")
	if len(data) < head || string(data[:head]) != fmt.Sprintf("QESYNC %08x\n", crc32.Checksum(data[head:], castagnoli)) {
		return nil, disk.Corruptf(name, 0, "the checksum does not fit")
	}
	c := &current{}
	if err := json.Unmarshal(data[head:], c); err != nil || c.Version != currentVersion {
		return nil, disk.Corruptf(name, int64(head), "not of version %d", currentVersion)
	}
	return c, nil
}

func (c *current) write(fsys disk.FS, dir string) error {
	data, err := c.encode()
	if err != nil {
		return err
	}
	return disk.WriteFileAtomic(fsys, filepath.Join(dir, currentName), data)
}
