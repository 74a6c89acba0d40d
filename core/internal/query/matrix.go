package query

import (
	"context"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// matrix is a sample of points, in order of their ids, and the nearest others of each.
type matrix struct {
	ids   []api.PointID
	pairs []pair
}

// pair is a row, a point of the sample, with one of its neighbours.
type pair struct {
	row, col int
	score    float32
}

// MatrixPairs compares a sample of points with each other.
func MatrixPairs(ctx context.Context, s *shard.Shard, req *api.SearchMatrixRequest) (*api.SearchMatrixPairsResponse, error) {
	m, err := newMatrix(ctx, s, req)
	if err != nil {
		return nil, err
	}
	res := &api.SearchMatrixPairsResponse{Pairs: []api.SearchMatrixPair{}}
	for _, p := range m.pairs {
		res.Pairs = append(res.Pairs, api.SearchMatrixPair{A: m.ids[p.row], B: m.ids[p.col], Score: p.score})
	}
	return res, nil
}

// MatrixOffsets is MatrixPairs with points named by their places among the ids.
func MatrixOffsets(ctx context.Context, s *shard.Shard, req *api.SearchMatrixRequest) (*api.SearchMatrixOffsetsResponse, error) {
	m, err := newMatrix(ctx, s, req)
	if err != nil {
		return nil, err
	}
	res := &api.SearchMatrixOffsetsResponse{OffsetsRow: []uint64{}, OffsetsCol: []uint64{}, Scores: []float32{}, IDs: m.ids}
	for _, p := range m.pairs {
		res.OffsetsRow = append(res.OffsetsRow, uint64(p.row))
		res.OffsetsCol = append(res.OffsetsCol, uint64(p.col))
		res.Scores = append(res.Scores, p.score)
	}
	return res, nil
}

func newMatrix(ctx context.Context, s *shard.Shard, req *api.SearchMatrixRequest) (*matrix, error) {
	if _, ok := s.VectorOf(req.Using); !ok {
		return nil, unknownVector(req.Using)
	}
	v, err := s.Acquire()
	if err != nil {
		return nil, err
	}
	defer v.RUnlock()
	m := &matrix{ids: []api.PointID{}}
	if req.Sample == 0 || req.Limit == 0 {
		return m, nil
	}
	r := &runner{ctx: ctx, s: s, v: v}
	has := []api.Condition{&api.HasVectorCondition{Vector: req.Using}}
	filter := &api.Filter{Must: has}
	if req.Filter != nil {
		filter.Must = append([]api.Condition{req.Filter}, has...)
	}
	drawn, err := sample(ctx, v, filter, req.Sample)
	if err != nil || len(drawn) < 2 {
		return m, err
	}
	slices.SortFunc(drawn, func(a, b result) int { return idOf(v, &a.hit).Compare(idOf(v, &b.hit)) })
	return m, m.compare(r, drawn, req)
}

// compare finds the neighbours of each drawn point among the others.
func (m *matrix) compare(r *runner, drawn []result, req *api.SearchMatrixRequest) error {
	row := make(map[at]int, len(drawn))
	all := make([]hit, len(drawn))
	for i := range drawn {
		row[drawn[i].at()] = i
		all[i] = drawn[i].hit
		m.ids = append(m.ids, idOf(r.v, &drawn[i].hit))
	}
	for i := range drawn {
		value, err := r.v.Parts[drawn[i].part].Seg.Vector(req.Using).Value(drawn[i].off)
		if err != nil {
			return err
		}
		near, err := r.similar(req.Using, value, all, req.Limit+1)
		if err != nil {
			return err
		}
		near = slices.DeleteFunc(near, func(h result) bool { return h.at() == drawn[i].at() })
		for _, h := range near[:min(uint64(len(near)), req.Limit)] {
			m.pairs = append(m.pairs, pair{row: i, col: row[h.at()], score: h.score})
		}
	}
	return nil
}
