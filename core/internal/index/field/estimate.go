package field

import "math"

// Must is the cardinality of points that satisfy all conditions, which are taken to be independent.
func Must(total int, of ...Cardinality) Cardinality {
	c := Cardinality{Min: total, Max: total, Certain: true}
	share := 1.0
	best := -1
	for i := range of {
		c.Min = max(0, c.Min+of[i].Min-total)
		c.Max = min(c.Max, of[i].Max)
		share *= ratio(of[i].Exp, total)
		c.Certain = c.Certain && of[i].Certain
		if of[i].Primary && (best < 0 || of[i].Exp < of[best].Exp) {
			best = i
		}
	}
	c.Primary = best >= 0
	c.Exp = int(math.Round(share * float64(total)))
	return c.ordered()
}

// ordered makes up for estimates that count deleted points.
func (c Cardinality) ordered() Cardinality {
	c.Min = min(c.Min, c.Max)
	c.Exp = min(max(c.Exp, c.Min), c.Max)
	return c
}

func ratio(n, total int) float64 {
	if total == 0 {
		return 0
	}
	return float64(n) / float64(total)
}

// Should is the cardinality of points that satisfy one condition or more.
func Should(total int, of ...Cardinality) Cardinality {
	c := Cardinality{Primary: len(of) > 0, Certain: true}
	missed := 1.0
	sum := 0
	for i := range of {
		c.Min = max(c.Min, of[i].Min)
		sum += of[i].Max
		missed *= 1 - ratio(of[i].Exp, total)
		c.Primary, c.Certain = c.Primary && of[i].Primary, c.Certain && of[i].Certain
	}
	c.Max = min(sum, total)
	c.Exp = int(math.Round((1 - missed) * float64(total)))
	return c.ordered()
}

// mostCombinations bounds how many combinations of conditions AtLeast looks at.
const mostCombinations = 1024

// AtLeast is the cardinality of points that satisfy n conditions or more: the union of the intersections of n.
func AtLeast(total int, n uint64, of ...Cardinality) Cardinality {
	switch {
	case n > uint64(len(of)):
		return Exactly(0)
	case n == 0:
		return Exactly(total)
	case combinations(len(of), int(n)) > mostCombinations:
		c := Should(total, of...)
		c.Min = 0
		return c
	}
	var all []Cardinality
	chosen := make([]Cardinality, 0, n)
	var choose func(from int)
	choose = func(from int) {
		if len(chosen) == int(n) {
			all = append(all, Must(total, chosen...))
			return
		}
		for i := from; i < len(of); i++ {
			chosen = append(chosen, of[i])
			choose(i + 1)
			chosen = chosen[:len(chosen)-1]
		}
	}
	choose(0)
	return Should(total, all...)
}

func combinations(n, k int) int {
	k = min(k, n-k)
	c := 1
	for i := range k {
		if c = c * (n - i) / (i + 1); c > mostCombinations {
			break
		}
	}
	return c
}

// Not is the cardinality of the points that do not satisfy a condition.
func Not(total int, c Cardinality) Cardinality {
	return Cardinality{Min: max(0, total-c.Max), Exp: max(0, total-c.Exp), Max: max(0, total-c.Min), Certain: c.Certain}
}

// Spread guesses how many of points have one of values that belong to them all, by chance: every point has total/points values.
func Spread(points, total, values int) int {
	switch {
	case points == 0 || values == 0:
		return 0
	case total <= points:
		return min(values, points)
	}
	share := 1 - math.Pow(1-float64(values)/float64(total), float64(total)/float64(points))
	return min(points, int(math.Round(share*float64(points))))
}
