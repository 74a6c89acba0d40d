package turbo

import (
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/quant/params"
)

// Train makes a quantizer of count vectors. rotated says that they went through Rotated of the form in which they are stored.
func Train(v params.Vector, vectors params.Seq, count int, b Bits, rotated bool) *Codec {
	pre := newCodec(v, b, b.plus(), !rotated, nil)
	if !b.plus() {
		return pre
	}
	return newCodec(v, b, true, !rotated, pre.estimate(vectors, count, rotated))
}

// estimate finds the outer quantiles of each element and fits them to the outer levels.
func (c *Codec) estimate(vectors params.Seq, count int, rotated bool) *fit {
	outer := c.levels[len(c.levels)-1]
	share := min(max(float32(2*normal(float64(outer))-1), 0), 0.99999)
	low := (1 - float64(share)) / 2
	marks := make([][2]quantile, c.codes)
	for i := range marks {
		marks[i] = [2]quantile{{at: low}, {at: 1 - low}}
	}
	x, spare, done := c.buffers()
	defer done()
	n, at, taken := min(count, c.bits.sample()), 0, 0
	vectors(func(v []float32) bool {
		if taken < n && at == taken*count/n {
			taken++
			c.prepare(x, spare, v, !rotated)
			for i, f := range x {
				marks[i][0].add(f)
				marks[i][1].add(f)
			}
		}
		at++
		return taken < n
	})
	shift, scale := make([]float32, c.codes), make([]float32, c.codes)
	for i := range marks {
		low, high := float32(marks[i][0].value()), float32(marks[i][1].value())
		shift[i], scale[i] = -(low+high)/2, 1
		if width := high - low; width > 1e-3 {
			scale[i] = float32(2*outer) / width
		}
	}
	return newFit(shift, scale)
}

// normal is the distribution function of the normal distribution, with the error function of Abramowitz and Stegun 7.1.26.
func normal(x float64) float64 {
	z := x / math.Sqrt2
	a := math.Abs(z)
	t := 1 / (1 + 0.3275911*a)
	poly := t * (0.254829592 + t*(-0.284496736+t*(1.421413741+t*(-1.453152027+t*1.061405429))))
	erf := 1 - poly*math.Exp(-a*a)
	if z < 0 {
		erf = -erf
	}
	return 0.5 * (1 + erf)
}

const markers = 7

// quantile is the P² estimator with seven markers.
type quantile struct {
	at      float64
	n       int
	heights [markers]float64
	places  [markers]float64
}

func (q *quantile) add(x float64) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return
	}
	if q.n < markers {
		q.heights[q.n] = x
		q.n++
		if q.n == markers {
			slices.Sort(q.heights[:])
			for i := range q.places {
				q.places[i] = float64(i + 1)
			}
		}
		return
	}
	q.n++
	for i := q.find(x) + 1; i < markers; i++ {
		q.places[i]++
	}
	wanted := q.wanted()
	for i := 1; i < markers-1; i++ {
		q.adjust(i, wanted[i])
	}
}

// find returns the marker before x and moves the outer ones.
func (q *quantile) find(x float64) int {
	h := &q.heights
	switch {
	case x < h[0]:
		h[0] = x
		return 0
	case x > h[markers-1]:
		h[markers-1] = x
		return markers - 1
	}
	k := 0
	for _, v := range h[1:] {
		if v < x {
			k++
		}
	}
	return k
}

// wanted is where the markers should be; the first ones with a fused step, as the reference has it.
func (q *quantile) wanted() (at [markers]float64) {
	factor := 0.7 + float64(0.3)*1/3.0
	p := [markers]float64{0, q.at * 0.5, float64(q.at * factor), q.at, 1 + float64((q.at-1)*factor), 1 + float64((q.at-1)*0.5), 1}
	last := float64(q.n - 1)
	for i := range at {
		if i < 4 {
			at[i] = math.FMA(p[i], last, 1)
		} else {
			at[i] = 1 + float64(p[i]*last)
		}
	}
	return at
}

func (q *quantile) adjust(i int, wanted float64) {
	for {
		away := wanted - q.places[i]
		switch {
		case away >= 1 && q.places[i+1]-q.places[i] > 1:
			q.step(i, 1)
		case away <= -1 && q.places[i-1]-q.places[i] < -1:
			q.step(i, -1)
		default:
			return
		}
	}
}

func (q *quantile) step(i int, sign float64) {
	h, n := &q.heights, &q.places
	to := h[i]
	if span := n[i+1] - n[i-1]; span != 0 {
		a := float64((n[i] - n[i-1] + sign) / (n[i+1] - n[i]) * (h[i+1] - h[i]))
		b := float64((n[i+1] - n[i] - sign) / (n[i] - n[i-1]) * (h[i] - h[i-1]))
		to = h[i] + float64((a+b)*sign)/span
	}
	switch {
	case to > h[i-1] && to < h[i+1]:
		h[i] = to
	case sign > 0:
		h[i] += (h[i+1] - h[i]) / (n[i+1] - n[i])
	default:
		h[i] += (h[i-1] - h[i]) / (n[i-1] - n[i])
	}
	n[i] += sign
}

// value is the estimate.
func (q *quantile) value() float64 {
	if q.n >= markers {
		return q.heights[markers/2]
	}
	if q.n == 0 {
		return 0
	}
	slices.Sort(q.heights[:q.n])
	k := q.at * float64(q.n-1)
	low, high := math.Floor(k), math.Ceil(k)
	a, b := q.heights[int(low)], q.heights[int(high)]
	return a + float64((k-low)*(b-a))
}
