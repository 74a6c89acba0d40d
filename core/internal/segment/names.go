package segment

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// NamedParams is the configuration of a vector that an operation adds: one of both members is set.
type NamedParams struct {
	Dense  *api.VectorParams
	Sparse *api.SparseVectorParams
}

// ParamsOf is what an operation says of a new vector.
func ParamsOf(c api.VectorNameConfig) (NamedParams, error) {
	switch c := c.(type) {
	case *api.DenseVectorConfig:
		return NamedParams{Dense: &api.VectorParams{Size: c.Size, Distance: c.Distance, MultivectorConfig: c.MultivectorConfig, Datatype: c.Datatype}}, nil
	case *api.SparseVectorConfig:
		if c.Datatype != nil && *c.Datatype > api.DatatypeUint8 {
			return NamedParams{}, api.Errorf(api.InvalidArgument, "the datatype %s is not for sparse vectors", c.Datatype)
		}
		return NamedParams{Sparse: &api.SparseVectorParams{Modifier: c.Modifier, Datatype: c.Datatype}}, nil
	}
	return NamedParams{}, api.Errorf(api.InvalidArgument, "a configuration of the vector is required")
}

// CheckName refuses names that cannot be part of a directory's name.
func CheckName(name string) error {
	if strings.ContainsAny(name, "/\\\x00") || len(name) > 200 {
		return api.Errorf(api.InvalidArgument, "invalid vector name %q: it must not leave the segment directory", name)
	}
	return nil
}

// AddVector adds a vector that no point has yet. What is there already stays.
func (s *Segment) AddVector(op uint64, name string, p NamedParams) error {
	if s.stale(op) || s.Vector(name) != nil {
		return nil
	}
	if err := s.beforeWrite(); err != nil {
		return err
	}
	// A removal that a crash cut short may have left its files.
	if err := s.wipeVector(name); err != nil {
		return err
	}
	section, entry, err := s.entryOf(p)
	if err != nil {
		return err
	}
	if err := s.editConfig(func(c map[string]map[string]json.RawMessage) { c[section][name] = entry }); err != nil {
		return err
	}
	i := slices.IndexFunc(s.cfg.Vectors, func(vc VectorConfig) bool { return vc.Name == name })
	v, err := s.openVector(&s.cfg.Vectors[i], modeWrite)
	if err != nil {
		return err
	}
	s.vectors = slices.Insert(s.vectors, i, v)
	s.bump(op)
	return s.fill(&s.vectors[i])
}

// entryOf is what segment.json says of a new vector. A segment that takes no points has a sparse index in files, else others would
// take it for one that does.
func (s *Segment) entryOf(p NamedParams) (section string, entry json.RawMessage, err error) {
	if p.Dense != nil {
		entry, err = json.Marshal(plainVector(p.Dense, nil))
		return "vector_data", entry, err
	}
	v := plainSparse(p.Sparse)
	if !s.Appendable() {
		v.Index.IndexType = "Mmap"
	}
	entry, err = json.Marshal(v)
	return "sparse_vector_data", entry, err
}

// DropVector removes a vector from all points.
func (s *Segment) DropVector(op uint64, name string) error {
	v := s.Vector(name)
	if s.stale(op) || v == nil {
		return nil
	}
	if err := s.beforeWrite(); err != nil {
		return err
	}
	err := s.editConfig(func(c map[string]map[string]json.RawMessage) {
		delete(c["vector_data"], name)
		delete(c["sparse_vector_data"], name)
	})
	if err != nil {
		return err
	}
	err = v.close()
	s.vectors = slices.DeleteFunc(s.vectors, func(v Vector) bool { return v.Name == name })
	s.bump(op)
	return errors.Join(err, s.wipeVector(name))
}

// DependsOn reports whether a segment would be taken for one that takes points if it lost a vector.
func (s *Segment) DependsOn(name string) bool {
	if s.Appendable() || s.Vector(name) == nil {
		return false
	}
	for i := range s.cfg.Vectors {
		if v := &s.cfg.Vectors[i]; v.Name != name && !v.appendable() {
			return false
		}
	}
	return true
}

func (s *Segment) wipeVector(name string) error {
	for _, dir := range []string{storageDir(name), indexDir(name)} {
		if err := s.fs.RemoveAll(filepath.Join(s.dir, dir)); err != nil {
			return fmt.Errorf("segment %s: vector %q: %w", s.uuid, name, err)
		}
	}
	return nil
}

// fill gives the storage of a segment that takes points a row for each slot.
func (s *Segment) fill(v *Vector) error {
	if !s.Appendable() {
		return nil
	}
	for off := v.Store.Len(); off < s.ids.Total(); off++ {
		if _, err := v.Store.Delete(uint32(off)); err != nil {
			return fmt.Errorf("vector %q: %w", v.Name, err)
		}
	}
	return nil
}

// editConfig changes the vectors in segment.json and takes over what it then says. Everything else in it stays.
func (s *Segment) editConfig(change func(sections map[string]map[string]json.RawMessage)) error {
	file := filepath.Join(s.dir, stateName)
	var config map[string]json.RawMessage
	if err := json.Unmarshal(s.state.Config, &config); err != nil {
		return disk.Corruptf(file, 0, "config: %v", err)
	}
	sections := map[string]map[string]json.RawMessage{"vector_data": {}, "sparse_vector_data": {}}
	for key, into := range sections {
		if raw, ok := config[key]; ok {
			if err := json.Unmarshal(raw, &into); err != nil {
				return disk.Corruptf(file, 0, "config: %s: %v", key, err)
			}
		}
	}
	change(sections)
	for key, section := range sections {
		raw, err := json.Marshal(section)
		if err != nil {
			return err
		}
		config[key] = raw
	}
	if len(sections["sparse_vector_data"]) == 0 {
		delete(config, "sparse_vector_data")
	}
	raw, err := json.Marshal(config)
	if err != nil {
		return err
	}
	st := s.state
	st.Config = raw
	var cf configFile
	if err := json.Unmarshal(raw, &cf); err != nil {
		return disk.Corruptf(file, 0, "config: %v", err)
	}
	cfg, err := cf.decode(file)
	if err != nil {
		return err
	}
	if err := writeState(s.fs, s.dir, &st); err != nil {
		return err
	}
	s.state, s.cfg = st, cfg
	return nil
}
