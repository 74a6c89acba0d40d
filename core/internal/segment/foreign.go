package segment

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

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

// beforeWrite drops what local writes would make stale and others rebuild when they load the segment: field indexes and quantized vectors.
func (s *Segment) beforeWrite() error {
	if s.readOnly {
		return api.Errorf(api.Unsupported, "segment %s is open for reading only", s.uuid)
	}
	if s.foreignIdx {
		if err := s.dropFieldIndexes(); err != nil {
			return fmt.Errorf("segment %s: field indexes: %w", s.uuid, err)
		}
		s.foreignIdx = false
	}
	if len(s.foreignQuant) > 0 {
		if err := s.dropQuantized(); err != nil {
			return fmt.Errorf("segment %s: quantized vectors: %w", s.uuid, err)
		}
		s.foreignQuant = nil
	}
	return nil
}

// dropFieldIndexes leaves indexed_fields of payload_index/config.json, by which others rebuild the indexes from the payload. The list of
// index types goes first: an index that is listed must exist.
func (s *Segment) dropFieldIndexes() error {
	if err := s.dropIndexedTypes(); err != nil {
		return err
	}
	dirs, err := s.fieldIndexDirs()
	if err != nil {
		return err
	}
	for _, d := range dirs {
		if err := s.fs.RemoveAll(d); err != nil {
			return err
		}
	}
	return nil
}

// quantizedConfig is the file by which others know that a storage has quantized vectors.
const quantizedConfig = "quantized.config.json"

// isQuantized tells the files of quantized vectors from those of the storage that holds them.
func isQuantized(name string) bool { return strings.HasPrefix(name, "quantized") }

// quantizedFiles lists files and directories of quantized vectors, for each storage the configuration first: without it the rest counts
// for nothing.
func (s *Segment) quantizedFiles() (names []string, err error) {
	for i := range s.vectors {
		if s.vectors[i].Sparse != nil {
			continue
		}
		dir := filepath.Join(s.dir, storageDir(s.vectors[i].Name))
		entries, err := s.fs.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		var rest []string
		for _, e := range entries {
			switch name := filepath.Join(dir, e.Name()); {
			case e.Name() == quantizedConfig:
				names = append(names, name)
			case isQuantized(e.Name()):
				rest = append(rest, name)
			}
		}
		names = append(names, rest...)
	}
	return names, nil
}

func (s *Segment) dropQuantized() error {
	for _, name := range s.foreignQuant {
		if err := s.fs.RemoveAll(name); err != nil {
			return err
		}
	}
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
