package kernel

// Metric names a distance.
type Metric uint8

// The distances. Cosine is MetricDot over vectors that went through Normalize.
const (
	MetricDot Metric = iota
	MetricEuclid
	MetricManhattan
)

// Kernel is the set of functions of one metric. Use For to get one.
//
// All of them panic when the lengths of the arguments contradict each other:
// assembly must never read outside the given slices.
type Kernel struct {
	// One scores two vectors of equal length.
	One func(a, b []float32) float32
	// Refs scores q against rows given by the address of their first element,
	// each with len(q) readable elements, and prefetches ahead: for random access.
	Refs func(q []float32, rows []*float32, out []float32)
	// Gather scores q against the rows ids[i] of a matrix of rows of dim elements.
	Gather func(q, rows []float32, dim int, ids []uint32, out []float32)
	// Rows scores q against all len(out) rows at the start of a matrix: for full scans.
	Rows func(q, rows []float32, dim int, out []float32)
}

// For returns the kernel of a metric for this processor.
func For(m Metric) Kernel {
	return Kernel{
		One: func(a, b []float32) float32 {
			check(len(a) == len(b))
			if len(a) == 0 {
				return 0
			}
			return pair(m, a, b)
		},
		Refs: func(q []float32, at []*float32, out []float32) {
			check(len(q) > 0 && len(out) >= len(at))
			if len(at) > 0 {
				refs(m, q, at, aheadOf(len(q)), out)
			}
		},
		Gather: func(q, matrix []float32, dim int, ids []uint32, out []float32) {
			gather(m, q, matrix, dim, ids, out)
		},
		Rows: func(q, matrix []float32, dim int, out []float32) {
			check(dim > 0 && len(q) == dim && len(matrix)/dim >= len(out))
			if len(out) > 0 {
				rows(m, q, matrix, out)
			}
		},
	}
}

const (
	prefetchBytes = 6 << 10 // bytes in flight, measured on random rows
	maxAhead      = 16
	gatherBatch   = 64
)

// aheadOf is how many rows to prefetch in advance.
func aheadOf(dim int) int {
	return min(max(prefetchBytes/(4*dim), 1), maxAhead)
}

func gather(m Metric, q, matrix []float32, dim int, ids []uint32, out []float32) {
	check(dim > 0 && len(q) == dim && len(out) >= len(ids))
	var at [gatherBatch]*float32
	ahead := aheadOf(dim)
	for len(ids) > 0 {
		n := min(len(ids), gatherBatch)
		for i, id := range ids[:n] {
			first := int(id) * dim
			at[i] = &matrix[first : first+dim : first+dim][0]
		}
		refs(m, q, at[:n], ahead, out)
		ids, out = ids[n:], out[n:]
	}
}

func check(ok bool) {
	if !ok {
		panic("kernel: lengths of the arguments do not match")
	}
}
