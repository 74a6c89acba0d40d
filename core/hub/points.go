package hub

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/api"
)

// fields is a JSON object by key; keys with null are absent.
type fields map[string]json.RawMessage

func readFields(r *http.Request) (fields, error) {
	raw, err := readBody(r)
	if err != nil {
		return nil, err
	}
	return parseFields(raw)
}

func parseFields(raw []byte) (fields, error) {
	f := fields{}
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, badBody(err)
	}
	for key, value := range f {
		if string(value) == "null" {
			delete(f, key)
		}
	}
	return f, nil
}

// pick returns the object of the given keys that are present.
func (f fields) pick(keys ...string) json.RawMessage {
	out := fields{}
	for _, key := range keys {
		if v, ok := f[key]; ok {
			out[key] = v
		}
	}
	raw, _ := json.Marshal(out)
	return raw
}

// list returns the elements of an array of JSON.
func list(parts ...json.RawMessage) json.RawMessage {
	raw, _ := json.Marshal(parts)
	return raw
}

// operation builds an update from the tree that the engine's log knows it by.
func operation(name string, body json.RawMessage) (api.UpdateOperation, error) {
	raw := append([]byte(`{"`+name+`":`), body...)
	op, err := api.DecodeUpdateOperationJSON(append(raw, '}'))
	if err != nil {
		return nil, badBody(err)
	}
	return op, nil
}

var errNoTarget = errors.New("one of points and filter is required")

func upsertOperation(f fields) (api.UpdateOperation, error) {
	points := f.pick("points", "batch")
	_, filtered := f["update_filter"]
	_, moded := f["update_mode"]
	if !filtered && !moded {
		return operation("upsert_points", points)
	}
	conditional := fields{"points_op": points, "condition": orDefault(f["update_filter"], "{}")}
	if moded {
		conditional["update_mode"] = f["update_mode"]
	}
	return operation("upsert_points_conditional", conditional.pick("points_op", "condition", "update_mode"))
}

func deleteOperation(f fields) (api.UpdateOperation, error) {
	switch {
	case f["points"] != nil:
		return operation("delete_points", fields{"ids": f["points"]}.pick("ids"))
	case f["filter"] != nil:
		return operation("delete_points_by_filter", f["filter"])
	}
	return nil, badBody(errNoTarget)
}

func updateVectorsOperation(f fields) (api.UpdateOperation, error) {
	return operation("update_vectors", f.pick("points", "update_filter"))
}

func deleteVectorsOperation(f fields) (api.UpdateOperation, error) {
	names := f["vector"]
	switch {
	case names == nil:
		return nil, badBody(errors.New("missing field `vector`"))
	case f["points"] != nil:
		return operation("delete_vectors", list(f.pick("points"), names))
	case f["filter"] != nil:
		return operation("delete_vectors_by_filter", list(f["filter"], names))
	}
	return nil, badBody(errNoTarget)
}

func payloadOperation(name string) func(fields) (api.UpdateOperation, error) {
	return func(f fields) (api.UpdateOperation, error) {
		if f["points"] == nil && f["filter"] == nil {
			return nil, badBody(errNoTarget)
		}
		return operation(name, f.pick("payload", "keys", "points", "filter", "key"))
	}
}

func clearOperation(f fields) (api.UpdateOperation, error) {
	switch {
	case f["points"] != nil:
		return operation("clear_payload", f.pick("points"))
	case f["filter"] != nil:
		return operation("clear_payload_by_filter", f["filter"])
	}
	return nil, badBody(errNoTarget)
}

// updates are the operations of the batch call; each is also a call of its own.
var updates = map[string]func(fields) (api.UpdateOperation, error){
	"upsert":            upsertOperation,
	"delete":            deleteOperation,
	"update_vectors":    updateVectorsOperation,
	"delete_vectors":    deleteVectorsOperation,
	"set_payload":       payloadOperation("set_payload"),
	"overwrite_payload": payloadOperation("overwrite_payload"),
	"delete_payload":    payloadOperation("delete_payload"),
	"clear_payload":     clearOperation,
}

func (c *collection) upsert(r *http.Request) ([]byte, error)       { return c.update(r, "upsert") }
func (c *collection) deletePoints(r *http.Request) ([]byte, error) { return c.update(r, "delete") }
func (c *collection) updateVectors(r *http.Request) ([]byte, error) {
	return c.update(r, "update_vectors")
}
func (c *collection) deleteVectors(r *http.Request) ([]byte, error) {
	return c.update(r, "delete_vectors")
}
func (c *collection) setPayload(r *http.Request) ([]byte, error) { return c.update(r, "set_payload") }
func (c *collection) overwritePayload(r *http.Request) ([]byte, error) {
	return c.update(r, "overwrite_payload")
}
func (c *collection) deletePayload(r *http.Request) ([]byte, error) {
	return c.update(r, "delete_payload")
}
func (c *collection) clearPayload(r *http.Request) ([]byte, error) {
	return c.update(r, "clear_payload")
}

func (c *collection) update(r *http.Request, name string) ([]byte, error) {
	f, err := readFields(r)
	if err != nil {
		return nil, err
	}
	op, err := updates[name](f)
	if err != nil {
		return nil, err
	}
	return c.apply(r, op)
}

// apply executes an update. The hub applies before it answers, so waiting or not only changes the word.
func (c *collection) apply(r *http.Request, op api.UpdateOperation) ([]byte, error) {
	number, err := c.shard.Update(r.Context(), op)
	if err != nil {
		return nil, err
	}
	status := "acknowledged"
	if wait, _ := strconv.ParseBool(r.URL.Query().Get("wait")); wait {
		status = "completed"
	}
	return []byte(`{"operation_id":` + strconv.FormatUint(number, 10) + `,"status":"` + status + `"}`), nil
}

// batch applies several updates in order. All are decoded before the first is applied.
func (c *collection) batch(r *http.Request) ([]byte, error) {
	raw, err := readBody(r)
	if err != nil {
		return nil, err
	}
	var body struct {
		Operations []map[string]json.RawMessage `json:"operations"`
	}
	if err := json.Unmarshal(raw, &body); err != nil {
		return nil, badBody(err)
	}
	ops := make([]api.UpdateOperation, 0, len(body.Operations))
	for _, tagged := range body.Operations {
		op, err := batchOperation(tagged)
		if err != nil {
			return nil, err
		}
		ops = append(ops, op)
	}
	results := make([][]byte, 0, len(ops))
	for _, op := range ops {
		result, err := c.apply(r, op)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	return append(append([]byte{'['}, bytes.Join(results, []byte{','})...), ']'), nil
}

func batchOperation(tagged map[string]json.RawMessage) (api.UpdateOperation, error) {
	for name, raw := range tagged {
		build, ok := updates[name]
		if !ok || len(tagged) != 1 {
			break
		}
		f, err := parseFields(raw)
		if err != nil {
			return nil, err
		}
		return build(f)
	}
	return nil, badBody(errors.New("data did not match any variant of untagged enum UpdateOperation"))
}
