package api

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func optional[T any](g *rapid.Generator[T]) *rapid.Generator[*T] { return rapid.Ptr(g, true) }

func enumOf[T ~uint8](names []string) *rapid.Generator[T] {
	return rapid.Custom(func(t *rapid.T) T { return T(rapid.IntRange(0, len(names)-1).Draw(t, "enum")) })
}

var (
	numbers32 = rapid.Float32Range(-1e30, 1e30)
	texts     = rapid.StringN(0, 8, -1)
	keys      = rapid.StringMatching(`[a-z]{1,3}(\.[a-z]{1,3}(\[\])?)?`)
	ids       = rapid.Custom(func(t *rapid.T) PointID {
		if rapid.Bool().Draw(t, "uuid") {
			return UUIDFromBytes([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bytes")))
		}
		return NumID(rapid.Uint64().Draw(t, "num"))
	})
	places = rapid.Custom(func(t *rapid.T) GeoPoint {
		return GeoPoint{Lon: rapid.Float64Range(-180, 180).Draw(t, "lon"), Lat: rapid.Float64Range(-90, 90).Draw(t, "lat")}
	})
	vectors = rapid.Custom(func(t *rapid.T) Vector {
		n := rapid.IntRange(1, 4).Draw(t, "dim")
		floats := func(n int) []float32 { return rapid.SliceOfN(numbers32, n, n).Draw(t, "floats") }
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			return DenseVector(floats(n))
		case 1:
			return MultiDenseVector{Dim: n, Flat: floats(2 * n)}
		}
		return SparseVector{Indices: rapid.SliceOfNDistinct(rapid.Uint32(), n, n, rapid.ID[uint32]).Draw(t, "indices"), Values: floats(n)}
	})
	inputs = rapid.Custom(func(t *rapid.T) VectorInput {
		if rapid.Bool().Draw(t, "id") {
			id := ids.Draw(t, "id")
			return VectorInput{ID: &id}
		}
		return VectorInput{Vector: vectors.Draw(t, "vector")}
	})
	someInputs = rapid.SliceOfN(inputs, 1, 3)
	pairs      = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ContextPair {
		return ContextPair{inputs.Draw(t, "positive"), inputs.Draw(t, "negative")}
	}), 0, 3)
	conditions = rapid.Custom(func(t *rapid.T) Condition {
		key := keys.Draw(t, "key")
		switch rapid.IntRange(0, 9).Draw(t, "condition") {
		case 0:
			return &FieldCondition{Key: key, Match: &MatchText{texts.Draw(t, "text")}}
		case 1:
			return &FieldCondition{Key: key, Match: &MatchTextAny{texts.Draw(t, "text")}}
		case 2:
			return &FieldCondition{Key: key, Match: &MatchPhrase{texts.Draw(t, "text")}}
		case 3:
			return &FieldCondition{Key: key, Match: &MatchPrefix{texts.Draw(t, "text")}}
		case 4:
			return &FieldCondition{Key: key, Match: &MatchSubstring{texts.Draw(t, "text")}}
		case 5:
			return &SliceCondition{Total: rapid.Uint32Range(1, 9).Draw(t, "total")}
		case 6:
			return &FieldCondition{Key: key, GeoRadius: &GeoRadius{places.Draw(t, "at"), 5}}
		case 7:
			return &HasIDCondition{rapid.SliceOfN(ids, 0, 3).Draw(t, "ids")}
		case 8:
			return &FieldCondition{Key: key, Range: &RangeFloat{Gt: optional(rapid.Float64Range(-1e300, 1e300)).Draw(t, "gt")}}
		}
		return &IsNullCondition{key}
	})
	filters = rapid.Custom(func(t *rapid.T) *Filter {
		return &Filter{Must: rapid.SliceOfN(conditions, 0, 3).Draw(t, "must")}
	})
)

