package segment

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Files proxy_changes.<level>.<uuid>.dat hold what happened to the points of a segment while another implementation optimized it, and was
// stopped: records of a u32 length and as many bytes of JSON. What does not decode ends the file. They are applied in the order of their
// levels, then of their first versions, and go once the segment has been flushed.

// maxProxyRecord is the largest record that is written.
const maxProxyRecord = 32 << 20

type proxyRecord struct {
	DeletePoint *struct {
		PointID  json.RawMessage `json:"point_id"`
		Versions struct {
			Operation uint64 `json:"operation_version"`
		} `json:"versions"`
	}
	IndexChange *struct {
		FieldName string `json:"field_name"`
		Change    struct {
			Create               []json.RawMessage // schema, version
			Delete               *uint64
			DeleteIfIncompatible []json.RawMessage // version, schema
		} `json:"change"`
	}
	VectorNameChange *struct {
		VectorName string `json:"vector_name"`
		Intent     struct {
			Absent  *struct{ Version uint64 }
			Present *struct {
				Config     json.RawMessage
				Version    uint64
				Supersedes bool `json:"supersedes_wrapped"`
			}
		} `json:"intent"`
	}
}

func (r *proxyRecord) version() uint64 {
	switch {
	case r.DeletePoint != nil:
		return r.DeletePoint.Versions.Operation
	case r.IndexChange != nil:
		v, _ := r.indexVersion()
		return v
	case r.VectorNameChange != nil && r.VectorNameChange.Intent.Absent != nil:
		return r.VectorNameChange.Intent.Absent.Version
	case r.VectorNameChange != nil && r.VectorNameChange.Intent.Present != nil:
		return r.VectorNameChange.Intent.Present.Version
	}
	return 0
}

// indexVersion reads the version of an index change, which stands at another place in each kind.
func (r *proxyRecord) indexVersion() (v uint64, schema json.RawMessage) {
	c := &r.IndexChange.Change
	switch {
	case c.Delete != nil:
		return *c.Delete, nil
	case len(c.Create) == 2:
		_ = json.Unmarshal(c.Create[1], &v)
		return v, c.Create[0]
	case len(c.DeleteIfIncompatible) == 2:
		_ = json.Unmarshal(c.DeleteIfIncompatible[0], &v)
		return v, c.DeleteIfIncompatible[1]
	}
	return 0, nil
}

type proxyFile struct {
	name    string
	level   uint64
	records []proxyRecord
}

// decodeProxy reads records up to the first that is not whole.
func decodeProxy(data []byte) (records []proxyRecord) {
	for len(data) >= 4 {
		n := binary.LittleEndian.Uint32(data)
		if n > maxProxyRecord || uint64(n) > uint64(len(data)-4) {
			break
		}
		var r proxyRecord
		if json.Unmarshal(data[4:4+n], &r) != nil || (r.DeletePoint == nil && r.IndexChange == nil && r.VectorNameChange == nil) {
			break
		}
		records = append(records, r)
		data = data[4+n:]
	}
	return records
}

func (s *Segment) proxyFiles() ([]proxyFile, error) {
	entries, err := s.fs.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	var files []proxyFile
	for _, e := range entries {
		rest, found := strings.CutPrefix(e.Name(), "proxy_changes.")
		level, _, named := strings.Cut(rest, ".")
		n, err := strconv.ParseUint(level, 10, 64)
		if !found || !named || err != nil || !strings.HasSuffix(e.Name(), ".dat") {
			continue
		}
		name := filepath.Join(s.dir, e.Name())
		data, err := disk.ReadFile(s.fs, name)
		if err != nil {
			return nil, err
		}
		files = append(files, proxyFile{name, n, decodeProxy(data)})
	}
	slices.SortStableFunc(files, func(a, b proxyFile) int {
		return cmp.Or(cmp.Compare(a.level, b.level), cmp.Compare(a.first(), b.first()))
	})
	return files, nil
}

func (f *proxyFile) first() uint64 {
	if len(f.records) == 0 {
		return 0
	}
	return f.records[0].version()
}

// applyProxies applies the changes in memory; flushState removes the files.
func (s *Segment) applyProxies() error {
	files, err := s.proxyFiles()
	if err != nil {
		return err
	}
	for i := range files {
		for j := range files[i].records {
			if err := s.applyProxy(&files[i].records[j]); err != nil {
				return fmt.Errorf("%s: %w", files[i].name, err)
			}
		}
		s.proxies = append(s.proxies, files[i].name)
	}
	return nil
}

func (s *Segment) applyProxy(r *proxyRecord) error {
	v := r.version()
	switch {
	case r.DeletePoint != nil:
		id, err := api.ParsePointID(strings.Trim(string(r.DeletePoint.PointID), `"`))
		if err != nil {
			return err
		}
		if off, ok := s.ids.Internal(id); !ok || s.ids.Version(off) > v {
			return nil
		}
		return s.Delete(v, id)
	case r.IndexChange != nil:
		return s.applyProxyIndex(r)
	}
	c := r.VectorNameChange
	switch {
	case c.Intent.Absent != nil:
		return s.DropVector(v, c.VectorName)
	case c.Intent.Present == nil:
		return nil
	case c.Intent.Present.Supersedes:
		if err := s.DropVector(v, c.VectorName); err != nil {
			return err
		}
	}
	config, err := api.DecodeVectorNameConfigJSON(c.Intent.Present.Config)
	if err != nil {
		return err
	}
	p, err := ParamsOf(config)
	if err != nil {
		return err
	}
	return s.AddVector(v, c.VectorName, p)
}

func (s *Segment) applyProxyIndex(r *proxyRecord) error {
	key := r.IndexChange.FieldName
	v, raw := r.indexVersion()
	if raw == nil {
		return s.DropIndex(v, key)
	}
	given, err := api.DecodePayloadFieldSchemaJSON(raw)
	if err != nil {
		return err
	}
	schema, err := SchemaOf(&api.CreateIndex{FieldName: key, FieldSchema: given})
	if err != nil {
		return err
	}
	if !s.NeedsIndex(v, key, schema) {
		return nil
	}
	if err := s.ForgetIndex(key); err != nil || len(r.IndexChange.Change.Create) == 0 {
		return err
	}
	built, err := s.PrepareIndex(key, schema)
	if err != nil {
		return err
	}
	return s.SetIndex(v, key, schema, built)
}

// dropProxies removes the files whose changes the segment now has on disk.
func (s *Segment) dropProxies() error {
	var errs []error
	for _, name := range s.proxies {
		errs = append(errs, s.fs.Remove(name))
	}
	s.proxies = nil
	return errors.Join(errs...)
}
