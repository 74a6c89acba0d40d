package edgesync

import (
	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// unit is one operation as it is sent, and the number up to which the outbox is acknowledged once it is completed.
type unit struct {
	op  api.UpdateOperation
	seq uint64
}

// merge joins upserts, and deletions, that follow each other: of an id that is upserted again the last point is sent, in the place of the last. Nothing is
// moved across an operation of another kind, so the order per id stays.
func merge(units []unit) (out []unit) {
	for _, u := range units {
		if n := len(out); n > 0 {
			if u.op == nil { // nothing of it is sent
				out[n-1].seq = u.seq
				continue
			}
			if joined := join(out[n-1].op, u.op); joined != nil {
				out[n-1] = unit{joined, u.seq}
				continue
			}
		}
		out = append(out, u)
	}
	return out
}

// join is one operation for two, nil when there is none.
func join(a, b api.UpdateOperation) api.UpdateOperation {
	switch a := a.(type) {
	case *api.UpsertPoints:
		if b, ok := b.(*api.UpsertPoints); ok && plain(a) && plain(b) {
			return &api.UpsertPoints{Points: lastOfEach(a.Points, b.Points)}
		}
	case *api.DeletePoints:
		if b, ok := b.(*api.DeletePoints); ok {
			return &api.DeletePoints{IDs: append(append([]api.PointID(nil), a.IDs...), b.IDs...)}
		}
	}
	return nil
}

func plain(op *api.UpsertPoints) bool {
	return op.Condition == nil && op.UpdateMode == api.UpdateModeUpsert && !op.ExplicitMode
}

func lastOfEach(a, b []api.Point) []api.Point {
	newer := make(map[api.PointID]bool, len(b))
	for i := range b {
		newer[b[i].ID] = true
	}
	out := make([]api.Point, 0, len(a)+len(b))
	for i := range a {
		if !newer[a[i].ID] {
			out = append(out, a[i])
		}
	}
	return append(out, b...)
}

// halves cuts an operation into two of fewer points; ok is false when it names one or none.
func halves(op api.UpdateOperation) (a, b api.UpdateOperation, ok bool) {
	n := len(shard.Targets(op))
	if n < 2 {
		return nil, nil, false
	}
	return part(op, 0, n/2), part(op, n/2, n), true
}

// part is an operation on the points from one place to another.
func part(op api.UpdateOperation, from, to int) api.UpdateOperation {
	return only(op, func(i int) bool { return i >= from && i < to })
}

// only is an operation on some of its points, told by their places.
func only(op api.UpdateOperation, keep func(i int) bool) api.UpdateOperation {
	switch op := op.(type) {
	case *api.UpsertPoints:
		p := *op
		p.Points = pick(op.Points, keep)
		return &p
	case *api.UpdateVectors:
		p := *op
		p.Points = pick(op.Points, keep)
		return &p
	case *api.DeletePoints:
		return &api.DeletePoints{IDs: pick(op.IDs, keep)}
	case *api.DeleteVectors:
		return &api.DeleteVectors{IDs: pick(op.IDs, keep), Names: op.Names}
	case *api.ClearPayload:
		return &api.ClearPayload{IDs: pick(op.IDs, keep)}
	case *api.SetPayload:
		p := *op
		p.Points = pick(op.Points, keep)
		return &p
	case *api.OverwritePayload:
		p := *op
		p.Points = pick(op.Points, keep)
		return &p
	case *api.DeletePayload:
		p := *op
		p.Points = pick(op.Points, keep)
		return &p
	}
	return op
}

func pick[T any](list []T, keep func(i int) bool) (out []T) {
	for i := range list {
		if keep(i) {
			out = append(out, list[i])
		}
	}
	return out
}
