package hub

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"os"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
)

func (c *collection) createIndex(r *http.Request) ([]byte, error) {
	f, err := readFields(r)
	if err != nil {
		return nil, err
	}
	op, err := operation("create_index", f.pick("field_name", "field_schema"))
	if err != nil {
		return nil, err
	}
	return c.apply(r, op)
}

func (c *collection) deleteIndex(r *http.Request) ([]byte, error) {
	return c.apply(r, &api.DeleteIndex{FieldName: r.PathValue("field")})
}

// createVectorName adds a named vector, to the shard and to what the description of the collection says.
func (h *Hub) createVectorName(c *collection, r *http.Request) ([]byte, error) {
	raw, err := readBody(r)
	if err != nil {
		return nil, err
	}
	var config map[string]json.RawMessage
	if err := json.Unmarshal(raw, &config); err != nil {
		return nil, badBody(err)
	}
	name, err := json.Marshal(r.PathValue("vector"))
	if err != nil {
		return nil, err
	}
	op, err := operation("create_vector_name", fields{"vector_name": name, "config": raw}.pick("vector_name", "config"))
	if err != nil {
		return nil, err
	}
	return h.changeVectors(c, r, op, func(vectors map[string]map[string]json.RawMessage) {
		if dense, ok := config["dense"]; ok {
			vectors["vectors"][r.PathValue("vector")] = dense
		} else {
			vectors["sparse_vectors"][r.PathValue("vector")] = json.RawMessage("{}")
		}
	})
}

func (h *Hub) deleteVectorName(c *collection, r *http.Request) ([]byte, error) {
	op := &api.DeleteVectorName{VectorName: r.PathValue("vector")}
	return h.changeVectors(c, r, op, func(vectors map[string]map[string]json.RawMessage) {
		delete(vectors["vectors"], op.VectorName)
		delete(vectors["sparse_vectors"], op.VectorName)
	})
}

func (h *Hub) changeVectors(c *collection, r *http.Request, op api.UpdateOperation, change func(map[string]map[string]json.RawMessage)) ([]byte, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	result, err := c.apply(r, op)
	if err != nil {
		return nil, err
	}
	byKind := map[string]map[string]json.RawMessage{"vectors": {}, "sparse_vectors": {}}
	for kind, vectors := range byKind {
		raw := c.parameters()[kind]
		if kind == "vectors" {
			raw = namedVectors(raw)
		}
		if len(raw) > 0 {
			if err := json.Unmarshal(raw, &vectors); err != nil {
				return nil, api.Wrap(api.Corrupt, err, "configuration of collection %q", c.name)
			}
			byKind[kind] = vectors
		}
	}
	change(byKind)
	next := map[string]json.RawMessage{}
	for kind, vectors := range byKind {
		if next[kind], err = json.Marshal(vectors); err != nil {
			return nil, err
		}
		if len(vectors) == 0 {
			next[kind] = nil
		}
	}
	return result, c.saveParams(next)
}

// patch merges metadata into that of the collection; the other parameters of a server's call are accepted and change nothing here.
func (h *Hub) patch(c *collection, r *http.Request) ([]byte, error) {
	f, err := readFields(r)
	if err != nil {
		return nil, err
	}
	if f["metadata"] == nil {
		return []byte("true"), nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	merged := map[string]json.RawMessage{}
	for _, part := range []json.RawMessage{c.parameters()["metadata"], f["metadata"]} {
		if len(part) == 0 {
			continue
		}
		if err := json.Unmarshal(part, &merged); err != nil {
			return nil, badBody(err)
		}
	}
	raw, err := json.Marshal(merged)
	if err != nil {
		return nil, err
	}
	return []byte("true"), c.saveParams(map[string]json.RawMessage{"metadata": raw})
}

// saveParams replaces parameters of the collection, nil removing them, in the file and then in memory. The hub is locked.
func (c *collection) saveParams(changed map[string]json.RawMessage) error {
	next := maps.Clone(c.parameters())
	for key, value := range changed {
		if value == nil {
			delete(next, key)
		} else {
			next[key] = value
		}
	}
	raw, err := json.Marshal(next)
	if err != nil {
		return err
	}
	file := filepath.Join(c.dir, "config.json")
	if err := os.WriteFile(file+".new", raw, 0o644); err != nil {
		return api.Wrap(kindOfFile(err), err, "collection %q", c.name)
	}
	if err := os.Rename(file+".new", file); err != nil {
		return errors.Join(api.Wrap(kindOfFile(err), err, "collection %q", c.name), os.Remove(file+".new"))
	}
	c.setParams(next)
	return nil
}

// schemaOf describes the payload indexes of a shard.
func schemaOf(info *api.ShardInfo) (json.RawMessage, error) {
	var shard struct {
		Schema json.RawMessage `json:"payload_schema"`
	}
	if err := json.Unmarshal(info.AppendJSON(nil), &shard); err != nil {
		return nil, api.Wrap(api.Internal, err, "shard info")
	}
	return orDefault(shard.Schema, "{}"), nil
}

func (c *collection) facet(r *http.Request) ([]byte, error) {
	req, err := request(r, api.DecodeFacetRequestJSON)
	if err != nil {
		return nil, err
	}
	found, err := c.shard.Facet(r.Context(), req)
	if err != nil {
		return nil, err
	}
	return found.AppendJSON(nil), nil
}

func (c *collection) queryGroups(r *http.Request) ([]byte, error) {
	req, err := request(r, api.DecodeQueryGroupsRequestJSON)
	if err != nil {
		return nil, err
	}
	found, err := c.shard.QueryGroups(r.Context(), req)
	if err != nil {
		return nil, err
	}
	return found.AppendJSON(nil), nil
}

func (c *collection) matrixPairs(r *http.Request) ([]byte, error) {
	req, err := request(r, api.DecodeSearchMatrixRequestJSON)
	if err != nil {
		return nil, err
	}
	found, err := c.shard.SearchMatrixPairs(r.Context(), req)
	if err != nil {
		return nil, err
	}
	return found.AppendJSON(nil), nil
}
