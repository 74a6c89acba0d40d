//go:build !slim

package qdrantpb

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/qdrant/go-client/qdrant"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/qdrant-edge-go/edge/core/api"
)

const uuid = "5c56c793-69f3-4fbf-87e6-c4bf54c28c26"

func ids(t *testing.T) []api.PointID {
	id, err := api.ParsePointID(uuid)
	require.NoError(t, err)
	return []api.PointID{api.NumID(7), api.NumID(math.MaxUint64), id}
}

func vectors() api.VectorStruct {
	return api.VectorStruct{
		{Name: "", Vector: api.DenseVector{1, float32(math.Inf(1)), -0.25}},
		{Name: "multi", Vector: api.MultiDenseVector{Dim: 2, Flat: []float32{1, 2, 3, 4}}},
		{Name: "sparse", Vector: api.SparseVector{Indices: []uint32{1, math.MaxUint32}, Values: []float32{0.5, 2}}},
	}
}

// wire sends a message through its bytes.
func wire[M proto.Message](t *testing.T, m M, empty M) M {
	raw, err := proto.Marshal(m)
	require.NoError(t, err)
	require.NoError(t, proto.Unmarshal(raw, empty))
	return empty
}

// TestOperations: every operation that a message can hold comes back as it was.
func TestOperations(t *testing.T) {
	key := "a.b[]"
	payload := api.Payload(`{"a":{"b":[1,1.5,null,true,"é\u0000",-9223372036854775808,1.0,[]]},"z":{}}`)
	lone := api.VectorStruct{{Vector: api.DenseVector{1, 2}}}
	for _, op := range []api.UpdateOperation{
		&api.UpsertPoints{Points: []api.Point{{ID: ids(t)[2], Vector: vectors(), Payload: payload}, {ID: api.NumID(1), Vector: lone, Payload: api.Payload(`{}`)}}},
		&api.UpsertPoints{Points: []api.Point{}, UpdateMode: api.UpdateModeUpsert, ExplicitMode: true},
		&api.UpsertPoints{Points: []api.Point{}, UpdateMode: api.UpdateModeInsertOnly, ExplicitMode: true},
		&api.UpsertPoints{Points: []api.Point{}, UpdateMode: api.UpdateModeUpdateOnly, ExplicitMode: true},
		&api.DeletePoints{IDs: ids(t)},
		&api.UpdateVectors{Points: []api.PointVectors{{ID: api.NumID(3), Vector: vectors()}}},
		&api.DeleteVectors{IDs: ids(t), Names: []string{"", "multi"}},
		&api.SetPayload{Payload: payload, Points: ids(t), Key: &key},
		&api.OverwritePayload{Payload: payload, Points: ids(t)},
		&api.DeletePayload{Keys: []string{"a", "b.c"}, Points: ids(t)},
		&api.ClearPayload{IDs: ids(t)},
	} {
		m, err := OperationOf(op)
		require.NoError(t, err)
		back, err := Operation(wire(t, m, &qdrant.PointsUpdateOperation{}))
		require.NoError(t, err)
		require.Equal(t, op, back)
	}
}

// TestInexpressible: what a message would change is refused, so that the caller takes another way.
func TestInexpressible(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)
	for _, op := range []api.UpdateOperation{
		&api.SetPayload{Payload: api.Payload(`{"n":18446744073709551615}`)},
		&api.OverwritePayload{Payload: api.Payload(deep)},
		&api.UpsertPoints{Condition: &api.Filter{}},
		&api.UpdateVectors{Filter: &api.Filter{}},
		&api.SetPayload{Filter: &api.Filter{}}, &api.OverwritePayload{Filter: &api.Filter{}}, &api.DeletePayload{Filter: &api.Filter{}},
		&api.DeletePointsByFilter{}, &api.DeleteVectorsByFilter{}, &api.ClearPayloadByFilter{},
		&api.CreateIndex{}, &api.DeleteIndex{}, &api.CreateVectorName{}, &api.DeleteVectorName{}, &api.OtherOperation{},
	} {
		_, err := OperationOf(op)
		require.ErrorIs(t, err, ErrInexpressible, "%T", op)
	}
}

