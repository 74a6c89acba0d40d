package query

import (
	"errors"
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	index "github.com/qdrant-edge-go/edge/core/internal/index/sparse"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
	"github.com/qdrant-edge-go/edge/core/internal/store/sparse"
)

// weighted puts a sparse query in the order of its indices and multiplies its weights by how rare each dimension is, when the vector is
// configured so.
func (n *nearest) weighted(q api.SparseVector, idf bool) (api.SparseVector, error) {
	out := api.SparseVector{Indices: slices.Clone(q.Indices), Values: make([]float32, len(q.Values))}
	slices.Sort(out.Indices)
	for i, index := range q.Indices {
		at, _ := slices.BinarySearch(out.Indices, index)
		out.Values[at] = q.Values[i]
	}
	if !idf || len(q.Indices) == 0 {
		return out, nil
	}
	count := n.frequencies
	if n.params.Idf != nil && n.params.Idf.Corpus != nil {
		count = n.frequenciesIn
	}
	vectors, with, err := count(out.Indices)
	if err != nil {
		return out, err
	}
	for i := range out.Values {
		out.Values[i] *= rarity(float32(vectors), float32(with[i]))
	}
	return out, nil
}

// rarity is the inverse document frequency of a dimension that some of all vectors have.
func rarity(all, some float32) float32 {
	return float32(math.Log(float64((all-some+0.5)/(some+0.5) + 1)))
}

// frequencies counts the vectors of all segments and how many of them have each dimension. As in the reference a point that was deleted
// since an optimized segment was built still counts there.
func (n *nearest) frequencies(indices []uint32) (vectors int, with []int, err error) {
	with = make([]int, len(indices))
	for i := range n.view.Parts {
		seg := n.view.Parts[i].Seg
		v := seg.Vector(n.name)
		if v == nil {
			continue
		}
		x, err := seg.Inverted(v)
		if err != nil {
			return 0, nil, err
		}
		vectors += x.Vectors()
		for i, dim := range indices {
			count, err := x.Count(dim)
			if err != nil {
				return 0, nil, err
			}
			with[i] += count
		}
		gone, err := hiddenVectors(&n.view.Parts[i], v, indices, with)
		if err != nil {
			return 0, nil, err
		}
		vectors -= gone
	}
	return vectors, with, nil
}

// hiddenVectors counts the vectors of a part that its index has and no read sees, and takes them off the counts of their dimensions.
func hiddenVectors(p *shard.Part, v *segment.Vector, indices []uint32, with []int) (gone int, err error) {
	st, ok := v.Store.(*sparse.Store)
	if !ok {
		return 0, nil
	}
	var have []uint32
	var weights []float32
	for off := p.Hidden.NextSet(0); off >= 0; off = p.Hidden.NextSet(off + 1) {
		if p.Seg.IDs().IsDeleted(uint32(off)) || st.IsDeleted(uint32(off)) {
			continue
		}
		if have, weights, err = st.Get(uint32(off), have[:0], weights[:0]); err != nil {
			return 0, err
		}
		gone++
		for i, index := range indices {
			if _, found := slices.BinarySearch(have, index); found {
				with[i]--
			}
		}
	}
	return gone, nil
}

// frequenciesIn is frequencies among the points of the corpus.
func (n *nearest) frequenciesIn(indices []uint32) (vectors int, with []int, err error) {
	with = make([]int, len(indices))
	var have []uint32
	var weights []float32
	for part := range n.view.Parts {
		v := n.view.Parts[part].Seg.Vector(n.name)
		if v == nil {
			continue
		}
		st, ok := v.Store.(*sparse.Store)
		if !ok {
			continue
		}
		var failed error
		err := matching(n.ctx, &n.view.Parts[part], n.params.Idf.Corpus, func(off uint32) bool {
			if st.IsDeleted(off) {
				return true
			}
			if have, weights, failed = st.Get(off, have[:0], weights[:0]); failed != nil {
				return false
			}
			vectors++
			for i, index := range indices {
				if _, found := slices.BinarySearch(have, index); found {
					with[i]++
				}
			}
			return true
		})
		if err := errors.Join(err, failed); err != nil {
			return 0, nil, err
		}
	}
	return vectors, with, nil
}

// postings finds the points of a task through the index of a sparse vector.
func (s *scanner) postings(q api.SparseVector, t task) error {
	x, err := s.p.Seg.Inverted(s.v)
	if err != nil {
		return err
	}
	search, err := index.Start(x, q.Indices, q.Values)
	if err != nil {
		return err
	}
	defer search.Release()
	if t.listed {
		if t.exact {
			s.check = nil
		}
		return s.pinned(&listed{search: search}, t.ids, t)
	}
	for s.n.ctx.Err() == nil {
		from, scores, err := search.Next(s.sc.best.floor(s.n.bound))
		if err != nil {
			return err
		}
		if scores == nil {
			return s.err()
		}
		floor := s.sc.best.floor(s.n.bound)
		for i, x := range scores {
			if x >= floor && index.IsHit(x) {
				s.offer(from+uint32(i), x)
				floor = s.sc.best.floor(s.n.bound)
			}
		}
	}
	return s.n.ctx.Err()
}

// listed scores single points through an index.
type listed struct {
	search *index.Search
	err    error
}

func (l *listed) Score(ids []uint32, out []float32) {
	if l.err == nil {
		l.err = l.search.Score(ids, out)
	}
	if l.err != nil {
		for i := range ids {
			out[i] = float32(math.NaN())
		}
	}
}

func (l *listed) ScoreRows(from uint32, out []float32) int {
	for i := range out {
		l.Score([]uint32{from + uint32(i)}, out[i:])
	}
	return len(out)
}

func (l *listed) Err() error { return l.err }
