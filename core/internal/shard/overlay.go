package shard

import (
	"errors"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Rename is an operation of a log outside of the shard that adds a vector or takes one away.
type Rename struct {
	N  uint64
	Op api.UpdateOperation // *api.CreateVectorName or *api.DeleteVectorName
}

// LoadOverlay loads a shard whose log is outside of it. The renames are those that the log will apply again, in order: where one of them came to some
// segments and not to others, all are brought to the same set of vectors before.
func LoadOverlay(fsys disk.FS, path string, renames []Rename) (*Shard, error) {
	if len(renames) > 0 {
		if err := disk.Guard(func() error { return settleOverlay(fsys, path, renames) }); err != nil {
			return nil, err
		}
	}
	return Load(fsys, path, nil)
}

func settleOverlay(fsys disk.FS, path string, renames []Rename) (err error) {
	cfg, err := readConfig(fsys, path)
	if err != nil {
		return err
	}
	segs, err := openSegments(fsys, path)
	defer func() {
		for _, seg := range segs {
			err = errors.Join(err, seg.Close())
		}
	}()
	if err != nil || len(segs) == 0 {
		return err
	}
	last := map[string]Rename{}
	for _, r := range renames {
		last[renamed(r.Op)] = r
	}
	for name, r := range last {
		var config api.VectorNameConfig
		if create, ok := r.Op.(*api.CreateVectorName); ok {
			config = create.Config
		}
		if cfg, err = settleName(cfg, segs, name, r.N, config); err != nil {
			return err
		}
	}
	if cfg == nil {
		return api.Errorf(api.Corrupt, "%s is missing", filepath.Join(path, configName))
	}
	for _, seg := range segs {
		if err := seg.Flush(); err != nil {
			return err
		}
	}
	return writeConfig(fsys, path, cfg)
}

// renamed is the vector that an operation adds or takes away.
func renamed(op api.UpdateOperation) string {
	switch op := op.(type) {
	case *api.CreateVectorName:
		return op.VectorName
	case *api.DeleteVectorName:
		return op.VectorName
	}
	return ""
}
