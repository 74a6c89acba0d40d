package shard

import (
	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/filter"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// check refuses operations that cannot be applied whole, before anything is written. Not-a-number and infinite values are refused too: one
// such vector would spoil every search.
func check(op api.UpdateOperation, cfg *api.EdgeConfig) error {
	c := checker{cfg: cfg, finite: true}
	return c.operation(op)
}

// replayable is check for an operation of the log: values that other implementations accepted stay.
func replayable(op api.UpdateOperation, cfg *api.EdgeConfig, renamed map[string]bool) error {
	c := checker{cfg: cfg, strange: true, renamed: renamed}
	return c.operation(op)
}

type checker struct {
	cfg     *api.EdgeConfig
	finite  bool            // values must be finite, indices of sparse vectors distinct
	renamed map[string]bool // vectors of these names may be of any space, and are left out then
	strange bool            // unknown vector names are left out later instead of refused
}

func (c *checker) operation(op api.UpdateOperation) error {
	switch op := op.(type) {
	case *api.UpsertPoints:
		return c.upsert(op)
	case *api.DeletePoints, *api.ClearPayload:
		return nil
	case *api.DeletePointsByFilter:
		return c.filter(op.Filter, true)
	case *api.UpdateVectors:
		return c.updateVectors(op)
	case *api.DeleteVectors:
		return c.names(op.Names)
	case *api.DeleteVectorsByFilter:
		if err := c.names(op.Names); err != nil {
			return err
		}
		return c.filter(op.Filter, true)
	case *api.SetPayload:
		return c.setPayload(op.Payload, op.Points, op.Filter, op.Key)
	case *api.OverwritePayload:
		return c.setPayload(op.Payload, op.Points, op.Filter, op.Key)
	case *api.DeletePayload:
		return c.deletePayload(op)
	case *api.ClearPayloadByFilter:
		return c.filter(op.Filter, true)
	case *api.CreateIndex:
		return c.createIndex(op)
	case *api.DeleteIndex:
		_, err := indexKey(op.FieldName)
		return err
	case *api.CreateVectorName:
		return c.createVectorName(op)
	case *api.DeleteVectorName:
		return segment.CheckName(op.VectorName)
	case *api.OtherOperation:
		return api.Errorf(api.Unsupported, "operation %s is not supported yet", op.Name)
	case nil:
		return api.Errorf(api.InvalidArgument, "an operation is required")
	}
	return api.Errorf(api.Unsupported, "operation %T is not supported", op)
}

func (c *checker) upsert(op *api.UpsertPoints) error {
	for i := range op.Points {
		if err := c.vectors(op.Points[i].Vector); err != nil {
			return err
		}
		if err := object(op.Points[i].Payload); err != nil {
			return err
		}
	}
	return c.filter(op.Condition, false)
}

func (c *checker) updateVectors(op *api.UpdateVectors) error {
	for i := range op.Points {
		if err := c.vectors(op.Points[i].Vector); err != nil {
			return err
		}
	}
	return c.filter(op.Filter, false)
}

func (c *checker) setPayload(p api.Payload, ids []api.PointID, f *api.Filter, key *string) error {
	if err := object(p); err != nil {
		return err
	}
	if key != nil {
		if _, err := jsonpath.Parse(*key); err != nil {
			return api.Wrap(api.InvalidArgument, err, "")
		}
	}
	return c.targets(ids, f)
}

func (c *checker) deletePayload(op *api.DeletePayload) error {
	if _, err := parseKeys(op.Keys); err != nil {
		return err
	}
	return c.targets(op.Points, op.Filter)
}

func (c *checker) createIndex(op *api.CreateIndex) error {
	key, err := indexKey(op.FieldName)
	if err != nil {
		return err
	}
	schema, err := segment.SchemaOf(op)
	if err != nil {
		return err
	}
	return schema.CheckKey(key)
}

func (c *checker) targets(ids []api.PointID, f *api.Filter) error {
	if ids == nil && f == nil {
		return api.Errorf(api.InvalidArgument, "No filter or points specified")
	}
	return c.filter(f, false)
}

func (c *checker) vectors(vs api.VectorStruct) error {
	for i := range vs {
		v, ok := vectorOf(c.cfg, vs[i].Name)
		if !ok {
			if c.strange {
				continue
			}
			return unknownVector(vs[i].Name)
		}
		if err := c.vector(v, vs[i].Vector); err != nil && !c.renamed[v.Name] {
			return err
		}
	}
	return nil
}

func (c *checker) vector(v Vector, value api.Vector) error {
	if err := v.fits(value, v.Name); err != nil || !c.finite {
		return err
	}
	if !api.Finite(numbers(value)) {
		return api.Errorf(api.InvalidArgument, "vector %q: all values must be finite numbers", v.Name)
	}
	return distinct(value, v.Name)
}

func (c *checker) names(names []string) error {
	for _, n := range names {
		if _, ok := vectorOf(c.cfg, n); !ok && !c.strange {
			return unknownVector(n)
		}
	}
	return nil
}

// filter test-compiles a filter against an empty source.
func (c *checker) filter(f *api.Filter, required bool) error {
	if f == nil {
		if required {
			return api.Errorf(api.InvalidArgument, "a filter is required")
		}
		return nil
	}
	_, err := filter.Compile(f, nothing{})
	return err
}

type nothing struct{}

func (nothing) Payload(uint32) []byte               { return nil }
func (nothing) Internal(api.PointID) (uint32, bool) { return 0, false }
func (nothing) External(uint32) (api.PointID, bool) { return api.PointID{}, false }
func (nothing) HasVector(string, uint32) bool       { return false }

func object(p api.Payload) error {
	if len(p) == 0 {
		return nil
	}
	if err := rawjson.Valid(p); err != nil {
		return api.Wrap(api.InvalidArgument, err, "payload")
	}
	if rawjson.KindOf(p) != rawjson.Obj {
		return api.Errorf(api.InvalidArgument, "a payload must be a JSON object")
	}
	return nil
}

func unknownVector(name string) error {
	return api.Errorf(api.InvalidArgument, "Not existing vector name error: %s", name)
}

// checkTargets refuses edits of points that do not exist. The caller holds the update lock, so nothing changes in between.
func (v *View) checkTargets(op api.UpdateOperation) error {
	switch op := op.(type) {
	case *api.UpdateVectors:
		for i := range op.Points {
			if err := v.mustExist(op.Points[i].ID); err != nil {
				return err
			}
		}
	case *api.DeleteVectors:
		return v.mustExist(op.IDs...)
	case *api.SetPayload:
		return v.mustExist(op.Points...)
	case *api.OverwritePayload:
		return v.mustExist(op.Points...)
	case *api.DeletePayload:
		return v.mustExist(op.Points...)
	case *api.ClearPayload:
		return v.mustExist(op.IDs...)
	}
	return nil
}

func (v *View) mustExist(ids ...api.PointID) error {
	for _, id := range ids {
		if _, _, ok := v.Find(id); !ok {
			return noPoint(id)
		}
	}
	return nil
}
