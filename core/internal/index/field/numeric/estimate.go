package numeric

import "math"

// estimate turns the number of pairs in a range into numbers of points: total
// pairs belong to indexed points, the one with most values has most.
func estimate(pairs, total, indexed, most int) (lo, exp, hi int) {
	if pairs == 0 || most == 0 || indexed == 0 {
		return 0, 0, 0
	}
	hi = min(pairs, indexed)
	lo = max((pairs+most-1)/most, pairs-(total-indexed))
	lo = min(lo, hi)
	if lo == hi {
		return lo, lo, hi
	}
	return lo, min(hi, max(lo, spread(pairs, total, indexed))), hi
}

// spread is the expected number of distinct points when pairs of total pairs,
// spread evenly over the points, are drawn at random.
func spread(pairs, total, points int) int {
	per := float64(total) / float64(points)
	miss := math.Pow(1-float64(pairs)/float64(total), per)
	return int(math.Round(float64(points) * (1 - miss)))
}
