package filter

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
)

// shelf is a source with payload indexes.
type shelf struct {
	docs    []string
	deleted bits.Set
	fields  *field.Set
}

func (s *shelf) Payload(off uint32) []byte { return []byte(s.docs[off]) }

func (s *shelf) Internal(id api.PointID) (uint32, bool) {
	off := uint32(id.Num())
	return off, int(off) < len(s.docs) && !s.deleted.Get(off)
}

func (s *shelf) External(off uint32) (api.PointID, bool) {
	return api.NumID(uint64(off)), int(off) < len(s.docs) && !s.deleted.Get(off)
}

func (s *shelf) HasVector(string, uint32) bool { return true }
func (s *shelf) Fields() *field.Set            { return s.fields }
func (s *shelf) Points() int                   { return len(s.docs) - s.deleted.Ones() }
func (s *shelf) Vectors(string) int            { return s.Points() }

// stock is what the indexes of a shelf are built from.
type stock struct{ *shelf }

func (s stock) Total() int        { return len(s.docs) }
func (s stock) Deleted() bits.Set { return s.deleted }
func (s stock) Payload(off uint32, dst []byte) ([]byte, error) {
	return append(dst, s.docs[off]...), nil
}

var schemas = []string{`"keyword"`, `"integer"`, `"float"`, `"bool"`, `"datetime"`, `"uuid"`, `"geo"`, `{"type":"keyword","prefix":true,"on_disk":true}`,
	`{"type":"integer","lookup":true,"range":false,"is_principal":null}`, `{"type":"integer","lookup":false,"range":true,"is_principal":null}`}

const (
	someUUID  = "550e8400-e29b-41d4-a716-446655440000"
	otherUUID = "67e55044-10b1-426f-9247-bb680e5fe0c8"
)

// Values of one type each: what an array of several types means differs with and without an index.
var kindsOfValues = [][]string{
	{`"red"`, `"blue"`, `"reddish"`, `""`, `"é"`, `"\u0001"`}, {`1`, `2`, `-3`, `9007199254740993`, `9223372036854775807`},
	{`0.5`, `1.5`, `-2.25`, `1e300`, `-0.75`}, {`true`, `false`}, {`"2020-01-01"`, `"2021-05-05T10:00:00Z"`, `"2020-01-01T00:00:00+02:00"`},
	{`"red blue"`, `"Blue fox, red fox"`}, {`"` + someUUID + `"`, `"` + otherUUID + `"`}, {`{"lon":10,"lat":10}`, `{"lon":-20,"lat":5}`, `{"lon":179,"lat":-5}`}, {`{}`, `[[]]`, `[1]`},
}

func drawDoc(t *rapid.T, keys []string) string {
	doc := "{"
	for _, key := range keys {
		if rapid.IntRange(0, 4).Draw(t, "absent") == 0 {
			continue
		}
		one := rapid.SampledFrom(rapid.SampledFrom(kindsOfValues).Draw(t, "kind"))
		value := "null"
		switch rapid.IntRange(0, 9).Draw(t, "shape") {
		case 0:
		case 1:
			value = "[]"
		case 2:
			value = "[" + one.Draw(t, "v") + ",null]"
		case 3, 4:
			value = "[" + one.Draw(t, "v") + "," + one.Draw(t, "w") + "]"
		default:
			value = one.Draw(t, "v")
		}
		if len(doc) > 1 {
			doc += ","
		}
		doc += fmt.Sprintf("%q:%s", key, value)
	}
	return doc + "}"
}

