package query

import (
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// result is a point in the result of a leaf or a stage.
type result struct {
	hit
	found bool       // by a search: its version is reported
	value orderValue // by which it was ordered
}

// at is a place as a map key.
type at struct{ part, off uint32 }

func (r *result) at() at { return at{r.part, r.off} }

func idOf(v *shard.View, h *hit) api.PointID {
	id, _ := v.Parts[h.part].Seg.IDs().External(h.off)
	return id
}

// reciprocal joins results by the ranks of their points: each rank gives 1/(rank+k), or less the smaller the weight of its source.
func reciprocal(v *shard.View, sources [][]result, k uint64, weights []float32) []result {
	joined := joining{}
	for i, source := range sources {
		weight := float32(1)
		if weights != nil {
			weight = weights[i]
		}
		for rank := range source {
			joined.add(&source[rank], reciprocalScore(rank, k, weight))
		}
	}
	sortResults(v, joined.points)
	return joined.points
}

// reciprocalScore is that of a rank, which counts from 0. Without weight a source counts nothing.
func reciprocalScore(rank int, k uint64, weight float32) float32 {
	if weight <= 0 {
		return 0
	}
	return 1 / (float32(rank+1)/weight + float32(k) - 1)
}

// distribution joins results by their scores, which are brought to the same scale first: three standard deviations around the mean of the
// source are 0 and 1.
func distribution(v *shard.View, sources [][]result) []result {
	joined := joining{}
	for _, source := range sources {
		low, high := spread(source)
		for i := range source {
			joined.add(&source[i], scaled(source[i].score, low, high))
		}
	}
	slices.SortFunc(joined.points, func(a, b result) int {
		if c := b.value.compare(a.value); c != 0 {
			return c
		}
		return compareResults(v, &a, &b)
	})
	return joined.points
}

func scaled(score, low, high float32) float32 {
	if low == high {
		return 0.5
	}
	return (score - low) / (high - low)
}

// spread returns the scores that become 0 and 1; equal ones for fewer than two points.
func spread(points []result) (low, high float32) {
	if len(points) < 2 {
		return 0, 0
	}
	var mean, aggregate float32
	for i := range points {
		before := points[i].score - mean
		mean += before / float32(i+1)
		aggregate += float32(before * (points[i].score - mean))
	}
	deviation := float32(math.Sqrt(float64(aggregate / (float32(len(points)) - 1))))
	return mean - float32(3*deviation), mean + float32(3*deviation)
}

// joining adds up the scores of points that are in several sources.
type joining struct {
	index  map[at]int
	points []result
}

func (j *joining) add(r *result, score float32) {
	if i, ok := j.index[r.at()]; ok {
		j.points[i].score += score
		return
	}
	if j.index == nil {
		j.index = map[at]int{}
	}
	j.index[r.at()] = len(j.points)
	j.points = append(j.points, *r)
	j.points[len(j.points)-1].score = score
}

// sortResults puts points in the order of results: score, then id.
func sortResults(v *shard.View, points []result) {
	slices.SortFunc(points, func(a, b result) int { return compareResults(v, &a, &b) })
}

func compareResults(v *shard.View, a, b *result) int {
	switch {
	case a.score > b.score:
		return -1
	case a.score < b.score:
		return 1
	}
	return idOf(v, &a.hit).Compare(idOf(v, &b.hit))
}

// cut keeps the points whose score is not below the threshold, and not more than limit.
func cut(points []result, threshold *float32, limit uint64) []result {
	points = points[:min(uint64(len(points)), limit)]
	if threshold == nil {
		return points
	}
	for i := range points {
		if !(points[i].score >= *threshold) {
			return points[:i]
		}
	}
	return points
}
