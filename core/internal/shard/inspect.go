package shard

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// Names of what a shard directory holds.
const (
	SegmentsDir = segmentsDir
	WALDir      = walDir
	ConfigFile  = configName
	TempDir     = tempDir
)

// Inspect opens the segments of a shard without changing a byte or taking a lock: what the log alone has is not in the view. Segments that
// cannot be opened are left out and reported to failed. Close it with Release.
func Inspect(fsys disk.FS, path string, failed func(dir string, err error)) (*View, error) {
	dir := filepath.Join(path, segmentsDir)
	entries, err := fsys.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, api.Errorf(api.NotFound, "no shard: %s does not exist", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("shard: %w", err)
	}
	var segs []*segment.Segment
	for _, e := range entries {
		full := filepath.Join(dir, e.Name())
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") || strings.HasSuffix(e.Name(), ".deleted") {
			continue
		}
		if done, err := disk.Exists(fsys, filepath.Join(full, segment.VersionFile)); err != nil || !done {
			continue
		}
		err := disk.Guard(func() error {
			seg, err := segment.OpenReadOnly(fsys, full)
			if err == nil {
				segs = append(segs, seg)
			}
			return err
		})
		if err != nil {
			failed(full, err)
		}
	}
	return newView(segs), nil
}

// Release closes the segments of a view that Inspect opened.
func (v *View) Release() error { return v.retire() }

// StoredConfig reads edge_config.json, nil when there is none, and says what in it contradicts the segments of a view.
func StoredConfig(fsys disk.FS, path string, v *View) (*api.EdgeConfig, error) {
	cfg, err := readConfig(fsys, path)
	if err != nil {
		return nil, err
	}
	segs := make([]*segment.Segment, len(v.Parts))
	for i := range v.Parts {
		segs[i] = v.Parts[i].Seg
	}
	if cfg == nil && len(segs) == 0 {
		return nil, nil
	}
	_, err = resolve(cfg, segs)
	return cfg, err
}