func drawExpression(t *rapid.T, depth int) Expression {
	kind := rapid.IntRange(0, 14).Draw(t, "expression")
	if depth == 0 {
		kind %= 6
	}
	x := func() Expression { return drawExpression(t, depth-1) }
	terms := func() []Expression { return []Expression{x(), x()} }
	switch kind {
	case 0:
		return &ConstantExpression{numbers32.Draw(t, "constant")}
	case 1:
		return &VariableExpression{texts.Draw(t, "variable")}
	case 2:
		return &ConditionExpression{conditions.Draw(t, "condition")}
	case 3:
		return &GeoDistanceExpression{places.Draw(t, "origin"), keys.Draw(t, "to")}
	case 4:
		return &DatetimeExpression{DateTime(rapid.Int64Range(-1e15, 1e15).Draw(t, "time"))}
	case 5:
		return &DatetimeKeyExpression{keys.Draw(t, "key")}
	case 6:
		return &MultExpression{terms()}
	case 7:
		return &SumExpression{terms()}
	case 8:
		return &MaxExpression{terms()}
	case 9:
		return &MinExpression{terms()}
	case 10:
		return &DivExpression{x(), x(), optional(numbers32).Draw(t, "default")}
	case 11:
		return &PowExpression{x(), x()}
	case 12:
		return &NegExpression{&AbsExpression{&SqrtExpression{x()}}}
	case 13:
		return &ExpExpression{&Log10Expression{&LnExpression{&AcoshExpression{x()}}}}
	}
	d := &DecayExpression{Kind: enumOf[DecayKind](namesDecayKind[:]).Draw(t, "kind"), X: x(), Scale: optional(numbers32).Draw(t, "scale"),
		Midpoint: optional(numbers32).Draw(t, "midpoint")}
	if rapid.Bool().Draw(t, "target") {
		d.Target = x()
	}
	return d
}

var queries = rapid.Custom(func(t *rapid.T) Query {
	switch rapid.IntRange(0, 11).Draw(t, "query") {
	case 0:
		in := inputs.Draw(t, "nearest")
		return &NearestQuery{Vector: in.Vector, ID: in.ID}
	case 1:
		in := inputs.Draw(t, "nearest")
		mmr := &Mmr{Diversity: optional(numbers32).Draw(t, "diversity"), Lambda: optional(numbers32).Draw(t, "lambda"), CandidatesLimit: optional(rapid.Uint64()).Draw(t, "limit")}
		return &NearestQuery{Vector: in.Vector, ID: in.ID, Mmr: mmr}
	case 2:
		strategy := enumOf[RecommendStrategy](namesRecommendStrategy[:])
		return &RecommendQuery{someInputs.Draw(t, "positive"), someInputs.Draw(t, "negative"), optional(strategy).Draw(t, "strategy")}
	case 3:
		return &DiscoverQuery{inputs.Draw(t, "target"), pairs.Draw(t, "pairs")}
	case 4:
		return &ContextQuery{pairs.Draw(t, "pairs")}
	case 5:
		items := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) FeedbackItem {
			return FeedbackItem{inputs.Draw(t, "example"), numbers32.Draw(t, "score")}
		}), 0, 3)
		return &FeedbackQuery{inputs.Draw(t, "target"), items.Draw(t, "items"), NaiveFeedbackStrategy{numbers32.Draw(t, "a"), numbers32.Draw(t, "b"), numbers32.Draw(t, "c")}}
	case 6:
		direction := enumOf[Direction](namesDirection[:])
		by := OrderBy{Key: keys.Draw(t, "key"), Direction: optional(direction).Draw(t, "direction")}
		switch rapid.IntRange(0, 2).Draw(t, "from") {
		case 0:
			by.StartFrom = &StartFrom{Integer: pointer(rapid.Int64().Draw(t, "integer"))}
		case 1:
			by.StartFrom = &StartFrom{Float: pointer(rapid.Float64Range(-1e200, 1e200).Draw(t, "float"))}
		}
		return &OrderByQuery{by}
	case 7:
		return &FusionQuery{enumOf[Fusion](namesFusion[:]).Draw(t, "fusion")}
	case 8:
		return &RrfQuery{optional(rapid.Uint64()).Draw(t, "k"), rapid.SliceOfN(numbers32, 1, 3).Draw(t, "weights")}
	case 9:
		return &FormulaQuery{drawExpression(t, 3), Payload(`{"a":1,"b":[1.0,"x"]}`)}
	case 10:
		return &SampleQuery{SampleRandom}
	}
	return &TextQuery{keys.Draw(t, "field"), texts.Draw(t, "query"), &TextQueryScoring{K: optional(numbers32).Draw(t, "k"), B: optional(numbers32).Draw(t, "b")}}
})

