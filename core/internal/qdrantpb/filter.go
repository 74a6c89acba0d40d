//go:build !slim

package qdrantpb

import (
	"time"

	"github.com/qdrant/go-client/qdrant"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Filter reads a filter; nil stays nil.
func Filter(f *qdrant.Filter) (*api.Filter, error) { return filter(f, 0) }

func filter(f *qdrant.Filter, depth int) (*api.Filter, error) {
	if f == nil {
		return nil, nil
	}
	if depth > maxDepth {
		return nil, errDeep
	}
	out := &api.Filter{}
	for _, part := range []struct {
		into *[]api.Condition
		from []*qdrant.Condition
	}{{&out.Should, f.GetShould()}, {&out.Must, f.GetMust()}, {&out.MustNot, f.GetMustNot()}} {
		var err error
		if *part.into, err = conditions(part.from, depth); err != nil {
			return nil, err
		}
	}
	if m := f.GetMinShould(); m != nil {
		list, err := conditions(m.GetConditions(), depth)
		if err != nil {
			return nil, err
		}
		out.MinShould = &api.MinShould{Conditions: list, MinCount: m.GetMinCount()}
	}
	return out, nil
}

func conditions(list []*qdrant.Condition, depth int) ([]api.Condition, error) {
	if len(list) == 0 {
		return nil, nil
	}
	return tryEach(list, func(c *qdrant.Condition) (api.Condition, error) { return condition(c, depth+1) })
}

func condition(c *qdrant.Condition, depth int) (api.Condition, error) {
	switch o := c.GetConditionOneOf().(type) {
	case *qdrant.Condition_Field:
		return fieldCondition(o.Field)
	case *qdrant.Condition_IsEmpty:
		return &api.IsEmptyCondition{Key: o.IsEmpty.GetKey()}, nil
	case *qdrant.Condition_IsNull:
		return &api.IsNullCondition{Key: o.IsNull.GetKey()}, nil
	case *qdrant.Condition_HasId:
		ids, err := IDs(o.HasId.GetHasId())
		return &api.HasIDCondition{IDs: ids}, err
	case *qdrant.Condition_HasVector:
		return &api.HasVectorCondition{Vector: o.HasVector.GetHasVector()}, nil
	case *qdrant.Condition_Nested:
		inner, err := filter(o.Nested.GetFilter(), depth)
		if inner == nil {
			inner = &api.Filter{}
		}
		return &api.NestedCondition{Key: o.Nested.GetKey(), Filter: inner}, err
	case *qdrant.Condition_Filter:
		inner, err := filter(o.Filter, depth)
		if inner == nil {
			inner = &api.Filter{}
		}
		return inner, err
	}
	return nil, api.Errorf(api.InvalidArgument, "Malformed Condition type")
}

func fieldCondition(f *qdrant.FieldCondition) (api.Condition, error) {
	out := &api.FieldCondition{Key: f.GetKey(), IsEmpty: f.IsEmpty, IsNull: f.IsNull}
	if m := f.GetMatch(); m != nil {
		if out.Match = match(m); out.Match == nil {
			return nil, api.Errorf(api.InvalidArgument, "Malformed Match condition")
		}
	}
	if r := f.GetRange(); r != nil {
		out.Range = &api.RangeFloat{Lt: r.Lt, Gt: r.Gt, Gte: r.Gte, Lte: r.Lte}
	}
	if r := f.GetDatetimeRange(); r != nil {
		times, err := tryEach([]*timestamppb.Timestamp{r.GetLt(), r.GetGt(), r.GetGte(), r.GetLte()}, datetime)
		if err != nil {
			return nil, err
		}
		out.Range = &api.RangeDateTime{Lt: times[0], Gt: times[1], Gte: times[2], Lte: times[3]}
	}
	if b := f.GetGeoBoundingBox(); b != nil {
		out.GeoBoundingBox = &api.GeoBoundingBox{TopLeft: place(b.GetTopLeft()), BottomRight: place(b.GetBottomRight())}
	}
	if r := f.GetGeoRadius(); r != nil {
		out.GeoRadius = &api.GeoRadius{Center: place(r.GetCenter()), Radius: float64(r.GetRadius())}
	}
	if p := f.GetGeoPolygon(); p != nil {
		out.GeoPolygon = &api.GeoPolygon{Exterior: line(p.GetExterior()), Interiors: each(p.GetInteriors(), line)}
	}
	if c := f.GetValuesCount(); c != nil {
		out.ValuesCount = &api.ValuesCount{Lt: c.Lt, Gt: c.Gt, Gte: c.Gte, Lte: c.Lte}
	}
	return out, nil
}

func match(m *qdrant.Match) api.Match {
	switch o := m.GetMatchValue().(type) {
	case *qdrant.Match_Keyword:
		return &api.MatchValue{Value: api.Value{Kind: api.ValueString, Str: o.Keyword}}
	case *qdrant.Match_Integer:
		return &api.MatchValue{Value: api.Value{Kind: api.ValueInteger, Int: o.Integer}}
	case *qdrant.Match_Boolean:
		return &api.MatchValue{Value: api.Value{Kind: api.ValueBool, Bool: o.Boolean}}
	case *qdrant.Match_Text:
		return &api.MatchText{Text: o.Text}
	case *qdrant.Match_TextAny:
		return &api.MatchTextAny{Text: o.TextAny}
	case *qdrant.Match_Phrase:
		return &api.MatchPhrase{Text: o.Phrase}
	case *qdrant.Match_Keywords:
		return &api.MatchAny{Any: api.AnyVariants{Strings: o.Keywords.GetStrings()}}
	case *qdrant.Match_Integers:
		return &api.MatchAny{Any: api.AnyVariants{Integers: o.Integers.GetIntegers(), IsInt: true}}
	case *qdrant.Match_ExceptKeywords:
		return &api.MatchExcept{Except: api.AnyVariants{Strings: o.ExceptKeywords.GetStrings()}}
	case *qdrant.Match_ExceptIntegers:
		return &api.MatchExcept{Except: api.AnyVariants{Integers: o.ExceptIntegers.GetIntegers(), IsInt: true}}
	}
	return nil
}

func datetime(t *timestamppb.Timestamp) (*api.DateTime, error) {
	if t == nil {
		return nil, nil
	}
	d, err := api.ParseDateTime(t.AsTime().UTC().Format(time.RFC3339Nano))
	return &d, err
}

func place(p *qdrant.GeoPoint) api.GeoPoint { return api.GeoPoint{Lon: p.GetLon(), Lat: p.GetLat()} }

func line(l *qdrant.GeoLineString) api.GeoLineString {
	return api.GeoLineString{Points: each(l.GetPoints(), place)}
}
