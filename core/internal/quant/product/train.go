package product

import (
	"github.com/qdrant-edge-go/edge/core/internal/par"
	"github.com/qdrant-edge-go/edge/core/internal/quant/params"
)

const (
	sampleSize = 10_000
	rounds     = 100
	accuracy   = 1e-5
)

// Train makes centroids of count vectors for groups of size elements. stop ends it early when it says so.
func Train(v params.Vector, vectors params.Seq, count, size int, stop func() bool) *Codec {
	c := &Codec{vector: v, centroids: make([][]float32, centroids)}
	for at := 0; at < v.Dim; at += size {
		c.groups = append(c.groups, group{at, min(at+size, v.Dim)})
	}
	sample := pick(vectors, count)
	for i := range c.centroids {
		c.centroids[i] = make([]float32, v.Dim)
		if i < len(sample) {
			copy(c.centroids[i], sample[i])
		}
	}
	c.arrange(0, v.Dim)
	if len(sample) > centroids {
		par.Do(len(c.groups), func(j int) { c.cluster(c.groups[j], sample, stop) })
	}
	return c
}

// pick returns copies of at most sampleSize vectors.
func pick(vectors params.Seq, count int) (sample [][]float32) {
	n, at := min(count, sampleSize), 0
	vectors(func(v []float32) bool {
		if len(sample) < n && at == len(sample)*count/n {
			sample = append(sample, append([]float32(nil), v...))
		}
		at++
		return len(sample) < n
	})
	return sample
}

// cluster moves the centroids of a group to the middle of the vectors that are nearest to them.
func (c *Codec) cluster(g group, sample [][]float32, stop func() bool) {
	w := g.End - g.Start
	sums, counts := make([]float64, centroids*w), make([]int, centroids)
	for range rounds {
		if stop() {
			return
		}
		clear(sums)
		clear(counts)
		farthest, distance := 0, float32(-1)
		for i, v := range sample {
			at, d := c.nearest(g, v)
			counts[at]++
			for k, x := range v[g.Start:g.End] {
				sums[at*w+k] += float64(x)
			}
			if d > distance {
				farthest, distance = i, d
			}
		}
		way := c.move(g, sums, counts, sample[farthest])
		c.arrange(g.Start, g.End)
		if way < accuracy {
			return
		}
	}
}

// move returns how far the centroids went together.
func (c *Codec) move(g group, sums []float64, counts []int, lone []float32) (way float32) {
	w := g.End - g.Start
	for i, f := range c.centroids {
		for k := range w {
			to := lone[g.Start+k]
			if counts[i] > 0 {
				to = float32(sums[i*w+k] / float64(counts[i]))
			}
			d := f[g.Start+k] - to
			way += max(d, -d)
			f[g.Start+k] = to
		}
	}
	return way
}