func drawCondition(t *rapid.T, keys []string) api.Condition {
	key := rapid.SampledFrom(keys).Draw(t, "key")
	c := &api.FieldCondition{Key: key}
	text := rapid.SampledFrom([]string{"red", "blue", "", "é", someUUID, otherUUID, "none"})
	whole := rapid.SampledFrom([]int64{1, 2, -3, 0, 9007199254740993, math.MaxInt64})
	float := rapid.SampledFrom([]float64{0.5, 1, 1.5, -2.5, 2, 1e300, math.Inf(1), math.Inf(-1), math.NaN()})
	maybe := func() *float64 {
		if rapid.Bool().Draw(t, "bound") {
			return nil
		}
		v := float.Draw(t, "float")
		return &v
	}
	switch rapid.IntRange(0, 13).Draw(t, "condition") {
	case 0:
		c.Match = &api.MatchValue{Value: api.Value{Kind: api.ValueString, Str: text.Draw(t, "text")}}
	case 1:
		c.Match = &api.MatchValue{Value: api.Value{Kind: api.ValueInteger, Int: whole.Draw(t, "int")}}
	case 2:
		c.Match = &api.MatchValue{Value: api.Value{Kind: api.ValueBool, Bool: rapid.Bool().Draw(t, "bool")}}
	case 3:
		c.Match = &api.MatchAny{Any: api.AnyVariants{Strings: rapid.SliceOfN(text, 0, 6).Draw(t, "texts")}}
	case 4:
		c.Match = &api.MatchAny{Any: api.AnyVariants{IsInt: true, Integers: rapid.SliceOfN(whole, 0, 6).Draw(t, "ints")}}
	case 5:
		c.Match = &api.MatchExcept{Except: api.AnyVariants{Strings: rapid.SliceOfN(text, 0, 3).Draw(t, "texts")}}
	case 6:
		c.Match = &api.MatchExcept{Except: api.AnyVariants{IsInt: true, Integers: rapid.SliceOfN(whole, 0, 3).Draw(t, "ints")}}
	case 7:
		c.Match = &api.MatchPrefix{Prefix: rapid.SampledFrom([]string{"re", "", "x"}).Draw(t, "prefix")}
	case 8:
		c.Match = &api.MatchSubstring{Substring: rapid.SampledFrom([]string{"ed", "", "0"}).Draw(t, "part")}
	case 9:
		c.Range = &api.RangeFloat{Lt: maybe(), Gt: maybe(), Lte: maybe(), Gte: maybe()}
	case 10:
		at := api.DateTime(rapid.SampledFrom([]int64{1577836800000000, 1577829600000000, 0}).Draw(t, "time"))
		c.Range = rapid.SampledFrom([]api.Range{&api.RangeDateTime{Gte: &at}, &api.RangeDateTime{Lt: &at}, &api.RangeDateTime{Gt: &at, Lte: &at}}).Draw(t, "range")
	case 11:
		yes := rapid.Bool().Draw(t, "yes")
		if rapid.Bool().Draw(t, "null") {
			c.IsNull = &yes
		} else {
			c.IsEmpty = &yes
		}
	case 12:
		return &api.IsEmptyCondition{Key: key}
	default:
		if rapid.Bool().Draw(t, "circle") {
			c.GeoRadius = &api.GeoRadius{Center: api.GeoPoint{Lon: 178, Lat: 0}, Radius: 1e6}
			break
		}
		box := api.GeoBoundingBox{TopLeft: api.GeoPoint{Lon: -30, Lat: 20}, BottomRight: api.GeoPoint{Lon: 30, Lat: 0}}
		if rapid.Bool().Draw(t, "line") {
			box.TopLeft.Lon, box.BottomRight.Lon = 170, -170
		}
		c.GeoBoundingBox = &box
	}
	return c
}

func drawFilter(t *rapid.T, keys []string, depth int) *api.Filter {
	f := &api.Filter{}
	some := func(most int) (list []api.Condition) {
		for range rapid.IntRange(0, most).Draw(t, "n") {
			if depth > 0 && rapid.IntRange(0, 4).Draw(t, "deeper") == 0 {
				list = append(list, drawFilter(t, keys, depth-1))
				continue
			}
			list = append(list, drawCondition(t, keys))
		}
		return list
	}
	f.Must, f.Should, f.MustNot = some(2), some(2), some(1)
	if rapid.IntRange(0, 3).Draw(t, "min") == 0 {
		f.MinShould = &api.MinShould{Conditions: some(3), MinCount: uint64(rapid.IntRange(0, 3).Draw(t, "count"))}
	}
	return f
}

// TestIndexesAnswerAsPayloads: with indexes of any kind, in both forms, changed and opened again, filters select what they select without.
func TestIndexesAnswerAsPayloads(t *testing.T) {
	keys := []string{"a", "b", "c"}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "points")
		s := &shelf{deleted: bits.New(n)}
		for range n {
			s.docs = append(s.docs, drawDoc(t, keys))
		}
		dir, err := os.MkdirTemp(memory(), "fields")
		require.NoError(t, err)
		defer func() { require.NoError(t, os.RemoveAll(dir)) }()
		named := map[string]json.RawMessage{}
		for _, key := range keys {
			if rapid.Bool().Draw(t, "indexed") {
				named[key] = json.RawMessage(rapid.SampledFrom(schemas).Draw(t, "schema"))
			}
		}
		o := field.Options{Mutable: rapid.Bool().Draw(t, "mutable")}
		require.NoError(t, field.WriteSchemas(disk.OS, dir, named))
		open := func() {
			s.fields, err = field.Open(disk.OS, dir, stock{s}, o)
			require.NoError(t, err)
		}
		open()
		defer func() { require.NoError(t, s.fields.Close()) }()
		for range rapid.IntRange(0, 10).Draw(t, "changes") {
			off := uint32(rapid.IntRange(0, n-1).Draw(t, "off"))
			switch {
			case rapid.IntRange(0, 3).Draw(t, "delete") == 0:
				s.deleted.Put(off, true)
				require.NoError(t, s.fields.Remove(off))
			case o.Mutable && !s.deleted.Get(off):
				s.docs[off] = drawDoc(t, keys)
				require.NoError(t, s.fields.Update(off, []byte(s.docs[off])))
			}
		}
		if rapid.Bool().Draw(t, "again") {
			require.NoError(t, s.fields.Flush())
			require.NoError(t, s.fields.Close())
			open()
		}
		for range 5 {
			compare(t, s, drawFilter(t, keys, 1))
		}
	})
}

