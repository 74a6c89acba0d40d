package api

import "github.com/qdrant-edge-go/edge/core/internal/rawjson"

// otherUpdateOperation reads the operation whose shape is not one record. Those that only a log may hold never come here from one.
func (d *decoder) otherUpdateOperation(key string, v []byte) UpdateOperation {
	if key == "upsert_points_conditional" {
		return d.upsertConditional(v)
	}
	if otherOperations[key] {
		d.failKind(Unsupported, "operation %s is not supported by this release", key)
	} else {
		d.fail("unknown operation %q", key)
	}
	return nil
}

// otherOperations are the operations of a log that this release does not execute.
var otherOperations = map[string]bool{
	"sync_points": true, "sync_points_raw": true, "upsert_points_raw": true,
}

func (d *decoder) upsertConditional(v []byte) UpdateOperation {
	if !d.object(v) {
		return nil
	}
	r := UpsertPoints{}
	var seen uint64
	for o := rawjson.OpenObject(v); d.err == nil && o.Next(); {
		switch string(d.key(o.Key)) {
		case "points_op":
			seen |= 1
			r.Points = d.decUpsertPoints(o.Value).Points
		case "condition":
			seen |= 2
			r.Condition = decodePointer(d, o.Value, (*decoder).decFilter)
		case "update_mode":
			if !isNull(o.Value) {
				r.UpdateMode, r.ExplicitMode = d.decUpdateMode(o.Value), true
			}
		}
	}
	d.require(seen, "points_op", "condition")
	return &r
}

// decUpsertPoints reads {"points": […]} or the columns of {"batch": {…}}.
func (d *decoder) decUpsertPoints(v []byte) (r UpsertPoints) {
	if !d.object(v) {
		return r
	}
	for o := rawjson.OpenObject(v); d.err == nil && o.Next(); {
		switch k := string(d.key(o.Key)); k {
		case "points":
			d.push(k)
			r.Points = decodeList(d, o.Value, (*decoder).decPoint)
			d.pop()
			return r
		case "batch":
			d.push(k)
			r.Points = d.batch(o.Value)
			d.pop()
			return r
		}
	}
	d.fail("missing field \"points\"")
	return r
}

// batch turns columns into points.
func (d *decoder) batch(v []byte) []Point {
	if !d.object(v) {
		return nil
	}
	var points []Point
	var vectors, payloads []byte
	for o := rawjson.OpenObject(v); d.err == nil && o.Next(); {
		switch string(d.key(o.Key)) {
		case "ids":
			ids := decodeList(d, o.Value, (*decoder).decPointID)
			points = make([]Point, len(ids))
			for i, id := range ids {
				points[i] = Point{ID: id, Vector: VectorStruct{}}
			}
		case "vectors":
			vectors = o.Value
		case "payloads":
			payloads = o.Value
		}
	}
	d.batchVectors(points, vectors)
	if payloads != nil && !isNull(payloads) {
		d.column("payloads", points, payloads, func(p *Point, v []byte) {
			if !isNull(v) {
				p.Payload = d.decPayload(v)
			}
		})
	}
	return points
}

func (d *decoder) batchVectors(points []Point, v []byte) {
	if rawjson.KindOf(v) != rawjson.Obj {
		d.column("vectors", points, v, func(p *Point, v []byte) { p.Vector = appendNamed(p.Vector, "", d.decVector(v)) })
		return
	}
	for o := rawjson.OpenObject(v); d.err == nil && o.Next(); {
		name := string(d.key(o.Key))
		d.column(name, points, o.Value, func(p *Point, v []byte) { p.Vector = appendNamed(p.Vector, name, d.decVector(v)) })
	}
}

// column calls put for each point with its element of an array, which must be as long as the list of points.
func (d *decoder) column(name string, points []Point, v []byte, put func(*Point, []byte)) {
	d.push(name)
	defer d.pop()
	if !d.expect(v, rawjson.Arr) {
		return
	}
	n := 0
	for a := rawjson.OpenArray(v); d.err == nil && a.Next(); n++ {
		if n < len(points) {
			put(&points[n], a.Value)
		}
	}
	if d.err == nil && n != len(points) {
		d.fail("%d elements for %d ids", n, len(points))
	}
}
