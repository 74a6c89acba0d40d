package segment

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
)

// beforeWrite drops what local writes would make stale and others rebuild when they load the segment: quantized vectors.
func (s *Segment) beforeWrite() error {
	if s.readOnly {
		return api.Errorf(api.Unsupported, "segment %s is open for reading only", s.uuid)
	}
	if len(s.foreignQuant) > 0 {
		if err := s.dropQuantized(); err != nil {
			return fmt.Errorf("segment %s: quantized vectors: %w", s.uuid, err)
		}
		s.foreignQuant = nil
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
