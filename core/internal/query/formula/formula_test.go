package formula_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/query/formula"
)

// payload is that of the point which the tests look at; the first prefetch gave it 1.5, the second nothing.
const payload = `{"n":85,"half":0.5,"one":[1.2],"two":[1.2,2.3],"none":[],"null":null,"text":"x","big":18446744073709551615,
"at":{"lat":25.628482424190565,"lon":-100.23881855976},"far":{"lat":95,"lon":0},"when":"2025-01-02T03:04:05Z","items":[{"p":3},{"p":4}]}`

func point(holds bool) *formula.Point {
	return &formula.Point{
		Score:   func(i uint64) (float32, bool) { return 1.5, i == 0 },
		Payload: func() []byte { return []byte(payload) },
		Holds:   func(int) (bool, error) { return holds, nil },
	}
}

func eval(t *testing.T, expression, defaults string) (float32, error) {
	t.Helper()
	f, err := api.DecodeQueryJSON([]byte(`{"formula":` + expression + `,"defaults":` + defaults + `}`))
	if err != nil {
		return 0, err
	}
	made, err := formula.New(f.(*api.FormulaQuery))
	if err != nil {
		return 0, err
	}
	return made.Eval(point(true))
}

func TestEval(t *testing.T) {
	for expression, want := range map[string]float64{
		`2.5`:                               2.5,
		`"$score"`:                          1.5,
		`"$score[0]"`:                       1.5,
		`"$score[1]"`:                       0.25,
		`"$score[2]"`:                       0,
		`"$score[3]"`:                       0,
		`"n"`:                               85,
		`"one"`:                             1.2,
		`"two[1]"`:                          2.3,
		`"items[1].p"`:                      4,
		`"none"`:                            7,
		`"absent"`:                          9,
		`"big"`:                             18446744073709551615,
		`{"key":"n","match":{"value":85}}`:  1,
		`{"sum":[]}`:                        0,
		`{"sum":[1,2,"half"]}`:              3.5,
		`{"mult":[]}`:                       1,
		`{"mult":[2,3,"half"]}`:             3,
		`{"mult":[0,"text"]}`:               0,
		`{"max":[1,3,2]}`:                   3,
		`{"min":[2,1,3]}`:                   1,
		`{"neg":"half"}`:                    -0.5,
		`{"abs":{"neg":3}}`:                 3,
		`{"div":{"left":1,"right":4}}`:      0.25,
		`{"div":{"left":0,"right":"text"}}`: 0,
		`{"div":{"left":1,"right":0,"by_zero_default":5}}`: 5,
		`{"sqrt":16}`:                           4,
		`{"pow":{"base":2,"exponent":10}}`:      1024,
		`{"exp":1}`:                             math.E,
		`{"log10":1000}`:                        3,
		`{"ln":2}`:                              math.Ln2,
		`{"acosh":2}`:                           math.Acosh(2),
		`{"datetime":"1970-01-01T00:00:10.5Z"}`: 10.5,
		`{"datetime":"2025-01-02"}`:             1735776000,
		`{"datetime_key":"when"}`:               1735787045,
		`{"datetime_key":"since"}`:              86400,
		`{"geo_distance":{"origin":{"lat":25.717877679163667,"lon":-100.43383200156751},"to":"at"}}`: 21926.494151786308,
		`{"lin_decay":{"x":4}}`: 0,
		`{"lin_decay":{"x":1}}`: 0.5,
		`{"exp_decay":{"x":1}}`: 0.5,
		`{"exp_decay":{"x":3,"target":1,"scale":2,"midpoint":0.1}}`: 0.1,
		`{"gauss_decay":{"x":1}}`:                                   0.5,
		`{"gauss_decay":{"x":4,"target":8,"scale":2}}`:              0.0625,
		`{"lin_decay":{"x":0.5,"midpoint":1}}`:                      1,
	} {
		got, err := eval(t, expression, `{"$score[1]":0.25,"$score[3]":"x","none":7,"absent":9,"since":"1970-01-02"}`)
		require.NoError(t, err, expression)
		require.InEpsilon(t, float32(want)+1e-9, got+1e-9, 1e-6, expression)
	}
}

