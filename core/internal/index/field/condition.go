package field

// Cardinality is how many points a condition may select: at least Min, at most Max, Exp expected. Deleted points may be counted.
type Cardinality struct {
	Min, Exp, Max int
	Primary       bool // the points can be listed by AppendCandidates instead of being looked for
	Certain       bool // Min and Max are bounds for sure; else guesses, also where they are equal
}

// Exact reports that Exp is the number of the points, deleted ones included.
func (c Cardinality) Exact() bool { return c.Certain && c.Min == c.Max }

// Exactly is the cardinality of n points.
func Exactly(n int) Cardinality { return Cardinality{Min: n, Exp: n, Max: n, Certain: true} }

// Guessed is the cardinality of what is taken for n points.
func Guessed(n int) Cardinality { return Cardinality{Min: n, Exp: n, Max: n} }

// Unknown is the cardinality of which nothing is known.
func Unknown(total int) Cardinality { return Cardinality{Exp: total / 2, Max: total, Certain: true} }

// Condition is a condition on one key, answered by an index.
type Condition interface {
	// Estimate says how many points there may be, deleted ones included.
	Estimate() Cardinality
	// Check reports whether a point satisfies the condition.
	Check(off uint32) bool
	// Filter appends those of ids that satisfy the condition to out, which may be ids[:0].
	Filter(ids, out []uint32) []uint32
	// AppendCandidates appends every point that satisfies the condition, in any order, some perhaps twice; deleted points may be among them.
	AppendCandidates(dst []uint32) []uint32
}
