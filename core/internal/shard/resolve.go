package shard

import (
	"iter"
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// Resolved is an operation as a log outside of the shard keeps it: applying it depends on nothing but the shard's own points.
type Resolved struct {
	Op     api.UpdateOperation // the operation with points by id; nil when there is nothing to do
	Local  api.UpdateOperation // what the shard applies, without conditions; nil when it changes no point here
	Copies []api.Point         // points of the base as they are stored, to be copied up before
}

// Resolve validates an operation against everything that reads see and resolves its filters to points. The caller keeps other updates away
// until it has applied the result.
func (s *Shard) Resolve(op api.UpdateOperation) (*Resolved, error) {
	if err := check(op, s.cfg.Load()); err != nil {
		return nil, err
	}
	v, err := s.Acquire()
	if err != nil {
		return nil, err
	}
	defer v.RUnlock()
	var r *Resolved
	err = disk.Guard(func() (err error) {
		r, err = v.resolve(logged(op))
		return err
	})
	return r, err
}

func (v *View) resolve(op api.UpdateOperation) (*Resolved, error) {
	if err := v.checkTargets(op); err != nil {
		return nil, err
	}
	w := &writer{view: v, op: math.MaxUint64}
	op, err := w.byIDs(op)
	if err != nil || op == nil {
		return &Resolved{}, err
	}
	r := &Resolved{Op: op, Local: op}
	if up, ok := op.(*api.UpsertPoints); ok {
		r.Local, err = w.unconditional(up)
		return r, err
	}
	if !whole(op) {
		r.Copies, err = w.copies(Targets(op))
	}
	return r, err
}

// whole reports whether an operation needs nothing of what its points were before.
func whole(op api.UpdateOperation) bool {
	switch op.(type) {
	case *api.UpsertPoints, *api.DeletePoints:
		return true
	}
	return false
}

// byIDs replaces a filter by the points that match; nil when there are none.
func (w *writer) byIDs(op api.UpdateOperation) (out api.UpdateOperation, err error) {
	matching := func(f *api.Filter, make func([]api.PointID) api.UpdateOperation) (api.UpdateOperation, error) {
		err := w.byFilter(f, func(ids []api.PointID) error {
			if len(ids) > 0 {
				out = make(ids)
			}
			return nil
		})
		return out, err
	}
	switch op := op.(type) {
	case *api.DeletePointsByFilter:
		return matching(op.Filter, func(ids []api.PointID) api.UpdateOperation { return &api.DeletePoints{IDs: ids} })
	case *api.DeleteVectorsByFilter:
		return matching(op.Filter, func(ids []api.PointID) api.UpdateOperation { return &api.DeleteVectors{IDs: ids, Names: op.Names} })
	case *api.ClearPayloadByFilter:
		return matching(op.Filter, func(ids []api.PointID) api.UpdateOperation { return &api.ClearPayload{IDs: ids} })
	case *api.SetPayload:
		if op.Points == nil {
			return matching(op.Filter, func(ids []api.PointID) api.UpdateOperation {
				return &api.SetPayload{Payload: op.Payload, Key: op.Key, Points: ids}
			})
		}
		return &api.SetPayload{Payload: op.Payload, Key: op.Key, Points: op.Points}, nil
	case *api.OverwritePayload:
		if op.Points == nil {
			return matching(op.Filter, func(ids []api.PointID) api.UpdateOperation {
				return &api.OverwritePayload{Payload: op.Payload, Key: op.Key, Points: ids}
			})
		}
		return &api.OverwritePayload{Payload: op.Payload, Key: op.Key, Points: op.Points}, nil
	case *api.DeletePayload:
		if op.Points == nil {
			return matching(op.Filter, func(ids []api.PointID) api.UpdateOperation { return &api.DeletePayload{Keys: op.Keys, Points: ids} })
		}
		return &api.DeletePayload{Keys: op.Keys, Points: op.Points}, nil
	case *api.UpdateVectors:
		return w.matchingVectors(op)
	}
	return op, nil
}

// matchingVectors leaves the points out that do not meet the condition.
func (w *writer) matchingVectors(op *api.UpdateVectors) (api.UpdateOperation, error) {
	if op.Filter == nil {
		return op, nil
	}
	matches, err := w.matcher(op.Filter)
	if err != nil {
		return nil, err
	}
	out := &api.UpdateVectors{}
	for i := range op.Points {
		part, off, _ := w.view.Find(op.Points[i].ID)
		ok, err := matches(part, off)
		if err != nil {
			return nil, err
		}
		if ok {
			out.Points = append(out.Points, op.Points[i])
		}
	}
	if len(out.Points) == 0 {
		return nil, nil
	}
	return out, nil
}

// unconditional is what a conditional upsert comes to here.
func (w *writer) unconditional(op *api.UpsertPoints) (api.UpdateOperation, error) {
	allowed, err := w.conditional(op)
	if err != nil || allowed == nil {
		return op, err
	}
	local := &api.UpsertPoints{}
	for i := range op.Points {
		if allowed[op.Points[i].ID] {
			local.Points = append(local.Points, op.Points[i])
		}
	}
	if len(local.Points) == 0 {
		return nil, nil
	}
	return local, nil
}

// copies reads those of the points that the base has.
func (w *writer) copies(ids []api.PointID) (list []api.Point, err error) {
	own := w.view.own()[0].Seg
	seen := make(map[api.PointID]bool, len(ids))
	for _, id := range ids {
		part, off, exists := w.view.Find(id)
		if !exists || part >= w.view.base || seen[id] {
			continue
		}
		seen[id] = true
		p, err := w.view.Parts[part].Seg.Copy(off)
		if err != nil {
			return nil, err
		}
		known := slices.DeleteFunc(p.Vectors, func(nv api.NamedVector) bool { return own.Vector(nv.Name) == nil })
		list = append(list, api.Point{ID: id, Vector: known, Payload: p.Payload})
	}
	return list, nil
}

// Targets lists the points that an operation names.
func Targets(op api.UpdateOperation) (ids []api.PointID) {
	switch op := op.(type) {
	case *api.UpsertPoints:
		for i := range op.Points {
			ids = append(ids, op.Points[i].ID)
		}
		return ids
	case *api.UpdateVectors:
		for i := range op.Points {
			ids = append(ids, op.Points[i].ID)
		}
		return ids
	case *api.DeletePoints:
		return op.IDs
	case *api.DeleteVectors:
		return op.IDs
	case *api.SetPayload:
		return op.Points
	case *api.OverwritePayload:
		return op.Points
	case *api.DeletePayload:
		return op.Points
	case *api.ClearPayload:
		return op.IDs
	}
	return nil
}

// ApplyLogged applies what a log outside of the shard holds, as operation n of a shard without a log of its own: the copies, then the operation.
// Applied again, in order, it changes nothing.
func (s *Shard) ApplyLogged(n uint64, copies []api.Point, op api.UpdateOperation) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(); err != nil {
		return err
	}
	if s.num.log != nil {
		return api.Errorf(api.InvalidArgument, "the shard %s has a log of its own", s.path)
	}
	s.num.last = max(s.num.last, n)
	if op == nil {
		return nil
	}
	if err := s.grow(); err != nil {
		return err
	}
	v := s.view.Load()
	if len(copies) > 0 {
		if err := v.copyUp(n, copies); err != nil {
			return err
		}
	}
	if wholeSegments(op) && v.has(n) {
		return nil
	}
	if err := v.reapply(n, op); err != nil {
		return err
	}
	return s.named(op)
}

// copyUp writes points as they are stored.
func (v *View) copyUp(n uint64, copies []api.Point) error {
	v.lock()
	defer v.unlock()
	w := &writer{view: v, op: n}
	for i := range copies {
		if err := w.put(copies[i].ID, &segment.Stored{Vectors: copies[i].Vector, Payload: copies[i].Payload}); err != nil {
			return err
		}
	}
	return nil
}

// Points lists the shard's own points with the operations that wrote them last.
func (v *View) Points() iter.Seq2[api.PointID, uint64] {
	return func(yield func(api.PointID, uint64) bool) {
		for i := range v.own() {
			p := &v.own()[i]
			for id, off := range p.Seg.IDs().From(nil) {
				if p.Visible(off) && !yield(id, p.Seg.IDs().Version(off)) {
					return
				}
			}
		}
	}
}

// Written is the operation that wrote one of the shard's own points last.
func (v *View) Written(id api.PointID) (op uint64, ok bool) {
	part, off, ok := v.Find(id)
	if !ok || part < v.base {
		return 0, false
	}
	return v.Parts[part].Seg.IDs().Version(off), true
}