func TestEvalRefuses(t *testing.T) {
	for expression, want := range map[string]string{
		`"two"`:                   "Expected number value for two in the payload and/or in the formula defaults. Error: Value is not a number",
		`"null"`:                  "Value is not a number",
		`"text"`:                  "Value is not a number",
		`"absent"`:                "Expected number value for absent in the payload and/or in the formula defaults. Error: No value found in a payload nor defaults",
		`{"datetime_key":"n"}`:    "Expected datetime value for n",
		`{"datetime_key":"text"}`: "does not match accepted datetime format",
		`{"datetime_key":"gone"}`: "No value found in a payload nor defaults",
		`{"geo_distance":{"origin":{"lat":1,"lon":1},"to":"n"}}`:   "Expected geo point value for n",
		`{"geo_distance":{"origin":{"lat":1,"lon":1},"to":"far"}}`: "Expected geo point value for far",
		`{"geo_distance":{"origin":{"lat":1,"lon":1},"to":"two"}}`: "Expected geo point value for two",
		`{"div":{"left":1,"right":0}}`:                             "The expression 1/0 = inf produced a non-finite number",
		`{"sqrt":-1}`:                                              "The expression √-1 = NaN produced a non-finite number",
		`{"ln":0}`:                                                 "The expression ln(0) = -inf produced a non-finite number",
		`{"log10":-1}`:                                             "log10(-1) = NaN",
		`{"acosh":0.5}`:                                            "acosh(0.5) = NaN",
		`{"exp":1000}`:                                             "exp(1000) = inf",
		`{"pow":{"base":-8,"exponent":0.5}}`:                       "-8^0.5 = NaN",
		`{"mult":[1e30,1e30]}`:                                     "as f32 = inf",
		`{"max":[]}`:                                               "`max` needs at least one operand",
		`{"min":[]}`:                                               "`min` needs at least one operand",
		`"$score.x"`:                                               "Invalid reserved variable: $score.x",
		`"$score[1][2]"`:                                           "Invalid reserved variable: $score[1][2]",
		`"$score[]"`:                                               "Invalid reserved variable: $score[]",
		`"$other"`:                                                 "Invalid reserved word: $other",
		`"a..b"`:                                                   "Invalid payload variable: a..b",
		`{"exp_decay":{"x":1,"midpoint":1}}`:                       "midpoint",
		`{"lin_decay":{"x":1,"midpoint":1.5}}`:                     "midpoint",
		`{"gauss_decay":{"x":1,"scale":0}}`:                        "scale",
		`{"geo_distance":{"origin":{"lat":1,"lon":1},"to":"a..b"}}`: "Invalid json path",
	} {
		_, err := eval(t, expression, `{}`)
		require.ErrorContains(t, err, want, expression)
	}
	_, err := eval(t, `1`, `{"$other":1}`)
	require.ErrorContains(t, err, "Invalid reserved word: $other")
}

func TestConditionThatDoesNotHold(t *testing.T) {
	f, err := formula.New(&api.FormulaQuery{Formula: &api.ConditionExpression{Condition: &api.IsNullCondition{Key: "a"}}})
	require.NoError(t, err)
	require.Len(t, f.Conditions(), 1)
	got, err := f.Eval(point(false))
	require.NoError(t, err)
	require.Zero(t, got)
}

func TestNothingIsNoExpression(t *testing.T) {
	for _, e := range []api.Expression{nil, &api.SumExpression{Terms: []api.Expression{nil}}, &api.NegExpression{}, &api.PowExpression{},
		&api.DivExpression{}, &api.DecayExpression{}} {
		_, err := formula.New(&api.FormulaQuery{Formula: e})
		require.ErrorContains(t, err, "an expression is required")
	}
}

func TestEvalDoesNotAllocate(t *testing.T) {
	q, err := api.DecodeQueryJSON([]byte(`{"formula":{"sum":["$score","n",{"mult":["items[1].p",2]},{"exp_decay":{"x":"half"}},{"key":"n","match":{"value":85}}]}}`))
	require.NoError(t, err)
	f, err := formula.New(q.(*api.FormulaQuery))
	require.NoError(t, err)
	p, doc := point(true), []byte(payload)
	p.Payload = func() []byte { return doc }
	require.Zero(t, testing.AllocsPerRun(20, func() { _, _ = f.Eval(p) }))
}

func FuzzFormula(f *testing.F) {
	f.Add(`{"sum":["$score",{"mult":["n",2]}]}`, `{"n":1}`, `{"n":[1,2]}`)
	f.Add(`{"gauss_decay":{"x":{"datetime_key":"when"},"scale":3}}`, `{"when":"2020-01-01"}`, `{}`)
	f.Fuzz(func(t *testing.T, expression, defaults, doc string) {
		q, err := api.DecodeQueryJSON([]byte(`{"formula":` + expression + `,"defaults":` + defaults + `}`))
		if err != nil {
			return
		}
		fq, ok := q.(*api.FormulaQuery)
		if !ok {
			return
		}
		made, err := formula.New(fq)
		if err != nil {
			return
		}
		p := point(true)
		p.Payload = func() []byte { return []byte(doc) }
		if x, err := made.Eval(p); err == nil && (math.IsNaN(float64(x)) || math.IsInf(float64(x), 0)) {
			t.Fatalf("score %v", x)
		}
	})
}
