package filter

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
)

func points(docs ...string) *recording {
	r := &recording{Docs: docs}
	for i := range docs {
		r.Vecs = append(r.Vecs, [][]string{{""}, {"b"}, {}}[i%3])
	}
	return r
}

func must(conditions ...api.Condition) *api.Filter { return &api.Filter{Must: conditions} }

func passing(t testing.TB, f *api.Filter, r *recording) []uint32 {
	c, err := Compile(f, r)
	require.NoError(t, err)
	return c.Check(r.all(), []uint32{})
}

func TestNilFilter(t *testing.T) {
	r := points(`{}`, `{}`)
	assert.Equal(t, []uint32{0, 1}, passing(t, nil, r))
	assert.Equal(t, []uint32{0, 1}, passing(t, &api.Filter{}, r))
}

// The reference's Python package turns True into something that matches nothing; a bool has to match.
func TestBools(t *testing.T) {
	r := points(`{"a":true}`, `{"a":[false,true]}`, `{"a":1}`, `{"a":"true"}`, `{"a":false}`, `{}`)
	yes := &api.FieldCondition{Key: "a", Match: &api.MatchValue{Value: api.Value{Kind: api.ValueBool, Bool: true}}}
	no := &api.FieldCondition{Key: "a", Match: &api.MatchValue{Value: api.Value{Kind: api.ValueBool}}}
	assert.Equal(t, []uint32{0, 1}, passing(t, must(yes), r))
	assert.Equal(t, []uint32{1, 4}, passing(t, must(no), r))
}

func TestIntegersAreNoFloats(t *testing.T) {
	r := points(`{"a":1}`, `{"a":1.0}`, `{"a":"1"}`, `{"a":[[1]]}`, `{"a":[1]}`)
	one := &api.FieldCondition{Key: "a", Match: &api.MatchValue{Value: api.Value{Kind: api.ValueInteger, Int: 1}}}
	assert.Equal(t, []uint32{0, 4}, passing(t, must(one), r))
	v := 1.0
	assert.Equal(t, []uint32{0, 1, 4}, passing(t, must(&api.FieldCondition{Key: "a", Range: &api.RangeFloat{Gte: &v, Lte: &v}}), r))
}

func TestNaNIsAboveAllNumbers(t *testing.T) {
	r := points(`{"a":1}`)
	nan := math.NaN()
	for want, bounds := range map[int][]*api.RangeFloat{1: {{Lt: &nan}, {Lte: &nan}}, 0: {{Gt: &nan}, {Gte: &nan}}} {
		for _, b := range bounds {
			assert.Len(t, passing(t, must(&api.FieldCondition{Key: "a", Range: b}), r), want)
		}
	}
}

func TestPinnedIDs(t *testing.T) {
	r := points(`{"a":1}`, `{}`, `{}`, `{}`)
	ids := func(n ...uint64) *api.HasIDCondition {
		h := &api.HasIDCondition{}
		for _, n := range n {
			h.IDs = append(h.IDs, api.NumID(n))
		}
		return h
	}
	c, err := Compile(must(ids(3, 1, 9), &api.IsEmptyCondition{Key: "a"}), r)
	require.NoError(t, err)
	pinned, ok := c.IDs()
	assert.True(t, ok)
	assert.Equal(t, []uint32{1, 3}, pinned)
	assert.Equal(t, []uint32{1, 3}, c.Check(pinned, nil))

	c, err = Compile(must(ids(3, 1), must(ids(2))), r)
	require.NoError(t, err)
	pinned, _ = c.IDs()
	assert.Equal(t, []uint32{2}, pinned)
	assert.Empty(t, c.Check(pinned, nil))

	for _, f := range []*api.Filter{nil, {Should: []api.Condition{ids(1)}}, {MustNot: []api.Condition{ids(1)}}} {
		c, err = Compile(f, r)
		require.NoError(t, err)
		_, ok = c.IDs()
		assert.False(t, ok)
	}
}

func TestVectors(t *testing.T) {
	r := points(`{}`, `{}`, `{}`)
	assert.Equal(t, []uint32{1}, passing(t, must(&api.HasVectorCondition{Vector: "b"}), r))
	assert.Equal(t, []uint32{0}, passing(t, must(&api.HasVectorCondition{}), r))
}