// TestRecords: stored points and their old forms.
func TestRecords(t *testing.T) {
	record := api.Record{ID: ids(t)[2], Payload: api.Payload(`{"a":1,"b":"x"}`), Vector: vectors()}
	m, err := RecordOf(record)
	require.NoError(t, err)
	back, err := Record(wire(t, m, &qdrant.RetrievedPoint{}))
	require.NoError(t, err)
	require.Equal(t, record, back)

	rows := uint32(2)
	for _, c := range []struct {
		old  *qdrant.Vector
		want api.Vector
	}{
		//lint:ignore SA1019 older servers send this form
		{&qdrant.Vector{Data: []float32{1, 2}}, api.DenseVector{1, 2}},
		//lint:ignore SA1019 older servers send this form
		{&qdrant.Vector{Data: []float32{1, 2}, Indices: &qdrant.SparseIndices{Data: []uint32{4, 5}}}, api.SparseVector{Indices: []uint32{4, 5}, Values: []float32{1, 2}}},
		//lint:ignore SA1019 older servers send this form
		{&qdrant.Vector{Data: []float32{1, 2, 3, 4}, VectorsCount: &rows}, api.MultiDenseVector{Dim: 2, Flat: []float32{1, 2, 3, 4}}},
	} {
		got, err := vector(c.old)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
	//lint:ignore SA1019 older servers send this form
	_, err = vector(&qdrant.Vector{Data: []float32{1, 2, 3}, VectorsCount: &rows})
	require.Equal(t, api.InvalidArgument, api.KindOf(err))
}

// TestFilters: messages of conditions are the conditions of the JSON.
func TestFilters(t *testing.T) {
	at := time.Date(2026, 11, 30, 1, 2, 3, 0, time.UTC)
	gt, n := 1.5, uint64(3)
	got, err := Filter(&qdrant.Filter{
		Must: []*qdrant.Condition{
			qdrant.NewMatch("k", "red"), qdrant.NewMatchInt("i", 4), qdrant.NewMatchBool("b", true), qdrant.NewMatchText("t", "words"),
			qdrant.NewMatchKeywords("k", "a", "b"), qdrant.NewMatchExceptInts("i", 1, 2), qdrant.NewRange("r", &qdrant.Range{Gt: &gt}),
			qdrant.NewDatetimeRange("d", &qdrant.DatetimeRange{Gte: timestamppb.New(at)}), qdrant.NewValuesCount("v", &qdrant.ValuesCount{Lt: &n}),
		},
		Should:  []*qdrant.Condition{qdrant.NewHasID(qdrant.NewIDNum(4)), qdrant.NewIsEmpty("e"), qdrant.NewIsNull("z"), qdrant.NewHasVector("v")},
		MustNot: []*qdrant.Condition{qdrant.NewNestedFilter("o", &qdrant.Filter{Must: []*qdrant.Condition{qdrant.NewGeoRadius("g", 1, 2, 3)}})},
		MinShould: &qdrant.MinShould{MinCount: 1, Conditions: []*qdrant.Condition{
			qdrant.NewGeoBoundingBox("g", 1, 2, 3, 4), qdrant.NewFilterAsCondition(&qdrant.Filter{Must: []*qdrant.Condition{qdrant.NewMatchPhrase("p", "x y")}}),
			qdrant.NewGeoPolygon("g", &qdrant.GeoLineString{Points: []*qdrant.GeoPoint{{Lon: 1, Lat: 2}}}),
		}},
	})
	require.NoError(t, err)
	want, err := api.DecodeFilterJSON([]byte(`{
		"must":[{"key":"k","match":{"value":"red"}},{"key":"i","match":{"value":4}},{"key":"b","match":{"value":true}},{"key":"t","match":{"text":"words"}},
			{"key":"k","match":{"any":["a","b"]}},{"key":"i","match":{"except":[1,2]}},{"key":"r","range":{"gt":1.5}},
			{"key":"d","range":{"gte":"2026-11-30T01:02:03Z"}},{"key":"v","values_count":{"lt":3}}],
		"should":[{"has_id":[4]},{"is_empty":{"key":"e"}},{"is_null":{"key":"z"}},{"has_vector":"v"}],
		"must_not":[{"nested":{"key":"o","filter":{"must":[{"key":"g","geo_radius":{"center":{"lon":2,"lat":1},"radius":3}}]}}}],
		"min_should":{"min_count":1,"conditions":[{"key":"g","geo_bounding_box":{"top_left":{"lon":2,"lat":1},"bottom_right":{"lon":4,"lat":3}}},
			{"must":[{"key":"p","match":{"phrase":"x y"}}]},{"key":"g","geo_polygon":{"exterior":{"points":[{"lon":1,"lat":2}]},"interiors":[]}}]}}`))
	require.NoError(t, err)
	require.JSONEq(t, string(want.AppendJSON(nil)), string(got.AppendJSON(nil)))
}

// FuzzOperation: no message makes the reader fail in another way than by an error, and what it reads can be written and read again.
func FuzzOperation(f *testing.F) {
	for _, op := range []api.UpdateOperation{
		&api.UpsertPoints{Points: []api.Point{{ID: api.NumID(1), Vector: vectors(), Payload: api.Payload(`{"a":[1,2.5,null]}`)}}},
		&api.DeletePoints{IDs: []api.PointID{api.NumID(1)}},
		&api.SetPayload{Payload: api.Payload(`{"a":1}`), Points: []api.PointID{api.NumID(2)}},
	} {
		m, err := OperationOf(op)
		require.NoError(f, err)
		raw, err := proto.Marshal(m)
		require.NoError(f, err)
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := &qdrant.PointsUpdateOperation{}
		if proto.Unmarshal(raw, m) != nil {
			return
		}
		op, err := Operation(m)
		if err != nil {
			return
		}
		m, err = OperationOf(op)
		if err != nil {
			require.ErrorIs(t, err, ErrInexpressible)
			return
		}
		_, err = Operation(m)
		require.NoError(t, err)
	})
}
