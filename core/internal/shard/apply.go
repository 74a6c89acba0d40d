package shard

import (
	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/filter"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// writer applies one operation to a view whose segments are locked for writing.
type writer struct {
	view  *View
	op    uint64
	plain bool // filters do not ask indexes
}

// apply runs an operation. Points that are newer than it stay as they are.
func (w *writer) apply(op api.UpdateOperation) error {
	switch op := op.(type) {
	case *api.UpsertPoints:
		return w.upsert(op)
	case *api.DeletePoints:
		return w.deletePoints(op.IDs)
	case *api.DeletePointsByFilter:
		return w.byFilter(op.Filter, w.deletePoints)
	case *api.UpdateVectors:
		return w.updateVectors(op)
	case *api.DeleteVectors:
		return w.edit(op.IDs, &segment.Edit{Without: op.Names})
	case *api.DeleteVectorsByFilter:
		return w.editByFilter(op.Filter, &segment.Edit{Without: op.Names})
	case *api.SetPayload:
		return w.setPayload(op)
	case *api.OverwritePayload:
		return w.editTargets(op.Points, op.Filter, &segment.Edit{Payload: overwrite(op.Payload)})
	case *api.DeletePayload:
		return w.deletePayload(op)
	case *api.ClearPayload:
		return w.edit(op.IDs, &segment.Edit{Payload: overwrite(nil)})
	case *api.ClearPayloadByFilter:
		return w.editByFilter(op.Filter, &segment.Edit{Payload: overwrite(nil)})
	case *api.DeleteIndex:
		return w.dropIndex(op)
	case *api.CreateVectorName:
		return w.createVectorName(op)
	case *api.DeleteVectorName:
		return w.deleteVectorName(op)
	case *api.OtherOperation:
		return api.Errorf(api.Unsupported, "operation %s is not supported yet", op.Name)
	}
	return api.Errorf(api.Unsupported, "operation %T is not supported", op)
}

func (w *writer) upsert(op *api.UpsertPoints) error {
	allowed, err := w.conditional(op)
	if err != nil {
		return err
	}
	for i := range op.Points {
		p := &op.Points[i]
		if allowed != nil && !allowed[p.ID] {
			continue
		}
		stored := &segment.Stored{Vectors: w.prepare(p.Vector), Payload: p.Payload}
		if err := w.put(p.ID, stored); err != nil {
			return err
		}
	}
	return nil
}

// conditional returns the points that a conditional upsert may write, judged before its first write; nil allows all.
func (w *writer) conditional(op *api.UpsertPoints) (map[api.PointID]bool, error) {
	if op.Condition == nil && op.UpdateMode == api.UpdateModeUpsert {
		return nil, nil
	}
	matches, err := w.matcher(op.Condition)
	if err != nil {
		return nil, err
	}
	allowed := make(map[api.PointID]bool, len(op.Points))
	for i := range op.Points {
		id := op.Points[i].ID
		part, off, exists := w.view.Find(id)
		switch {
		case !exists:
			allowed[id] = op.UpdateMode != api.UpdateModeUpdateOnly
		case op.UpdateMode != api.UpdateModeInsertOnly:
			if allowed[id], err = matches(part, off); err != nil {
				return nil, err
			}
		}
	}
	return allowed, nil
}

// compile prepares a filter for a segment of the view.
func (w *writer) compile(f *api.Filter, part int) (*filter.Checker, *segment.Source, error) {
	how := filter.Compile
	if w.plain {
		how = filter.CompilePlain
	}
	src := w.view.Parts[part].Seg.Source()
	check, err := how(f, src)
	return check, src, err
}

// matcher compiles a filter for every segment of the view.
func (w *writer) matcher(f *api.Filter) (func(part int, off uint32) (bool, error), error) {
	sources := make([]*segment.Source, len(w.view.Parts))
	checkers := make([]*filter.Checker, len(w.view.Parts))
	for i := range w.view.Parts {
		var err error
		if checkers[i], sources[i], err = w.compile(f, i); err != nil {
			return nil, err
		}
	}
	return func(part int, off uint32) (bool, error) {
		ok := checkers[part].CheckOne(off)
		return ok, sources[part].Err
	}, nil
}

// prepare turns vectors into what is stored. Names that no segment has are left out: the log may hold vectors that were deleted later.
func (w *writer) prepare(vs api.VectorStruct) []api.NamedVector {
	out := make([]api.NamedVector, 0, len(vs))
	for _, nv := range vs {
		v := w.view.own()[0].Seg.Vector(nv.Name)
		if v == nil {
			continue
		}
		if ready, ok := v.Ready(nv.Vector); ok {
			out = append(out, api.NamedVector{Name: nv.Name, Vector: ready})
		}
	}
	return out
}

// put writes a whole point in the segment that has it, if that takes points, else in the smallest one that does.
func (w *writer) put(id api.PointID, p *segment.Stored) error {
	part, off, exists := w.view.Find(id)
	if exists {
		if w.applied(part, off) {
			return nil
		}
		if w.inPlace(part) {
			if err := w.view.Parts[part].Seg.Insert(w.op, id, p); err != nil {
				return err
			}
			return w.dropOthers(id, part)
		}
	}
	target := w.target()
	if err := w.view.Parts[target].Seg.Insert(w.op, id, p); err != nil {
		return err
	}
	return w.dropOthers(id, target)
}

// applied reports whether a point needs no change. The same operation is applied again where the point can be changed in place; out of an
// optimized segment, whose points are whole, it would move a point for nothing: replay does so with the operation that was acknowledged last.
func (w *writer) applied(part int, off uint32) bool {
	if part < w.view.base {
		return false
	}
	v := w.view.Parts[part].Seg.IDs().Version(off)
	return v > w.op || (v == w.op && !w.inPlace(part))
}

// inPlace reports whether the points of a part can be changed where they are.
func (w *writer) inPlace(part int) bool {
	return part >= w.view.base && w.view.Parts[part].Seg.TakesPoints()
}

// target is the appendable segment with the fewest points.
func (w *writer) target() int {
	best := -1
	for i := range w.view.Parts {
		seg := w.view.Parts[i].Seg
		if w.inPlace(i) && (best < 0 || seg.IDs().Live() < w.view.Parts[best].Seg.IDs().Live()) {
			best = i
		}
	}
	return best
}

// dropOthers deletes all copies of a point but that of one segment, which is seen from now on. Those of the base are hidden.
func (w *writer) dropOthers(id api.PointID, keep int) error {
	for i := range w.view.Parts {
		if i == keep {
			w.view.Parts[i].show(id)
			continue
		}
		if i < w.view.base {
			w.view.Parts[i].conceal(id)
			continue
		}
		if err := w.view.Parts[i].Seg.Delete(w.op, id); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) deletePoints(ids []api.PointID) error {
	for _, id := range ids {
		part, off, exists := w.view.Find(id)
		if !exists || part >= w.view.base && w.view.Parts[part].Seg.IDs().Version(off) > w.op {
			continue
		}
		if err := w.dropOthers(id, -1); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) updateVectors(op *api.UpdateVectors) error {
	matches, err := w.matcher(op.Filter)
	if err != nil {
		return err
	}
	// All points are judged before the first write.
	chosen := make([]int, 0, len(op.Points))
	for i := range op.Points {
		part, off, exists := w.view.Find(op.Points[i].ID)
		if !exists {
			return noPoint(op.Points[i].ID)
		}
		ok, err := matches(part, off)
		if err != nil {
			return err
		}
		if ok {
			chosen = append(chosen, i)
		}
	}
	for _, i := range chosen {
		e := segment.Edit{Vectors: w.prepare(op.Points[i].Vector)}
		if err := w.editOne(op.Points[i].ID, &e); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) setPayload(op *api.SetPayload) error {
	var path *jsonpath.Path
	if op.Key != nil {
		p, err := jsonpath.Parse(*op.Key)
		if err != nil {
			return api.Wrap(api.InvalidArgument, err, "")
		}
		path = &p
	}
	return w.editTargets(op.Points, op.Filter, &segment.Edit{Payload: func(old []byte) ([]byte, error) {
		return jsonpath.Merge(nil, old, path, op.Payload), nil
	}})
}

func (w *writer) deletePayload(op *api.DeletePayload) error {
	paths, err := parseKeys(op.Keys)
	if err != nil {
		return err
	}
	return w.editTargets(op.Points, op.Filter, &segment.Edit{Payload: func(old []byte) ([]byte, error) {
		for _, p := range paths {
			if len(old) == 0 {
				break
			}
			old, _ = jsonpath.Delete(nil, old, p)
		}
		return old, nil
	}})
}

func parseKeys(keys []string) ([]jsonpath.Path, error) {
	paths := make([]jsonpath.Path, len(keys))
	for i, k := range keys {
		p, err := jsonpath.Parse(k)
		if err != nil {
			return nil, api.Wrap(api.InvalidArgument, err, "")
		}
		paths[i] = p
	}
	return paths, nil
}

func overwrite(now []byte) func([]byte) ([]byte, error) {
	return func([]byte) ([]byte, error) { return now, nil }
}

// editTargets edits the named points or, when none are named, those that match.
func (w *writer) editTargets(ids []api.PointID, f *api.Filter, e *segment.Edit) error {
	if ids == nil && f != nil {
		return w.editByFilter(f, e)
	}
	return w.edit(ids, e)
}

func (w *writer) editByFilter(f *api.Filter, e *segment.Edit) error {
	return w.byFilter(f, func(ids []api.PointID) error { return w.edit(ids, e) })
}

func (w *writer) edit(ids []api.PointID, e *segment.Edit) error {
	var missed error
	for _, id := range ids {
		switch _, _, exists := w.view.Find(id); {
		case !exists && missed == nil:
			missed = noPoint(id) // the others are edited all the same: only replays come here
		case exists:
			if err := w.editOne(id, e); err != nil {
				return err
			}
		}
	}
	return missed
}

func noPoint(id api.PointID) error {
	return api.Errorf(api.NotFound, "No point with id %s", id)
}

// editOne changes a point in place, or moves it: copy, change, insert, drop the old.
func (w *writer) editOne(id api.PointID, e *segment.Edit) error {
	part, off, exists := w.view.Find(id)
	if !exists {
		return noPoint(id)
	}
	if w.applied(part, off) {
		return nil
	}
	seg := w.view.Parts[part].Seg
	if w.inPlace(part) {
		return seg.Apply(w.op, off, e)
	}
	p, err := seg.Copy(off)
	if err != nil {
		return err
	}
	if err := p.Edit(e); err != nil {
		return err
	}
	target := w.target()
	if err := w.view.Parts[target].Seg.Insert(w.op, id, p); err != nil {
		return err
	}
	return w.dropOthers(id, target)
}

// byFilter collects the visible points that match, in the order of the segments and their slots, and hands them to fn.
func (w *writer) byFilter(f *api.Filter, fn func([]api.PointID) error) error {
	var ids []api.PointID
	for i := range w.view.Parts {
		p := &w.view.Parts[i]
		check, src, err := w.compile(f, i)
		if err != nil {
			return err
		}
		offs, exact, listed := check.Candidates(nil)
		if !listed {
			for off := range uint32(p.Seg.IDs().Total()) {
				offs = append(offs, off)
			}
		}
		for _, off := range offs {
			if !p.Visible(off) || !(exact || check.CheckOne(off)) {
				continue
			}
			if id, ok := p.Seg.IDs().External(off); ok {
				ids = append(ids, id)
			}
		}
		if src.Err != nil {
			return src.Err
		}
	}
	return fn(ids)
}