func TestBadKeys(t *testing.T) {
	for _, c := range []api.Condition{
		&api.IsEmptyCondition{Key: "a["}, &api.IsNullCondition{Key: ""},
		&api.FieldCondition{Key: "a b", IsNull: new(bool)}, &api.NestedCondition{Key: ".", Filter: &api.Filter{}},
		&api.NestedCondition{Key: "a", Filter: must(&api.IsNullCondition{Key: "a["})},
	} {
		_, err := Compile(must(c), points())
		assert.ErrorIs(t, err, api.ErrInvalidArgument)
	}
	_, err := Compile(must(&api.IsEmptyCondition{Key: "a["}), points())
	assert.ErrorContains(t, err, "a[")
	_, err = Compile(must(nil), points())
	assert.ErrorIs(t, err, api.ErrUnsupported)
}

// counting counts how often a payload is asked for.
type counting struct {
	*recording
	loads int
}

func (c *counting) Payload(off uint32) []byte { c.loads++; return c.recording.Payload(off) }

func TestPayloadIsReadOnceOrNever(t *testing.T) {
	src := &counting{recording: points(`{"a":1,"b":2}`, `{"a":1,"b":2}`)}
	c, err := Compile(must(&api.FieldCondition{Key: "a", IsEmpty: new(bool)}, &api.FieldCondition{Key: "b", IsEmpty: new(bool)},
		&api.HasIDCondition{IDs: []api.PointID{api.NumID(1)}}), src)
	require.NoError(t, err)
	assert.Equal(t, []uint32{1}, c.Check([]uint32{0, 1}, nil))
	assert.Equal(t, 1, src.loads)
}

func everything() *api.Filter {
	five, zero, day := 5.0, uint64(0), api.DateTime(0)
	corner := api.GeoPoint{Lon: 0, Lat: 10}
	other := api.GeoPoint{Lon: 10, Lat: 0}
	field := func(f api.FieldCondition) api.Condition { return &f }
	return must(
		field(api.FieldCondition{Key: "n", Range: &api.RangeFloat{Lte: &five}}),
		field(api.FieldCondition{Key: "s", Match: &api.MatchAny{Any: api.AnyVariants{Strings: []string{"r\n", "b"}}}}),
		field(api.FieldCondition{Key: "s", Match: &api.MatchValue{Value: api.Value{Str: "r\n"}}}),
		field(api.FieldCondition{Key: "d", Range: &api.RangeDateTime{Gte: &day}}),
		field(api.FieldCondition{Key: "g", GeoBoundingBox: &api.GeoBoundingBox{TopLeft: corner, BottomRight: other}}),
		field(api.FieldCondition{Key: "g", GeoRadius: &api.GeoRadius{Center: corner, Radius: 2e6}}),
		field(api.FieldCondition{Key: "g", GeoPolygon: &api.GeoPolygon{Exterior: api.GeoLineString{Points: []api.GeoPoint{{}, corner, other}}}}),
		field(api.FieldCondition{Key: "l[].x", ValuesCount: &api.ValuesCount{Gt: &zero}}),
		&api.NestedCondition{Key: "l", Filter: must(field(api.FieldCondition{Key: "x", Match: &api.MatchExcept{Except: api.AnyVariants{IsInt: true, Integers: []int64{7}}}}))},
	)
}

const rich = `{"n":[9,4.5],"s":"r\n","d":"2020-01-01 10:00","g":{"lon":2,"lat":2},"l":[{"x":7},{"x":8}]}`

func TestNoAllocationPerPoint(t *testing.T) {
	r := points(rich, rich, `{"s":"\u0000"}`)
	c, err := Compile(everything(), r)
	require.NoError(t, err)
	fixed := &fixedSource{doc: []byte(rich)}
	c.src = fixed
	ids, out := []uint32{0, 1, 2, 3}, make([]uint32, 0, 4)
	require.Equal(t, ids, c.Check(ids, out))
	assert.Zero(t, testing.AllocsPerRun(100, func() { out = c.Check(ids, out[:0]) }))
}

type fixedSource struct {
	recording
	doc []byte
}

func (f *fixedSource) Payload(uint32) []byte { return f.doc }

func FuzzDamagedPayload(f *testing.F) {
	f.Add([]byte(rich))
	f.Add([]byte(`{"l":[{"x":`))
	c, err := Compile(everything(), points())
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, doc []byte) {
		c.src = &fixedSource{doc: doc}
		c.CheckOne(0)
	})
}

func BenchmarkCheck(b *testing.B) {
	c, err := Compile(everything(), points())
	require.NoError(b, err)
	c.src = &fixedSource{doc: []byte(rich)}
	for b.Loop() {
		if !c.CheckOne(0) {
			b.Fatal(fmt.Errorf("no match"))
		}
	}
}
