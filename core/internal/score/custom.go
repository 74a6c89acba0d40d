package score

import (
	"errors"
	"math"
)

// Fold makes one score of each point from its similarities to the examples of a query: sims holds one slice per example, all as long as out.
type Fold interface {
	Fold(sims [][]float32, out []float32)
}

// foldBlock is how many points are folded at a time.
const foldBlock = 64

// custom scores points against several examples and folds the similarities.
type custom struct {
	examples []Batch
	fold     Fold
	buf      []float32
	sims     [][]float32
}

// NewCustom returns the scorer of a query with several examples, each with a scorer of its own over the same storage. A point that cannot be
// compared with an example, such as a sparse vector without a dimension in common, has the similarity 0 to it.
func NewCustom(examples []Batch, fold Fold) Batch {
	return &custom{examples: examples, fold: fold, buf: make([]float32, foldBlock*len(examples)), sims: make([][]float32, len(examples))}
}

func (c *custom) Score(ids []uint32, out []float32) {
	out = out[:len(ids)]
	for len(ids) > 0 {
		n := min(len(ids), foldBlock)
		for i, example := range c.examples {
			example.Score(ids[:n], c.row(i, n))
		}
		c.finish(out[:n])
		ids, out = ids[n:], out[n:]
	}
}

func (c *custom) ScoreRows(from uint32, out []float32) int {
	done := 0
	for done < len(out) {
		n := min(len(out)-done, foldBlock)
		for i, example := range c.examples {
			n = min(n, example.ScoreRows(from+uint32(done), c.row(i, n)))
		}
		if n == 0 {
			break
		}
		for i := range c.sims {
			c.sims[i] = c.sims[i][:n]
		}
		c.finish(out[done : done+n])
		done += n
	}
	return done
}

// row is where the similarities to an example go.
func (c *custom) row(i, n int) []float32 {
	c.sims[i] = c.buf[i*foldBlock:][:n]
	return c.sims[i]
}

func (c *custom) finish(out []float32) {
	for _, row := range c.sims {
		for i, x := range row {
			if x != x {
				row[i] = 0
			}
		}
	}
	c.fold.Fold(c.sims, out)
}

func (c *custom) Err() error {
	var errs []error
	for _, example := range c.examples {
		errs = append(errs, example.Err())
	}
	return errors.Join(errs...)
}

// Recommend folds similarities to positive and negative examples, the positive ones first.
type Recommend struct {
	Positives int
	Sum       bool // add them up; else the best one counts
}

// Fold implements Fold.
func (r Recommend) Fold(sims [][]float32, out []float32) {
	if r.Sum {
		r.sum(sims, out)
		return
	}
	for i := range out {
		positive, negative := float32(math.Inf(-1)), float32(math.Inf(-1))
		for _, row := range sims[:r.Positives] {
			positive = max(positive, row[i])
		}
		for _, row := range sims[r.Positives:] {
			negative = max(negative, row[i])
		}
		if positive > negative {
			out[i] = squash(positive)
		} else {
			out[i] = -squash(negative)
		}
	}
}

func (r Recommend) sum(sims [][]float32, out []float32) {
	for i := range out {
		var positive, negative float32
		for _, row := range sims[:r.Positives] {
			positive += row[i]
		}
		for _, row := range sims[r.Positives:] {
			negative += row[i]
		}
		out[i] = positive - negative
	}
}

// Discover folds similarities to a target, which come first, and to pairs of a positive and a negative example: each pair lifts or lowers the
// score by one, the target decides within.
type Discover struct{}

// Fold implements Fold.
func (Discover) Fold(sims [][]float32, out []float32) {
	for i := range out {
		rank := 0
		for pair := 1; pair+1 < len(sims); pair += 2 {
			rank += compareTotal(sims[pair][i], sims[pair+1][i])
		}
		out[i] = float32(rank) + squash(sims[0][i])
	}
}

// Context folds similarities to pairs of a positive and a negative example: what a point is nearer to the negative one is its loss.
type Context struct{}

// Fold implements Fold.
func (Context) Fold(sims [][]float32, out []float32) {
	const margin = 0x1p-23 // the distance from 1 to the next float32
	for i := range out {
		sum := float32(0)
		for pair := 0; pair+1 < len(sims); pair += 2 {
			difference := float32(sims[pair][i]-sims[pair+1][i]) - margin
			sum += sigmoid(min(difference, 0))
		}
		out[i] = sum
	}
}

// Feedback folds similarities to a target, which come first, and to pairs of examples of which a model judged the first one better.
type Feedback struct {
	A       float32
	Weights []float32 // by pair
}

// Fold implements Fold.
func (f Feedback) Fold(sims [][]float32, out []float32) {
	for i := range out {
		score := f.A * sims[0][i]
		for pair, weight := range f.Weights {
			delta := sims[1+2*pair][i] - sims[2+2*pair][i]
			score += float32(weight * delta)
		}
		out[i] = score
	}
}

// sigmoid maps numbers to (-1, 1).
func sigmoid(x float32) float32 { return x / (1 + float32(math.Abs(float64(x)))) }

// squash maps numbers to (0, 1).
func squash(x float32) float32 { return 0.5 * (sigmoid(x) + 1) }

// compareTotal compares by the order in which -0 is below +0.
func compareTotal(a, b float32) int {
	x, y := total(a), total(b)
	switch {
	case x > y:
		return 1
	case x < y:
		return -1
	}
	return 0
}

func total(x float32) int32 {
	b := int32(math.Float32bits(x))
	if b < 0 {
		b ^= math.MaxInt32
	}
	return b
}
