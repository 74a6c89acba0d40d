package field

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// ConfigName is the file that names the indexes.
const ConfigName = "config.json"

// storedType is one index of a key in config.json.
type storedType struct {
	Kind       kind            `json:"index_type"`
	Mutability string          `json:"mutability"`
	Storage    json.RawMessage `json:"storage_type"`
}

const (
	gridStorage   = `"gridstore"`
	heapStorage   = `{"mmap":{"is_on_disk":false}}`
	mappedStorage = `{"mmap":{"is_on_disk":true}}`
)

// typeOf says how an index of a segment is stored.
func typeOf(k kind, s *Schema, mutable bool) storedType {
	t := storedType{Kind: k, Mutability: "immutable", Storage: json.RawMessage(heapStorage)}
	if mutable {
		t.Mutability = "mutable"
	}
	switch {
	case k.flags():
	case mutable:
		t.Storage = json.RawMessage(gridStorage)
	case s.OnDisk:
		t.Storage = json.RawMessage(mappedStorage)
	}
	return t
}

func (t *storedType) same(o *storedType) bool {
	return t.Kind == o.Kind && t.Mutability == o.Mutability && string(t.Storage) == string(o.Storage)
}

// storedConfig is config.json.
type storedConfig struct {
	Fields map[string]json.RawMessage `json:"indexed_fields"`
	Types  map[string][]storedType    `json:"indexed_types,omitempty"`
}

// ReadSchemas returns what config.json of an index directory names, nothing when there is no such file.
func ReadSchemas(fs disk.FS, dir string) (map[string]json.RawMessage, error) {
	c, err := readConfig(fs, dir)
	if err != nil {
		return nil, err
	}
	return c.Fields, nil
}

// WriteSchemas makes config.json name schemas whose indexes the next open of the segment builds.
func WriteSchemas(fs disk.FS, dir string, schemas map[string]json.RawMessage) error {
	c := storedConfig{Fields: maps.Clone(schemas)}
	return c.write(fs, dir)
}

func readConfig(fs disk.FS, dir string) (*storedConfig, error) {
	c := &storedConfig{Fields: map[string]json.RawMessage{}}
	name := filepath.Join(dir, ConfigName)
	ok, err := disk.Exists(fs, name)
	if err != nil || !ok {
		return c, err
	}
	data, err := disk.ReadFile(fs, name)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, c); err != nil {
		return nil, disk.Corruptf(name, 0, "%v", err)
	}
	if c.Fields == nil {
		c.Fields = map[string]json.RawMessage{}
	}
	return c, nil
}

func (c *storedConfig) write(fs disk.FS, dir string) error {
	if c.Fields == nil {
		c.Fields = map[string]json.RawMessage{}
	}
	if err := fs.MkdirAll(dir); err != nil {
		return fmt.Errorf("payload index: %w", err)
	}
	buf, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("payload index: config: %w", err)
	}
	if err := disk.WriteFileAtomic(fs, filepath.Join(dir, ConfigName), buf); err != nil {
		return fmt.Errorf("payload index: %w", err)
	}
	return nil
}

func (c *storedConfig) keys() []string { return slices.Sorted(maps.Keys(c.Fields)) }
