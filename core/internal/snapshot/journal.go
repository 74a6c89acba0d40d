package snapshot

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	journalName    = ".apply.journal"
	journalVersion = 1
	stagingPrefix  = ".incoming-"
	stagingDigits  = 16
	markerName     = ".incoming" // inside a staged tree: it has not been switched in yet
)

// journal is the commit record of an apply: what is left to do when it exists.
type journal struct {
	Version int      `json:"version"`
	Staging string   `json:"staging"` // name of the staging directory
	Trees   []string `json:"trees"`   // directories to switch
	Move    []string `json:"move"`    // files to move from the staging directory
	Remove  []string `json:"remove"`  // files to remove
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encode writes one JSON line and the CRC-32C of it.
func (j *journal) encode() ([]byte, error) {
	body, err := json.Marshal(j)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%s\n%08x\n", body, crc32.Checksum(body, castagnoli)), nil
}

func decodeJournal(name string, data []byte) (*journal, error) {
	body, sum, _ := strings.Cut(string(data), "\n")
	if want := fmt.Sprintf("%08x\n", crc32.Checksum([]byte(body), castagnoli)); sum != want {
		return nil, disk.Corruptf(name, int64(len(body)), "checksum %q, want %q", sum, want)
	}
	var j journal
	if err := json.Unmarshal([]byte(body), &j); err != nil {
		return nil, disk.Corruptf(name, 0, "%v", err)
	}
	if j.Version != journalVersion {
		return nil, disk.Corruptf(name, 0, "version %d", j.Version)
	}
	if !isStagingName(j.Staging) {
		return nil, disk.Corruptf(name, 0, "staging directory %q", j.Staging)
	}
	for _, list := range [][]string{j.Trees, j.Move, j.Remove} {
		for _, f := range list {
			if checkRelative(f) != nil || strings.Contains(f, "/") {
				return nil, disk.Corruptf(name, 0, "name %q", f)
			}
		}
	}
	return &j, nil
}

func isStagingName(name string) bool {
	digits, ok := strings.CutPrefix(name, stagingPrefix)
	return ok && len(digits) == stagingDigits && strings.Trim(digits, "0123456789abcdef") == ""
}

// readJournal returns nil when there is none.
func readJournal(fs disk.FS, shardDir string) (*journal, error) {
	name := filepath.Join(shardDir, journalName)
	data, err := disk.ReadFile(fs, name)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return decodeJournal(name, data)
}

// commit makes the journal durable. On failure committed tells whether the journal may be in place nevertheless.
func (j *journal) commit(fs disk.FS, shardDir string) (committed bool, err error) {
	data, err := j.encode()
	if err != nil {
		return false, err
	}
	tmp := filepath.Join(shardDir, j.Staging, "journal")
	if err := disk.WriteNew(fs, tmp, data); err != nil {
		return false, err
	}
	err = fs.Rename(tmp, filepath.Join(shardDir, journalName))
	if err == nil {
		err = fs.SyncDir(shardDir)
	}
	if err == nil {
		return true, nil
	}
	return dropJournal(fs, shardDir) != nil, err
}

// dropJournal removes the journal, if there is one, for good.
func dropJournal(fs disk.FS, shardDir string) error {
	if err := fs.Remove(filepath.Join(shardDir, journalName)); err != nil && !os.IsNotExist(err) {
		return err
	}
	return fs.SyncDir(shardDir)
}
