package shard

import (
	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// indexKey is the form of a payload key by which indexes are found.
func indexKey(name string) (string, error) {
	path, err := jsonpath.Parse(name)
	if err != nil {
		return "", api.Wrap(api.InvalidArgument, err, "payload index")
	}
	return path.String(), nil
}

// logged is the form in which an operation is kept: an array of nested entries always ends with [].
func logged(op api.UpdateOperation) api.UpdateOperation {
	create, ok := op.(*api.CreateIndex)
	if !ok || create.FieldSchema == nil {
		return op
	}
	schema := create.FieldSchema.WithNested(func(nested string) string {
		path, err := jsonpath.Parse(nested)
		if err != nil {
			return nested
		}
		return path.Elements().String()
	})
	return &api.CreateIndex{FieldName: create.FieldName, FieldSchema: schema}
}

// createIndex indexes a key in all segments. Reads go on while the indexes are built; the caller keeps updates away.
func (v *View) createIndex(n uint64, op *api.CreateIndex) error {
	key, err := indexKey(op.FieldName)
	if err != nil {
		return err
	}
	schema, err := segment.SchemaOf(op)
	if err != nil {
		return err
	}
	need, err := v.clearFor(n, key, schema)
	if err != nil {
		return err
	}
	built, err := v.buildIndexes(need, key, schema)
	if err != nil {
		return err
	}
	v.lock()
	defer v.unlock()
	own := v.own()
	for i := range own {
		if err := own[i].Seg.SetIndex(n, key, schema, built[i]); err != nil {
			return err
		}
	}
	return nil
}

// clearFor drops what the new index replaces and makes durable what it will be built from; it returns which segments build.
func (v *View) clearFor(n uint64, key string, schema *field.Schema) (need []bool, err error) {
	v.lock()
	defer v.unlock()
	own := v.own()
	need = make([]bool, len(own))
	some := false
	for i := range own {
		need[i] = own[i].Seg.NeedsIndex(n, key, schema)
		some = some || need[i]
	}
	if !some {
		return need, nil
	}
	if err := v.flush(); err != nil {
		return nil, err
	}
	for i := range own {
		if need[i] {
			if err := own[i].Seg.ForgetIndex(key); err != nil {
				return nil, err
			}
		}
	}
	return need, nil
}

func (v *View) buildIndexes(need []bool, key string, schema *field.Schema) (built []*field.Index, err error) {
	v.rlock()
	defer v.RUnlock()
	own := v.own()
	built = make([]*field.Index, len(own))
	for i := range own {
		if !need[i] {
			continue
		}
		if built[i], err = own[i].Seg.PrepareIndex(key, schema); err != nil {
			return nil, err
		}
	}
	return built, nil
}

// flush makes the locked segments durable, those first that points move to.
func (v *View) flush() error {
	for _, first := range []bool{true, false} {
		for _, p := range v.own() {
			if seg := p.Seg; seg.TakesPoints() == first {
				if err := seg.Flush(); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (w *writer) dropIndex(op *api.DeleteIndex) error {
	key, err := indexKey(op.FieldName)
	if err != nil {
		return err
	}
	for _, p := range w.view.own() {
		if err := p.Seg.DropIndex(w.op, key); err != nil {
			return err
		}
	}
	return nil
}
