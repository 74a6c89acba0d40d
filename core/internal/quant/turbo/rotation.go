package turbo

import (
	"math"
	"math/bits"
	"sync"
)

var seeds = [3]uint64{654605292835415893, 8636605637963351413, 1775280196666917949}

// rotation turns vectors of n elements and back.
type rotation struct {
	n        int
	forward  [3][]uint32
	backward [3][]uint32
}

// rotations are kept: there are few sizes.
var rotations sync.Map

func rotationOf(n int) *rotation {
	if r, ok := rotations.Load(n); ok {
		return r.(*rotation)
	}
	r, _ := rotations.LoadOrStore(n, newRotation(n))
	return r.(*rotation)
}

func newRotation(n int) *rotation {
	r := &rotation{n: n}
	for k, state := range seeds {
		to, back := make([]uint32, n), make([]uint32, n)
		for i := range to {
			to[i] = uint32(i)
		}
		for i := n - 1; i > 0; i-- {
			state = state*6364136223846793005 + 1442695040888963407
			j := int((state >> 32) % uint64(i+1))
			to[i], to[j] = to[j], to[i]
		}
		for i, from := range to {
			back[from] = uint32(i)
		}
		r.forward[k], r.backward[k] = to, back
	}
	return r
}

// apply turns x in place; spare is as long.
func (r *rotation) apply(x, spare []float64) {
	hadamard(x)
	for k := range r.forward {
		shuffle(x, spare, r.forward[k])
	}
}

// revert is the inverse of apply.
func (r *rotation) revert(x, spare []float64) {
	hadamard(x)
	for k := len(r.backward) - 1; k >= 0; k-- {
		shuffle(x, spare, r.backward[k])
	}
}

func shuffle(x, spare []float64, by []uint32) {
	spare = spare[:len(x)]
	for i, from := range by {
		spare[i] = x[from]
	}
	copy(x, spare)
	hadamard(x)
}

// hadamard transforms blocks of powers of two, the largest first.
func hadamard(x []float64) {
	for len(x) > 0 {
		n := 1 << (bits.Len(uint(len(x))) - 1)
		block(x[:n])
		x = x[n:]
	}
}

func block(x []float64) {
	for h := 1; h < len(x); h *= 2 {
		for i := 0; i < len(x); i += 2 * h {
			low, high := x[i:i+h], x[i+h:i+2*h]
			high = high[:len(low)]
			for j, a := range low {
				b := high[j]
				low[j], high[j] = a+b, a-b
			}
		}
	}
	scale := 1 / math.Sqrt(float64(len(x)))
	for i := range x {
		x[i] *= scale
	}
}
