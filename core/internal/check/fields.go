package check

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// perField bounds how many values of a key are looked up in its index.
const perField = 10000

// field asks an index for the values that the payloads have.
func (c *collector) field(s *segment.Segment, dir string, x *field.Index) error {
	path, err := jsonpath.Parse(x.Key())
	if err != nil {
		return err
	}
	looked := 0
	var buf []byte
	for id, off := range s.IDs().From(nil) {
		raw, err := s.Payload(off, buf[:0])
		if err != nil {
			return err
		}
		if buf = raw; raw == nil || looked >= perField {
			continue
		}
		path.Visit(raw, func(value []byte) bool {
			looked++
			if found, asked := lookUp(x, value, off); asked && !found {
				c.add(Damage, dir, "the index of %q does not know %.60s of point %s in slot %d", x.Key(), value, id, off)
			}
			return false
		})
	}
	return nil
}

// lookUp asks for one value; asked is false when the index does not answer for values of its kind.
func lookUp(x *field.Index, raw []byte, off uint32) (found, asked bool) {
	var v api.Value
	switch t := x.Schema().Type; {
	case t == field.Geo:
		return lookUpPlace(x, raw, off)
	case t == field.Keyword && rawjson.KindOf(raw) == rawjson.Str:
		v = api.Value{Kind: api.ValueString, Str: string(rawjson.Text(nil, raw))}
	case t == field.Bool && rawjson.KindOf(raw) == rawjson.Bool:
		v = api.Value{Kind: api.ValueBool, Bool: raw[0] == 't'}
	case t == field.Integer && rawjson.KindOf(raw) == rawjson.Num:
		n, ok := rawjson.ParseNumber(raw)
		if v.Kind, v.Int, asked = api.ValueInteger, 0, ok; asked {
			v.Int, asked = n.Int64()
		}
		if !asked {
			return false, false
		}
	default:
		return false, false
	}
	answer, ok := x.Condition(&api.FieldCondition{Key: x.Key(), Match: &api.MatchValue{Value: v}})
	if !ok {
		return false, false
	}
	return answer.Check(off), true
}

// lookUpPlace asks for a place by what is nearer to it than a metre.
func lookUpPlace(x *field.Index, raw []byte, off uint32) (found, asked bool) {
	at, ok := field.PlaceOf(raw)
	if !ok {
		return false, false
	}
	answer, ok := x.Condition(&api.FieldCondition{Key: x.Key(), GeoRadius: &api.GeoRadius{Center: at, Radius: 1}})
	if !ok {
		return false, false
	}
	return slices.Contains(answer.AppendCandidates(nil), off), true
}
