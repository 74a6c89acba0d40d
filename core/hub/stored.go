package hub

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
)

// snapshotSuffix ends the names of stored snapshots; their checksums lie beside them.
const (
	snapshotSuffix = ".snapshot"
	checksumSuffix = ".checksum"
)

// storedSnapshot is what a server tells about one.
type storedSnapshot struct {
	Name     string  `json:"name"`
	Created  string  `json:"creation_time"`
	Size     int64   `json:"size"`
	Checksum *string `json:"checksum"`
}

func (c *collection) storedDir() string { return filepath.Join(c.dir, "snapshots") }

func (c *collection) storedPath(name string) (string, error) {
	if !strings.HasSuffix(name, snapshotSuffix) || strings.HasPrefix(name, ".") || strings.ContainsFunc(name, forbidden) {
		return "", errNoFile
	}
	return filepath.Join(c.storedDir(), name), nil
}

var errNoFile = &failure{status: http.StatusNotFound, text: "File not found: No such file or directory (os error 2)", plain: true}

// checkShard refuses a shard that the hub does not have.
func checkShard(r *http.Request) error {
	if r.PathValue("shard") != "0" {
		return failf(http.StatusNotFound, "Not found: shard %s not found", r.PathValue("shard"))
	}
	return nil
}

// createStored writes a full snapshot to a file of its own: under a name with a dot until it is complete and on disk.
func (h *Hub) createStored(c *collection, r *http.Request) ([]byte, error) {
	if err := checkShard(r); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.storedDir(), 0o755); err != nil {
		return nil, spoolFailure(err)
	}
	building, err := os.CreateTemp(c.storedDir(), spoolPattern)
	if err != nil {
		return nil, spoolFailure(err)
	}
	defer func() { _ = os.Remove(building.Name()) }() // gone already when all went well
	sum := sha256.New()
	err = c.shard.WriteSnapshot(r.Context(), io.MultiWriter(building, sum))
	if err == nil {
		err = building.Sync()
	}
	if err := errors.Join(err, building.Close()); err != nil {
		return nil, api.Wrap(kindOfFile(err), err, "snapshot of collection %q", c.name)
	}
	name, err := h.publish(c, building.Name(), hex.EncodeToString(sum.Sum(nil)))
	if err != nil {
		return nil, spoolFailure(err)
	}
	made, err := c.describe(name)
	if err != nil {
		return nil, err
	}
	return json.Marshal(made)
}

// publish gives a finished snapshot a name of its own; a second one within a second gets a number.
func (h *Hub) publish(c *collection, file, checksum string) (string, error) {
	base := fmt.Sprintf("%s-shard-0-%s", c.name, stamp(h.now()))
	for n := 1; ; n++ {
		name := base + snapshotSuffix
		if n > 1 {
			name = fmt.Sprintf("%s-%d%s", base, n, snapshotSuffix)
		}
		target := filepath.Join(c.storedDir(), name)
		err := os.Link(file, target)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		return name, os.WriteFile(target+checksumSuffix, []byte(checksum), 0o644)
	}
}

func (c *collection) describe(name string) (*storedSnapshot, error) {
	info, err := os.Stat(filepath.Join(c.storedDir(), name))
	if err != nil {
		return nil, spoolFailure(err)
	}
	made := &storedSnapshot{Name: name, Created: info.ModTime().UTC().Format("2006-01-02T15:04:05"), Size: info.Size()}
	if sum, err := os.ReadFile(filepath.Join(c.storedDir(), name+checksumSuffix)); err == nil {
		text := string(sum)
		made.Checksum = &text
	}
	return made, nil
}

func (c *collection) listStored(r *http.Request) ([]byte, error) {
	if err := checkShard(r); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(c.storedDir())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, spoolFailure(err)
	}
	list := []*storedSnapshot{}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || !strings.HasSuffix(e.Name(), snapshotSuffix) {
			continue
		}
		made, err := c.describe(e.Name())
		if err != nil {
			return nil, err
		}
		list = append(list, made)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return json.Marshal(list)
}

func (c *collection) deleteStored(r *http.Request) ([]byte, error) {
	if err := checkShard(r); err != nil {
		return nil, err
	}
	path, err := c.storedPath(r.PathValue("name"))
	if err == nil {
		err = os.Remove(path)
	}
	if err != nil {
		return nil, failf(http.StatusNotFound, "Not found: Snapshot %s not found", r.PathValue("name"))
	}
	_ = os.Remove(path + checksumSuffix) // may never have been written
	return []byte("true"), nil
}

// sendStored sends a stored snapshot or the ranges of it that are asked for.
func (h *Hub) sendStored(c *collection, w http.ResponseWriter, r *http.Request) error {
	path, err := c.storedPath(r.PathValue("name"))
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return errNoFile
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return errNoFile
	}
	name := filepath.Base(path)
	if code := coding(r); code != "" && r.Header.Get("Range") == "" {
		w.Header().Set("ETag", entityTag(info))
		if err := transmit(w, code, name, file); err != nil {
			panic(http.ErrAbortHandler)
		}
		return nil
	}
	head := w.Header()
	head.Set("Content-Type", "application/octet-stream")
	head.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	head.Set("ETag", entityTag(info))
	head.Set("Vary", "accept-encoding")
	if r.Header.Get("Range") != "" {
		head.Set("Content-Encoding", "identity")
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	http.ServeContent(w, r, "", info.ModTime(), file)
	return nil
}

// entityTag changes whenever the file does.
func entityTag(info fs.FileInfo) string {
	return fmt.Sprintf("\"%x:%x\"", info.Size(), info.ModTime().UnixNano())
}
