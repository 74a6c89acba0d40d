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
	if x.Schema().Type == field.Geo {
		return lookUpPlace(x, raw, off)
	}
	c := condition(x, raw)
	if c == nil {
		return false, false
	}
	answer, ok := x.Condition(c)
	if !ok {
		return false, false
	}
	return answer.Check(off), true
}

// condition is one that a value meets; nil for values that an index of the kind leaves out. Texts are left to the check of the index itself.
func condition(x *field.Index, raw []byte) *api.FieldCondition {
	kind := rawjson.KindOf(raw)
	c := &api.FieldCondition{Key: x.Key()}
	switch t := x.Schema().Type; {
	case t == field.Keyword && kind == rawjson.Str:
		c.Match = &api.MatchValue{Value: api.Value{Kind: api.ValueString, Str: string(rawjson.Text(nil, raw))}}
	case t == field.UUID && kind == rawjson.Str:
		text := string(rawjson.Text(nil, raw))
		if _, ok := field.ParseUUID(text); !ok {
			return nil
		}
		c.Match = &api.MatchValue{Value: api.Value{Kind: api.ValueString, Str: text}}
	case t == field.Bool && kind == rawjson.Bool:
		c.Match = &api.MatchValue{Value: api.Value{Kind: api.ValueBool, Bool: raw[0] == 't'}}
	case t == field.Datetime && kind == rawjson.Str:
		at, err := api.ParseDateTime(string(rawjson.Text(nil, raw)))
		if err != nil {
			return nil
		}
		c.Range = &api.RangeDateTime{Gte: &at, Lte: &at}
	case (t == field.Integer || t == field.Float) && kind == rawjson.Num:
		return number(x, raw, c)
	default:
		return nil
	}
	return c
}

// number asks for an integer by value where the index can be asked so, else for a range of one.
func number(x *field.Index, raw []byte, c *api.FieldCondition) *api.FieldCondition {
	n, ok := rawjson.ParseNumber(raw)
	if !ok {
		return nil
	}
	if x.Schema().Type == field.Float {
		f := n.Float64()
		c.Range = &api.RangeFloat{Gte: &f, Lte: &f}
		return c
	}
	whole, ok := n.Int64()
	if !ok {
		return nil
	}
	c.Match = &api.MatchValue{Value: api.Value{Kind: api.ValueInteger, Int: whole}}
	if _, lookup := x.Condition(c); lookup || whole > 1<<53 || whole < -1<<53 {
		return c
	}
	f := float64(whole)
	c.Match, c.Range = nil, &api.RangeFloat{Gte: &f, Lte: &f}
	return c
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
