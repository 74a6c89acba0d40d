package formula

import (
	"math"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// New prepares a formula.
func New(q *api.FormulaQuery) (*Formula, error) {
	b := &builder{f: &Formula{}, scores: map[uint64][]byte{}, values: map[string][]byte{}}
	if err := b.defaults(q.Defaults); err != nil {
		return nil, err
	}
	var err error
	b.f.root, err = b.node(q.Formula)
	return b.f, err
}

// builder makes nodes of expressions.
type builder struct {
	f      *Formula
	scores map[uint64][]byte // raw JSON by prefetch
	values map[string][]byte // by key, as jsonpath prints it
}

func (b *builder) defaults(object api.Payload) error {
	for o := rawjson.OpenObject(object); o.Next(); {
		n, err := parseName(string(rawjson.Text(nil, o.Key)))
		switch {
		case err != nil:
			return err
		case n.score:
			b.scores[n.index] = o.Value
		default:
			b.values[n.path.String()] = o.Value
		}
	}
	return nil
}

func (b *builder) node(e api.Expression) (node, error) {
	switch e := e.(type) {
	case *api.ConstantExpression:
		return constant(e.Value), nil
	case *api.VariableExpression:
		return b.variable(e.Name)
	case *api.ConditionExpression:
		b.f.conditions = append(b.f.conditions, e.Condition)
		return condition(len(b.f.conditions) - 1), nil
	case *api.GeoDistanceExpression:
		v, err := b.key(e.To)
		return &distance{v, e.Origin}, err
	case *api.DatetimeExpression:
		return constant(seconds(e.Datetime)), nil
	case *api.DatetimeKeyExpression:
		v, err := b.key(e.Key)
		return &moment{v}, err
	case *api.DecayExpression:
		return b.decay(e)
	case *api.DivExpression:
		return b.quotient(e)
	case *api.PowExpression:
		base, err := b.node(e.Base)
		if err != nil {
			return nil, err
		}
		exponent, err := b.node(e.Exponent)
		return power{base, exponent}, err
	}
	return b.listed(e)
}

// listed makes nodes of expressions with a list of operands.
func (b *builder) listed(e api.Expression) (node, error) {
	switch e := e.(type) {
	case *api.MultExpression:
		list, err := b.list(e.Terms)
		return product(list), err
	case *api.SumExpression:
		list, err := b.list(e.Terms)
		return sum(list), err
	case *api.MaxExpression:
		return b.extreme("max", 1, e.Terms)
	case *api.MinExpression:
		return b.extreme("min", -1, e.Terms)
	}
	return b.unary(e)
}

// unary makes nodes of expressions with one operand.
func (b *builder) unary(e api.Expression) (node, error) {
	switch e := e.(type) {
	case *api.NegExpression:
		x, err := b.node(e.X)
		return simple{negate, x}, err
	case *api.AbsExpression:
		x, err := b.node(e.X)
		return simple{math.Abs, x}, err
	case *api.SqrtExpression:
		return b.function("√", math.Sqrt, e.X)
	case *api.ExpExpression:
		return b.function("exp(", math.Exp, e.X)
	case *api.Log10Expression:
		return b.function("log10(", math.Log10, e.X)
	case *api.LnExpression:
		return b.function("ln(", math.Log, e.X)
	case *api.AcoshExpression:
		return b.function("acosh(", math.Acosh, e.X)
	}
	return nil, api.Errorf(api.InvalidArgument, "an expression is required, got %T", e)
}

func (b *builder) function(name string, of func(float64) float64, e api.Expression) (node, error) {
	x, err := b.node(e)
	return function{name, of, x}, err
}

func (b *builder) list(from []api.Expression) ([]node, error) {
	out := make([]node, len(from))
	for i := range from {
		var err error
		if out[i], err = b.node(from[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (b *builder) extreme(name string, sign float64, from []api.Expression) (node, error) {
	if len(from) == 0 {
		return nil, api.Errorf(api.InvalidArgument, "`%s` needs at least one operand", name)
	}
	list, err := b.list(from)
	return extreme{sign, list}, err
}

func (b *builder) quotient(e *api.DivExpression) (node, error) {
	left, err := b.node(e.Left)
	if err != nil {
		return nil, err
	}
	right, err := b.node(e.Right)
	return quotient{left, right, e.ByZeroDefault}, err
}

func (b *builder) decay(e *api.DecayExpression) (node, error) {
	kind := map[api.DecayKind]decayKind{api.DecayLin: decayLinear, api.DecayExp: decayExponential, api.DecayGauss: decayGaussian}[e.Kind]
	lambda, err := kind.lambda(e.Midpoint, e.Scale)
	if err != nil {
		return nil, err
	}
	d := decay{of: kind.function(), lambda: lambda}
	if d.x, err = b.node(e.X); err != nil || e.Target == nil {
		return d, err
	}
	d.target, err = b.node(e.Target)
	return d, err
}

func (b *builder) variable(text string) (node, error) {
	n, err := parseName(text)
	if err != nil {
		return nil, err
	}
	if !n.score {
		return &numeric{b.at(n.path)}, nil
	}
	s := prefetched{index: n.index}
	if x, ok := rawjson.ParseNumber(b.scores[n.index]); ok {
		s.fallback = x.Float64()
	}
	return s, nil
}

func (b *builder) key(text string) (variable, error) {
	path, err := jsonpath.Parse(text)
	if err != nil {
		return variable{}, api.Wrap(api.InvalidArgument, err, "formula")
	}
	return b.at(path), nil
}

func (b *builder) at(path jsonpath.Path) variable {
	last := len(path.Rest) - 1
	return variable{path: path, whole: last >= 0 && path.Rest[last].Kind == jsonpath.Wildcard, fallback: b.values[path.String()]}
}
