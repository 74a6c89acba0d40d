package formula

import (
	"math"
	"strconv"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
)

// node is a part of a formula.
type node interface {
	eval(p *Point) (float64, error)
}

type constant float64

func (c constant) eval(*Point) (float64, error) { return float64(c), nil }

// prefetched is the score that a prefetch gave the point.
type prefetched struct {
	index    uint64
	fallback float64
}

func (s prefetched) eval(p *Point) (float64, error) {
	if x, ok := p.Score(s.index); ok {
		return float64(x), nil
	}
	return s.fallback, nil
}

// condition is 1 when the point satisfies a condition.
type condition int

func (c condition) eval(p *Point) (float64, error) {
	ok, err := p.Holds(int(c))
	if err != nil || !ok {
		return 0, err
	}
	return 1, nil
}

type product []node

func (m product) eval(p *Point) (float64, error) {
	out := 1.0
	for _, factor := range m {
		x, err := factor.eval(p)
		if err != nil || x == 0 {
			return 0, err
		}
		out *= x
	}
	return out, nil
}

type sum []node

func (s sum) eval(p *Point) (float64, error) {
	out := 0.0
	for _, part := range s {
		x, err := part.eval(p)
		if err != nil {
			return 0, err
		}
		out += x
	}
	return out, nil
}

// extreme is the greatest of its operands times sign.
type extreme struct {
	sign     float64
	operands []node
}

func (e extreme) eval(p *Point) (float64, error) {
	out := math.Inf(-1)
	for _, operand := range e.operands {
		x, err := operand.eval(p)
		if err != nil {
			return 0, err
		}
		if x *= e.sign; x > out {
			out = x
		}
	}
	return e.sign * out, nil
}

type quotient struct {
	left, right node
	byZero      *float32
}

func (d quotient) eval(p *Point) (float64, error) {
	left, err := d.left.eval(p)
	if err != nil || left == 0 {
		return 0, err
	}
	right, err := d.right.eval(p)
	if err != nil {
		return 0, err
	}
	if right == 0 && d.byZero != nil {
		return float64(*d.byZero), nil
	}
	return finite(left/right, func() string { return number(left) + "/" + number(right) })
}

type power struct{ base, exponent node }

func (w power) eval(p *Point) (float64, error) {
	base, err := w.base.eval(p)
	if err != nil {
		return 0, err
	}
	exponent, err := w.exponent.eval(p)
	if err != nil {
		return 0, err
	}
	return finite(math.Pow(base, exponent), func() string { return number(base) + "^" + number(exponent) })
}

// function is a function of one operand whose result has to be finite.
type function struct {
	name string // as printed before the operand
	of   func(float64) float64
	x    node
}

func (f function) eval(p *Point) (float64, error) {
	x, err := f.x.eval(p)
	if err != nil {
		return 0, err
	}
	return finite(f.of(x), func() string { return f.name + number(x) + closing(f.name) })
}

func closing(name string) string {
	if strings.HasSuffix(name, "(") {
		return ")"
	}
	return ""
}

// simple is a function of one operand that every number has.
type simple struct {
	of func(float64) float64
	x  node
}

func (f simple) eval(p *Point) (float64, error) {
	x, err := f.x.eval(p)
	return f.of(x), err
}

func negate(x float64) float64 { return -x }

// decay falls from 1 with the distance of x from the target.
type decay struct {
	of     func(distance, lambda float64) float64
	x      node
	target node // nil: 0
	lambda float64
}

func (d decay) eval(p *Point) (float64, error) {
	x, err := d.x.eval(p)
	if err != nil {
		return 0, err
	}
	if d.target == nil {
		return d.of(math.Abs(x), d.lambda), nil
	}
	target, err := d.target.eval(p)
	return d.of(math.Abs(x-target), d.lambda), err
}

func exponential(distance, lambda float64) float64 { return math.Exp(lambda * distance) }

func gaussian(distance, lambda float64) float64 { return math.Exp(lambda * distance * distance) }

// linear is 0 for a distance that is no number, as the other two would not be.
func linear(distance, lambda float64) float64 {
	if y := -lambda*distance + 1; y > 0 {
		return y
	}
	return 0
}

func finite(x float64, what func() string) (float64, error) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, nonFinite(what() + " = " + number(x))
	}
	return x, nil
}

func nonFinite(expression string) error {
	return api.Errorf(api.InvalidArgument, "The expression %s produced a non-finite number", expression)
}

func number(x float64) string {
	switch {
	case math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}
