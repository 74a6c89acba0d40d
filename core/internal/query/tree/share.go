package tree

import (
	"hash/maphash"
	"math"
	"reflect"

	"github.com/qdrant-edge-go/edge/core/api"
)

// share returns the number of a leaf, that of an equal one when there is one already.
func (b *builder) share(l Leaf) int {
	if _, random := l.Query.(*Random); !random {
		print := fingerprint(&l)
		for _, i := range b.known[print] {
			if reflect.DeepEqual(b.plan.Leaves[i], l) {
				return i
			}
		}
		b.known[print] = append(b.known[print], len(b.plan.Leaves))
	}
	b.plan.Leaves = append(b.plan.Leaves, l)
	return len(b.plan.Leaves) - 1
}

var seed = maphash.MakeSeed()

// fingerprint is the same for equal leaves, and mostly another for others.
func fingerprint(l *Leaf) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	maphash.WriteComparable(&h, l.Limit)
	v, ok := l.Query.(*Vector)
	if !ok {
		return h.Sum64()
	}
	h.WriteString(v.Using)
	for _, example := range v.Examples {
		numbers, _ := example.(api.DenseVector)
		switch e := example.(type) {
		case api.MultiDenseVector:
			numbers = e.Flat
		case api.SparseVector:
			numbers = e.Values
		}
		for _, x := range numbers {
			maphash.WriteComparable(&h, math.Float32bits(x))
		}
	}
	return h.Sum64()
}
