package hub

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

// segmentPoints is how many points a segment takes before another is started: what partial snapshots send again is one such segment.
const segmentPoints = 2_000

// collection is one shard with the parameters it was created with.
type collection struct {
	name   string
	dir    string
	params atomic.Pointer[map[string]json.RawMessage] // the body of the create call, with later changes; never changed in place
	shard  *edge.Shard
}

func (c *collection) parameters() map[string]json.RawMessage { return *c.params.Load() }

func (c *collection) setParams(params map[string]json.RawMessage) { c.params.Store(&params) }

func (c *collection) close() error { return c.shard.Close() }

func (h *Hub) loadAll() error {
	entries, err := os.ReadDir(h.collectionsDir())
	if err != nil {
		return api.Wrap(api.IO, err, "hub directory")
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") { // half made, or half deleted
			if err := os.RemoveAll(filepath.Join(h.collectionsDir(), e.Name())); err != nil {
				return api.Wrap(api.IO, err, "leftover of a collection")
			}
			continue
		}
		c, err := h.load(e.Name())
		if err != nil {
			return err
		}
		h.collections[e.Name()] = c
	}
	return h.loadAliases()
}

func (h *Hub) load(name string) (*collection, error) {
	dir := filepath.Join(h.collectionsDir(), name)
	raw, err := os.ReadFile(filepath.Join(dir, "config.json"))
	if err != nil {
		return nil, api.Wrap(api.IO, err, "configuration of collection %q", name)
	}
	c := &collection{name: name, dir: dir}
	params := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &params); err != nil {
		return nil, api.Wrap(api.Corrupt, err, "configuration of collection %q", name)
	}
	c.setParams(params)
	c.shard, err = edge.Load(filepath.Join(dir, "0"), nil, edge.WithSegmentPoints(segmentPoints))
	return c, err
}

// Names lists the collections in order.
func (h *Hub) Names() []string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	names := make([]string, 0, len(h.collections))
	for name := range h.collections {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func (h *Hub) list(*http.Request) ([]byte, error) {
	names := h.Names()
	type item struct {
		Name string `json:"name"`
	}
	items := make([]item, len(names))
	for i, name := range names {
		items[i].Name = name
	}
	return json.Marshal(map[string]any{"collections": items})
}

func (h *Hub) exists(r *http.Request) ([]byte, error) {
	_, err := h.lookup(r.PathValue("c"))
	return json.Marshal(map[string]bool{"exists": err == nil})
}

// create makes a collection: its shard is complete beside the others before one rename publishes it.
func (h *Hub) create(r *http.Request) ([]byte, error) {
	name := r.PathValue("c")
	params, cfg, err := createBody(r)
	if err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.collections[name]; ok {
		return nil, failf(http.StatusConflict, "Wrong input: Collection `%s` already exists!", name)
	}
	if err := h.build(name, params, cfg); err != nil {
		return nil, err
	}
	c, err := h.load(name)
	if err != nil {
		return nil, err
	}
	h.collections[name] = c
	return []byte("true"), nil
}

// build makes the directory of a collection beside the others and renames it when it is complete. Nothing is left when that fails.
func (h *Hub) build(name string, params map[string]json.RawMessage, cfg *api.EdgeConfig) (err error) {
	building, err := os.MkdirTemp(h.collectionsDir(), ".new-*")
	if err != nil {
		return api.Wrap(kindOfFile(err), err, "collection %q", name)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(building))
		}
	}()
	raw, err := json.Marshal(params)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(building, "config.json"), raw, 0o644); err != nil {
		return api.Wrap(kindOfFile(err), err, "collection %q", name)
	}
	shard, err := edge.Create(filepath.Join(building, "0"), cfg)
	if err != nil {
		return err
	}
	// Operation 0 carries nothing: in a manifest version 0 means "empty" as well as "operation 0", so a mirror of an empty collection
	// would not see what operation 0 brought. A server's collections begin at 1 too.
	_, err = shard.Update(context.Background(), &api.DeletePoints{})
	if err := errors.Join(err, shard.Close()); err != nil {
		return err
	}
	if err := os.Chmod(building, 0o755); err != nil {
		return err
	}
	if err := os.Rename(building, filepath.Join(h.collectionsDir(), name)); err != nil {
		return api.Wrap(kindOfFile(err), err, "collection %q", name)
	}
	return nil
}

func (h *Hub) drop(r *http.Request) ([]byte, error) {
	dropped, err := h.Drop(r.PathValue("c"))
	return strconv.AppendBool(nil, dropped), err
}

// Drop deletes a collection; false when there is none. The directory is renamed first: from then on the collection is gone, whatever fails
// after that.
func (h *Hub) Drop(name string) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c, ok := h.collections[name]
	if !ok {
		return false, nil
	}
	doomed, err := os.MkdirTemp(h.collectionsDir(), ".deleted-*")
	if err == nil {
		err = os.Rename(c.dir, filepath.Join(doomed, "collection"))
	}
	if err != nil {
		return false, errors.Join(api.Wrap(kindOfFile(err), err, "collection %q", name), os.RemoveAll(doomed))
	}
	delete(h.collections, name)
	for alias, target := range h.aliases {
		if target == name {
			delete(h.aliases, alias)
		}
	}
	if err := c.close(); err != nil {
		h.opts.Logger.Debug("close of a deleted collection", "collection", name, "error", err)
	}
	return true, errors.Join(h.saveAliases(), os.RemoveAll(doomed))
}

func kindOfFile(err error) api.ErrorKind {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return api.DiskFull
	}
	return api.IO
}

// checkName refuses what is no name of a file, and what Qdrant refuses.
func checkName(name string) error {
	if name == "" || len(name) > 255 || strings.HasPrefix(name, ".") || strings.ContainsFunc(name, forbidden) {
		return failf(http.StatusBadRequest, "Wrong input: collection name %q is not allowed", name)
	}
	return nil
}

func forbidden(r rune) bool { return r < 0x20 || strings.ContainsRune(`<>:"/\|?*`, r) || r == 0x7f }

// createBody reads the body of a create call as it came and as a shard configuration.
func createBody(r *http.Request) (map[string]json.RawMessage, *api.EdgeConfig, error) {
	raw, err := readBody(r)
	if err != nil {
		return nil, nil, err
	}
	params := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &params); err != nil {
		return nil, nil, badBody(err)
	}
	for key, value := range params {
		if string(value) == "null" {
			delete(params, key)
		}
	}
	if n, ok := params["shard_number"]; ok && string(n) != "1" {
		return nil, nil, failf(http.StatusBadRequest, "Wrong input: the hub keeps one shard per collection, shard_number %s is not supported", n)
	}
	cfg, err := shardConfig(params)
	if err == nil {
		err = cfg.Validate()
	}
	if err != nil {
		return nil, nil, badBody(err)
	}
	return params, cfg, nil
}

func readBody(r *http.Request) ([]byte, error) {
	raw, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, failf(http.StatusRequestEntityTooLarge, "Payload error: JSON payload (%d bytes) is larger than allowed (limit: %d bytes).", r.ContentLength, tooLarge.Limit)
	case err != nil:
		return nil, failf(http.StatusBadRequest, "Payload error: %v", err)
	}
	return raw, nil
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02-15-04-05") }
