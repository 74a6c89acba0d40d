package segment

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Create makes a new empty appendable segment in dir, which must not exist, and opens it. An interrupted Create leaves a directory
// without version.info, which the next load of the shard removes.
func Create(fs disk.FS, dir string, cfg *api.EdgeConfig) (*Segment, error) {
	return CreateIndexed(fs, dir, cfg, nil)
}

// CreateIndexed is Create with payload indexes by payload key.
func CreateIndexed(fs disk.FS, dir string, cfg *api.EdgeConfig, fields map[string]json.RawMessage) (*Segment, error) {
	raw, err := plainConfig(cfg)
	if err != nil {
		return nil, err
	}
	if err := create(fs, dir, raw, fields); err != nil {
		// What is left has no version.info: if it cannot be removed now, the next load does.
		return nil, errors.Join(err, fs.RemoveAll(dir))
	}
	return Open(fs, dir)
}

func create(fs disk.FS, dir string, raw []byte, fields map[string]json.RawMessage) error {
	if err := fs.MkdirAll(dir); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	st := stateFile{Config: raw}
	if err := writeState(fs, dir, &st); err != nil {
		return err
	}
	if err := Layout(dir).WriteFields(fs, fields); err != nil {
		return err
	}
	s, err := open(fs, dir, modeCreate)
	if err != nil {
		return err
	}
	if err := s.Flush(); err != nil {
		return errors.Join(err, s.Close())
	}
	if err := s.Close(); err != nil {
		return err
	}
	if err := disk.SyncNames(fs, dir); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	if err := disk.WriteFileAtomic(fs, filepath.Join(dir, VersionFile), []byte(version)); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	return fs.SyncDir(filepath.Dir(dir))
}

func writeState(fs disk.FS, dir string, st *stateFile) error {
	buf := []byte(`{"initial_version":`)
	buf = appendVersion(buf, st.InitialVersion)
	buf = append(buf, `,"version":`...)
	buf = appendVersion(buf, st.Version)
	buf = append(buf, `,"config":`...)
	buf = append(buf, st.Config...)
	buf = append(buf, '}')
	if err := disk.WriteFileAtomic(fs, filepath.Join(dir, stateName), buf); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	return nil
}

func appendVersion(dst []byte, v *uint64) []byte {
	if v == nil {
		return append(dst, "null"...)
	}
	return strconv.AppendUint(dst, *v, 10)
}
