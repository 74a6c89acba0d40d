package filter

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
)

// wireFilter and wireCondition are the JSON forms of the recorded cases.
type wireFilter struct {
	Must, Should []wireCondition
	MustNot      []wireCondition `json:"must_not"`
	MinShould    *struct {
		Conditions []wireCondition
		MinCount   uint64 `json:"min_count"`
	} `json:"min_should"`
}

type wireCondition struct {
	wireFilter
	Key            string
	Match          map[string]json.RawMessage
	Range          map[string]json.RawMessage
	GeoBoundingBox *struct {
		TopLeft     api.GeoPoint `json:"top_left"`
		BottomRight api.GeoPoint `json:"bottom_right"`
	} `json:"geo_bounding_box"`
	GeoRadius   *api.GeoRadius   `json:"geo_radius"`
	GeoPolygon  *api.GeoPolygon  `json:"geo_polygon"`
	ValuesCount *api.ValuesCount `json:"values_count"`
	IsEmpty     json.RawMessage  `json:"is_empty"`
	IsNull      json.RawMessage  `json:"is_null"`
	HasID       []uint64         `json:"has_id"`
	HasVector   *string          `json:"has_vector"`
	Nested      *struct {
		Key    string
		Filter wireFilter
	}
}

func (w wireFilter) filter(t testing.TB) *api.Filter {
	f := &api.Filter{Must: conditions(t, w.Must), Should: conditions(t, w.Should), MustNot: conditions(t, w.MustNot)}
	if w.MinShould != nil {
		f.MinShould = &api.MinShould{Conditions: conditions(t, w.MinShould.Conditions), MinCount: w.MinShould.MinCount}
	}
	return f
}

func conditions(t testing.TB, list []wireCondition) []api.Condition {
	if list == nil {
		return nil
	}
	out := make([]api.Condition, 0, len(list))
	for _, w := range list {
		out = append(out, w.condition(t))
	}
	return out
}

func (w wireCondition) condition(t testing.TB) api.Condition {
	var field struct{ Key string }
	switch {
	case w.Key != "":
		return w.field(t)
	case w.IsEmpty != nil:
		require.NoError(t, json.Unmarshal(w.IsEmpty, &field))
		return &api.IsEmptyCondition{Key: field.Key}
	case w.IsNull != nil:
		require.NoError(t, json.Unmarshal(w.IsNull, &field))
		return &api.IsNullCondition{Key: field.Key}
	case w.HasID != nil:
		c := &api.HasIDCondition{}
		for _, n := range w.HasID {
			c.IDs = append(c.IDs, api.NumID(n))
		}
		return c
	case w.HasVector != nil:
		return &api.HasVectorCondition{Vector: *w.HasVector}
	case w.Nested != nil:
		return &api.NestedCondition{Key: w.Nested.Key, Filter: w.Nested.Filter.filter(t)}
	}
	return w.filter(t)
}

func (w wireCondition) field(t testing.TB) *api.FieldCondition {
	f := &api.FieldCondition{Key: w.Key, GeoRadius: w.GeoRadius, GeoPolygon: w.GeoPolygon, ValuesCount: w.ValuesCount}
	if b := w.GeoBoundingBox; b != nil {
		f.GeoBoundingBox = &api.GeoBoundingBox{TopLeft: b.TopLeft, BottomRight: b.BottomRight}
	}
	if w.IsEmpty != nil {
		require.NoError(t, json.Unmarshal(w.IsEmpty, &f.IsEmpty))
	}
	if w.IsNull != nil {
		require.NoError(t, json.Unmarshal(w.IsNull, &f.IsNull))
	}
	for kind, raw := range w.Match {
		f.Match = match(t, kind, raw)
	}
	if w.Range != nil {
		f.Range = bounds(t, w.Range)
	}
	return f
}

func match(t testing.TB, kind string, raw json.RawMessage) api.Match {
	switch kind {
	case "value":
		v := api.Value{}
		switch raw[0] {
		case '"':
			require.NoError(t, json.Unmarshal(raw, &v.Str))
		case 't', 'f':
			v = api.Value{Kind: api.ValueBool, Bool: raw[0] == 't'}
		default:
			v.Kind = api.ValueInteger
			require.NoError(t, json.Unmarshal(raw, &v.Int))
		}
		return &api.MatchValue{Value: v}
	case "any":
		return &api.MatchAny{Any: variants(t, raw)}
	}
	return &api.MatchExcept{Except: variants(t, raw)}
}

func variants(t testing.TB, raw json.RawMessage) (v api.AnyVariants) {
	if json.Unmarshal(raw, &v.Strings) == nil {
		return v
	}
	v = api.AnyVariants{IsInt: true}
	require.NoError(t, json.Unmarshal(raw, &v.Integers))
	return v
}

func bounds(t testing.TB, w map[string]json.RawMessage) api.Range {
	numbers, dates := &api.RangeFloat{}, &api.RangeDateTime{}
	isDate := false
	for name, raw := range w {
		if raw[0] == '"' {
			isDate = true
			var text string
			require.NoError(t, json.Unmarshal(raw, &text))
			at, err := api.ParseDateTime(text)
			require.NoError(t, err)
			*map[string]**api.DateTime{"lt": &dates.Lt, "gt": &dates.Gt, "lte": &dates.Lte, "gte": &dates.Gte}[name] = &at
			continue
		}
		var number float64
		require.NoError(t, json.Unmarshal(raw, &number))
		*map[string]**float64{"lt": &numbers.Lt, "gt": &numbers.Gt, "lte": &numbers.Lte, "gte": &numbers.Gte}[name] = &number
	}
	if isDate {
		return dates
	}
	return numbers
}
