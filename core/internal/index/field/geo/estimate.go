package geo

import "math"

// counted is a source of the numbers of points and values in cells.
type counted interface {
	count(cell) (points, values int)
	// within counts values.
	within(first, last cell) int
}

// cardinality is how many points there may be.
type cardinality struct{ least, expected, most int }

// estimate guesses how many points have a value in the area of a query, indexed at most: the guess of the cells around it, less that of the cells
// around its holes.
func (q *Query) estimate(from counted, indexed, most int) cardinality {
	c := guess(from, q.around, most)
	for _, hole := range q.holes {
		h := guess(from, hole, most)
		c.least = max(0, c.least-h.most)
		c.most = max(c.least, c.most-h.least)
		c.expected = max(c.expected-h.expected, c.least)
	}
	if !q.wraps {
		return c
	}
	n := 0
	for _, r := range q.ranges {
		n += from.within(r.first, r.last)
	}
	if n = min(n, indexed); n > c.most {
		if c.most = n; q.broken {
			c.expected = n
		}
	}
	return c
}

// guess is how many points have a value in cells that are apart; the point with most values has most.
func guess(from counted, cells []cell, most int) cardinality {
	if most == 0 || len(cells) == 0 {
		return cardinality{}
	}
	points, values := from.count(common(cells))
	sum, largest := 0, 0
	for _, c := range cells {
		n, _ := from.count(c)
		sum, largest = sum+n, max(largest, n)
	}
	c := cardinality{least: max(sum/most, sum-(values-points), largest), most: min(sum, points)}
	c.expected = min(c.most, max(c.least, drawn(points, values, sum)))
	c.least = min(c.least, c.most)
	return c
}

// common is the cell of the characters that cells, which are equally long, have in common.
func common(cells []cell) cell {
	n := cells[0].size()
	for _, c := range cells[1:] {
		n = min(n, shared(cells[0], c))
	}
	return cells[0].prefix(n)
}

// drawn is the expected number of points that have one of some values, of all the values that belong to points evenly.
func drawn(points, values, some int) int {
	total, n := float64(values), float64(some)
	per := total / float64(points)
	missed := math.Exp(logFactorial(total-per) + logFactorial(total-n) - logFactorial(total-per-n) - logFactorial(total))
	f := math.Round((1 - missed) * float64(points))
	if !(f > 0) {
		return 0
	}
	return int(min(f, float64(points)))
}

// logFactorial approximates ln(n!) by Stirling's formula; it is one below one.
func logFactorial(n float64) float64 {
	if n < 1 {
		return 1
	}
	return math.Log(math.Sqrt(2*math.Pi*n)) + float64(n*math.Log(n/math.E))
}
