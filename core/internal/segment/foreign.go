package segment

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// hasFieldIndexes reports whether payload_index/ holds index directories, which other implementations wrote.
func (s *Segment) hasFieldIndexes() (bool, error) {
	dirs, err := s.fieldIndexDirs()
	return len(dirs) > 0, err
}

func (s *Segment) fieldIndexDirs() ([]string, error) {
	dir := filepath.Join(s.dir, payloadIndex)
	ok, err := disk.Exists(s.fs, dir)
	if err != nil || !ok {
		return nil, err
	}
	entries, err := s.fs.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, e := range entries {
		if e.IsDir() {
			dirs = append(dirs, filepath.Join(dir, e.Name()))
		}
	}
	return dirs, nil
}

// beforeWrite drops field indexes that local writes would make stale: others rebuild them from the payload, by indexed_fields of
// payload_index/config.json, which stays. The list of index types goes first: an index that is listed must exist.
func (s *Segment) beforeWrite() error {
	if s.readOnly {
		return api.Errorf(api.Unsupported, "segment %s is open for reading only", s.uuid)
	}
	if !s.foreignIdx {
		return nil
	}
	if err := s.dropIndexedTypes(); err != nil {
		return fmt.Errorf("segment %s: %w", s.uuid, err)
	}
	dirs, err := s.fieldIndexDirs()
	if err != nil {
		return fmt.Errorf("segment %s: %w", s.uuid, err)
	}
	for _, d := range dirs {
		if err := s.fs.RemoveAll(d); err != nil {
			return fmt.Errorf("segment %s: %w", s.uuid, err)
		}
	}
	s.foreignIdx = false
	return nil
}

func (s *Segment) dropIndexedTypes() error {
	cfg, err := s.indexConfig()
	if err != nil || cfg == nil {
		return err
	}
	fields, ok := cfg["indexed_fields"]
	if !ok {
		fields = json.RawMessage("{}")
	}
	buf := append([]byte(`{"indexed_fields":`), fields...)
	return disk.WriteFileAtomic(s.fs, filepath.Join(s.dir, payloadIndex, indexConfig), append(buf, '}'))
}

func (s *Segment) indexConfig() (map[string]json.RawMessage, error) {
	name := filepath.Join(s.dir, payloadIndex, indexConfig)
	ok, err := disk.Exists(s.fs, name)
	if err != nil || !ok {
		return nil, err
	}
	data, err := disk.ReadFile(s.fs, name)
	if err != nil {
		return nil, err
	}
	var cfg map[string]json.RawMessage
	if err := json.Unmarshal(data, &cfg); err != nil {
		return nil, disk.Corruptf(name, 0, "%v", err)
	}
	return cfg, nil
}

// IndexedFields returns the raw schemas of the payload indexes by payload key.
func (s *Segment) IndexedFields() (map[string]json.RawMessage, error) {
	cfg, err := s.indexConfig()
	if err != nil || cfg == nil || cfg["indexed_fields"] == nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(cfg["indexed_fields"], &fields); err != nil {
		return nil, disk.Corruptf(filepath.Join(s.dir, payloadIndex, indexConfig), 0, "indexed_fields: %v", err)
	}
	return fields, nil
}
