package query

import (
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
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
	vectors, with, err := n.frequencies(out.Indices)
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
	var have []uint32
	var weights []float32
	for i := range n.view.Parts {
		seg := n.view.Parts[i].Seg
		v := seg.Vector(n.name)
		if v == nil {
			continue
		}
		st, ok := v.Store.(*sparse.Store)
		if !ok {
			continue
		}
		for off := range uint32(st.Len()) {
			if off&(1<<12-1) == 0 && n.ctx.Err() != nil {
				return 0, nil, n.ctx.Err()
			}
			if st.IsDeleted(off) || (seg.Appendable() && seg.IDs().IsDeleted(off)) {
				continue
			}
			if have, weights, err = st.Get(off, have[:0], weights[:0]); err != nil {
				return 0, nil, err
			}
			if len(have) > 0 {
				vectors++
				count(with, indices, have)
			}
		}
	}
	return vectors, with, nil
}

// count adds one for each of the indices, which ascend, that a vector has.
func count(with []int, indices, have []uint32) {
	for i, index := range indices {
		if _, found := slices.BinarySearch(have, index); found {
			with[i]++
		}
	}
}