func drawPrefetches(t *rapid.T, depth int) []Prefetch {
	if depth == 0 {
		return nil
	}
	list := make([]Prefetch, rapid.IntRange(1, 2).Draw(t, "prefetches"))
	for i := range list {
		list[i] = Prefetch{Prefetch: drawPrefetches(t, depth-1), Query: queries.Draw(t, "query"), Using: texts.Draw(t, "using"),
			Filter: filters.Draw(t, "filter"), ScoreThreshold: optional(numbers32).Draw(t, "threshold"), Limit: rapid.Uint64().Draw(t, "limit")}
	}
	return list
}

func TestRequestsSurviveJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &QueryRequest{Prefetch: drawPrefetches(t, rapid.IntRange(0, 3).Draw(t, "depth")), Query: queries.Draw(t, "query"),
			Filter: filters.Draw(t, "filter"), Limit: rapid.Uint64().Draw(t, "limit"), Params: &SearchParams{Idf: &IdfParams{filters.Draw(t, "corpus")}}}
		text := r.AppendJSON(nil)
		back, err := DecodeQueryRequestJSON(text)
		require.NoError(t, err, "%s", text)
		require.Equal(t, string(text), string(back.AppendJSON(nil)))
		require.Equal(t, r, back, "%s", text)
	})
}

func TestSchemasSurviveJSONAndTheLog(t *testing.T) {
	flag, number := optional(rapid.Bool()), optional(rapid.Uint64())
	memory := optional(enumOf[Memory](namesMemory[:]))
	rapid.Check(t, func(t *rapid.T) {
		text := &TextIndexParams{Tokenizer: enumOf[TokenizerType](namesTokenizerType[:]).Draw(t, "tokenizer"), MinTokenLen: number.Draw(t, "min"),
			Lowercase: flag.Draw(t, "lowercase"), Memory: memory.Draw(t, "memory"), Nested: optional(keys).Draw(t, "nested")}
		switch rapid.IntRange(0, 2).Draw(t, "stopwords") {
		case 0:
			text.Stopwords = &LanguageStopwords{enumOf[Language](namesLanguage[:]).Draw(t, "language")}
			text.Stemmer = &SnowballParams{enumOf[SnowballLanguage](namesSnowballLanguage[:]).Draw(t, "stemmer")}
		case 1:
			text.Stopwords = &StopwordsSet{Custom: []string{"", "a", "b"}}
			text.Stemmer, text.Scoring = &DisabledStemmer{}, &TextScoringParams{}
		}
		all := []PayloadSchemaParams{
			text, &KeywordIndexParams{IsTenant: flag.Draw(t, "tenant"), Prefix: flag.Draw(t, "prefix"), Memory: memory.Draw(t, "memory")},
			&IntegerIndexParams{Lookup: flag.Draw(t, "lookup"), Range: flag.Draw(t, "range")},
			&FloatIndexParams{IsPrincipal: flag.Draw(t, "principal")}, &GeoIndexParams{OnDisk: flag.Draw(t, "on disk")}, &BoolIndexParams{},
			&DatetimeIndexParams{EnableHnsw: flag.Draw(t, "hnsw")}, &UuidIndexParams{Nested: optional(keys).Draw(t, "nested")},
		}
		for _, params := range all {
			schema := &PayloadFieldSchema{Params: params}
			schema.Type, _ = ParsePayloadSchemaType(string(schemaType(t, schema)))
			op := &CreateIndex{FieldName: keys.Draw(t, "key"), FieldSchema: schema}
			back, err := DecodeUpdateOperationCBOR(AppendCBOR(nil, op))
			require.NoError(t, err)
			require.Equal(t, op, back)
			back, err = DecodeUpdateOperationJSON(AppendUpdateOperationJSON(nil, op))
			require.NoError(t, err)
			require.Equal(t, op, back)
		}
	})
}

func schemaType(t *rapid.T, s *PayloadFieldSchema) string {
	back, err := DecodePayloadFieldSchemaJSON(s.AppendJSON(nil))
	require.NoError(t, err)
	return back.Type.String()
}
