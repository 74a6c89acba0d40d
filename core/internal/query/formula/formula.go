package formula

import (
	"math"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
)

// Formula is ready to be evaluated. It is safe for concurrent use.
type Formula struct {
	root       node
	conditions []api.Condition
}

// Conditions are what Point.Holds is asked about, by index.
func (f *Formula) Conditions() []api.Condition { return f.conditions }

// Point gives a formula what it needs to know of a point.
type Point struct {
	// Score returns the score of the point in the result of a prefetch.
	Score func(prefetch uint64) (float32, bool)
	// Payload returns the raw JSON object of the point, empty when it has none.
	Payload func() []byte
	// Holds reports whether the point satisfies a condition.
	Holds func(condition int) (bool, error)
}

// Eval returns the score of a point.
func (f *Formula) Eval(p *Point) (float32, error) {
	x, err := f.root.eval(p)
	if err != nil {
		return 0, err
	}
	score := float32(x)
	if math.IsNaN(x) || math.IsInf(float64(score), 0) {
		return 0, nonFinite(number(x) + " as f32 = " + number(float64(score)))
	}
	return score, nil
}

// name is a parsed name of a variable: a score or a key of the payload.
type name struct {
	score bool
	index uint64
	path  jsonpath.Path
}

// parseName reads $score, $score[1] or a payload key.
func parseName(text string) (name, error) {
	reserved, isReserved := strings.CutPrefix(text, "$")
	path, err := jsonpath.Parse(reserved)
	switch {
	case err != nil && isReserved:
		return name{}, unreadable(text, "Invalid reserved variable: "+text)
	case err != nil:
		return name{}, unreadable(text, "Invalid payload variable: "+text)
	case !isReserved:
		return name{path: path}, nil
	case path.First != "score":
		return name{}, unreadable(text, "Invalid reserved word: "+text)
	case len(path.Rest) == 0:
		return name{score: true}, nil
	case len(path.Rest) == 1 && path.Rest[0].Kind == jsonpath.Index:
		return name{score: true, index: path.Rest[0].Index}, nil
	}
	return name{}, unreadable(text, "Invalid reserved variable: "+text)
}

func unreadable(text, why string) error {
	return api.Errorf(api.InvalidArgument, "failed to parse variable ID %s: %s", text, why)
}

// lambda is the constant of a decay function.
func (k decayKind) lambda(midpoint, scale *float32) (float64, error) {
	mid, s := 0.5, 1.0
	if midpoint != nil {
		mid = float64(*midpoint)
	}
	if scale != nil {
		s = float64(*scale)
	}
	switch {
	case k == decayLinear && !(mid >= 0 && mid <= 1):
		return 0, api.Errorf(api.InvalidArgument, "Linear decay midpoint should be in the range [0.0, 1.0], got %s.", number(mid))
	case k != decayLinear && !(mid > 0 && mid < 1):
		return 0, api.Errorf(api.InvalidArgument, "Decay midpoint should be in the range (0.0, 1.0), got %s.", number(mid))
	case !(s > 0):
		return 0, api.Errorf(api.InvalidArgument, "Decay scale should be non-zero positive, got %s.", number(s))
	case k == decayLinear:
		return (1 - mid) / s, nil
	case k == decayExponential:
		return math.Log(mid) / s, nil
	}
	return math.Log(mid) / (s * s), nil
}

type decayKind uint8

const (
	decayLinear decayKind = iota
	decayExponential
	decayGaussian
)

func (k decayKind) function() func(distance, lambda float64) float64 {
	switch k {
	case decayLinear:
		return linear
	case decayExponential:
		return exponential
	}
	return gaussian
}