// memory is a directory in memory, where there is one.
func memory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}

func compare(t *rapid.T, s *shelf, f *api.Filter) {
	var live []uint32
	for off := range uint32(len(s.docs)) {
		if !s.deleted.Get(off) {
			live = append(live, off)
		}
	}
	plain, err := CompilePlain(f, s)
	require.NoError(t, err)
	want := plain.Check(live, []uint32{})
	c, err := Compile(f, s)
	require.NoError(t, err)
	describe := string(f.AppendJSON(nil))
	require.Equal(t, want, c.Check(live, []uint32{}), describe)
	for _, off := range live {
		require.Equal(t, contains(want, off), c.CheckOne(off), "%d %s", off, describe)
	}
	est := c.Estimate()
	require.LessOrEqual(t, est.Min, est.Max, describe)
	require.GreaterOrEqual(t, est.Max, len(want), describe)
	if est.Exact() && s.deleted.Ones() == 0 {
		require.Equal(t, est.Exp, len(want), describe)
	}
	listed, exact, ok := c.Candidates(nil)
	if !ok {
		return
	}
	if !exact {
		listed = c.Check(listed, listed[:0])
	}
	found := []uint32{}
	for _, off := range listed {
		if !s.deleted.Get(off) {
			found = append(found, off)
		}
	}
	require.Equal(t, want, found, describe)
}

func contains(list []uint32, off uint32) bool {
	for _, x := range list {
		if x == off {
			return true
		}
	}
	return false
}

// TestNoAllocationPerPointWithIndexes: a point is checked against indexes of every kind without allocating.
func TestNoAllocationPerPointWithIndexes(t *testing.T) {
	const n = 512
	s := &shelf{deleted: bits.New(n)}
	for i := range n {
		s.docs = append(s.docs, fmt.Sprintf(`{"k":["red","c%d"],"i":%d,"f":%d.5,"b":%v,"d":"2020-01-%02d","u":%q,"g":{"lon":%d,"lat":5},"t":"quick fox %d"}`,
			i%7, i, i, i%2 == 0, i%28+1, someUUID, i%90, i%5))
	}
	dir := t.TempDir()
	named := map[string]json.RawMessage{}
	for key, kind := range map[string]string{"k": "keyword", "i": "integer", "f": "float", "b": "bool", "d": "datetime", "u": "uuid", "g": "geo", "t": "text"} {
		named[key] = json.RawMessage(fmt.Sprintf("%q", kind))
	}
	three, day := 3.0, api.DateTime(0)
	match := func(key string, v api.Value) api.Condition {
		return &api.FieldCondition{Key: key, Match: &api.MatchValue{Value: v}}
	}
	f := &api.Filter{
		Must: []api.Condition{match("k", api.Value{Str: "red"}), &api.FieldCondition{Key: "i", Range: &api.RangeFloat{Gte: &three}},
			&api.FieldCondition{Key: "f", Range: &api.RangeFloat{Gt: &three}}, &api.FieldCondition{Key: "d", Range: &api.RangeDateTime{Gte: &day}},
			&api.FieldCondition{Key: "t", Match: &api.MatchText{Text: "fox quick"}},
			&api.FieldCondition{Key: "g", GeoBoundingBox: &api.GeoBoundingBox{TopLeft: api.GeoPoint{Lon: -1, Lat: 10}, BottomRight: api.GeoPoint{Lon: 95, Lat: 0}}}},
		Should:  []api.Condition{match("b", api.Value{Kind: api.ValueBool, Bool: true}), match("u", api.Value{Str: someUUID})},
		MustNot: []api.Condition{&api.IsNullCondition{Key: "i"}, match("k", api.Value{Str: "none"})},
	}
	for _, mutable := range []bool{true, false} {
		require.NoError(t, field.WriteSchemas(disk.OS, dir, named))
		var err error
		s.fields, err = field.Open(disk.OS, dir, stock{s}, field.Options{Mutable: mutable})
		require.NoError(t, err)
		c, err := Compile(f, s)
		require.NoError(t, err)
		ids, out := make([]uint32, n), make([]uint32, 0, n)
		for i := range ids {
			ids[i] = uint32(i)
		}
		require.Len(t, c.Check(ids, out), n-3)
		require.Zero(t, testing.AllocsPerRun(20, func() { out = c.Check(ids, out[:0]); c.CheckOne(7) }))
		require.NoError(t, s.fields.Close())
	}
}
