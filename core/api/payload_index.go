package api

import "github.com/qdrant-edge-go/edge/core/internal/rawjson"

// decPayloadFieldSchema reads the name of a type, or an object with it.
func (d *decoder) decPayloadFieldSchema(v []byte) (r PayloadFieldSchema) {
	if rawjson.KindOf(v) == rawjson.Str {
		r.Type = d.decPayloadSchemaType(v)
		return r
	}
	r.Params = d.decPayloadSchemaParams(v)
	if d.err == nil {
		r.Type, _ = ParsePayloadSchemaType(d.typeOf(v))
	}
	return r
}

// AppendJSON appends the name of the type, or the parameters.
func (r *PayloadFieldSchema) AppendJSON(dst []byte) []byte {
	if r.Params != nil {
		return appendPayloadSchemaParamsJSON(dst, r.Params)
	}
	return appendPayloadSchemaTypeJSON(dst, r.Type)
}

func (e *logEncoder) putPayloadFieldSchema(r *PayloadFieldSchema) {
	if r.Params != nil {
		e.putPayloadSchemaParams(r.Params)
		return
	}
	e.putPayloadSchemaType(r.Type)
}

func (d *decoder) otherPayloadSchemaParams(kind string) PayloadSchemaParams {
	d.fail("unknown type %q of a payload index", kind)
	return nil
}

// decStopwords reads the name of a language, or an object.
func (d *decoder) decStopwords(v []byte) Stopwords {
	if rawjson.KindOf(v) == rawjson.Str {
		r := d.decLanguageStopwords(v)
		return &r
	}
	r := d.decStopwordsSet(v)
	return &r
}

func (d *decoder) otherStemmingAlgorithm(kind string) StemmingAlgorithm {
	d.fail("unknown type %q of a stemmer", kind)
	return nil
}

// WithNested returns the schema with another path of the array whose elements are entries of their own; of schemas without one it is the
// schema itself.
func (r *PayloadFieldSchema) WithNested(change func(string) string) *PayloadFieldSchema {
	out := &PayloadFieldSchema{Type: r.Type}
	var at **string
	switch p := r.Params.(type) {
	case *KeywordIndexParams:
		c := *p
		out.Params, at = &c, &c.Nested
	case *IntegerIndexParams:
		c := *p
		out.Params, at = &c, &c.Nested
	case *FloatIndexParams:
		c := *p
		out.Params, at = &c, &c.Nested
	case *GeoIndexParams:
		c := *p
		out.Params, at = &c, &c.Nested
	case *TextIndexParams:
		c := *p
		out.Params, at = &c, &c.Nested
	case *BoolIndexParams:
		c := *p
		out.Params, at = &c, &c.Nested
	case *DatetimeIndexParams:
		c := *p
		out.Params, at = &c, &c.Nested
	case *UuidIndexParams:
		c := *p
		out.Params, at = &c, &c.Nested
	}
	if at == nil || *at == nil {
		return r
	}
	changed := change(**at)
	*at = &changed
	return out
}

// check wants something that the index can answer.
func (r *IntegerIndexParams) check() error {
	if r.Lookup != nil && r.Range != nil && !*r.Lookup && !*r.Range {
		return Errorf(InvalidArgument, "the 'lookup' and 'range' capabilities can't be both disabled")
	}
	return nil
}

// check wants a length that a token can have.
func (r *TextIndexParams) check() error { return checkTokenLengths(r.MinTokenLen, r.MaxTokenLen) }

func checkTokenLengths(least, most *uint64) error {
	if least != nil && most != nil && *least > *most {
		return Errorf(InvalidArgument, "min_token_len can't be greater than max_token_len")
	}
	return nil
}

// check wants parameters that give weights.
func (r *Bm25Config) check() error {
	switch {
	case !(r.K >= 0) || r.K-r.K != 0:
		return Errorf(InvalidArgument, "BM25 k1 must be finite and >= 0, got %v", r.K)
	case !(r.B >= 0 && r.B <= 1):
		return Errorf(InvalidArgument, "BM25 b must be finite and in [0.0, 1.0], got %v", r.B)
	case !(r.AvgLen > 0) || r.AvgLen-r.AvgLen != 0:
		return Errorf(InvalidArgument, "BM25 avg_doc_len must be finite and > 0, got %v", r.AvgLen)
	}
	return nil
}

// DefaultBm25Config is what an absent configuration means.
func DefaultBm25Config() *Bm25Config {
	return &Bm25Config{K: 1.2, B: 0.75, AvgLen: 256, Tokenizer: TokenizerWord}
}

// check refuses the datatypes that only dense vectors have.
func (r *SparseVectorConfig) check() error {
	if r.Datatype != nil {
		switch *r.Datatype {
		case DatatypeTurbo4, DatatypeTurbo8, DatatypeTurbo16:
			return Errorf(InvalidArgument, "datatype %s is not supported for sparse vectors", *r.Datatype)
		}
	}
	return nil
}

// check wants an index below the number of slices.
func (r *SliceCondition) check() error {
	if r.Index >= r.Total {
		return Errorf(InvalidArgument, "slice index %d must be less than the total number of slices %d", r.Index, r.Total)
	}
	return nil
}

// check wants a curve that falls.
func (r *DecayExpression) check() error {
	if r.Scale != nil && !(*r.Scale > 0) {
		return Errorf(InvalidArgument, "decay scale should be non-zero positive, got %v", *r.Scale)
	}
	switch m := r.Midpoint; {
	case m == nil:
	case r.Kind == DecayLin && !(*m >= 0 && *m <= 1):
		return Errorf(InvalidArgument, "linear decay midpoint should be in the range [0.0, 1.0], got %v", *m)
	case r.Kind != DecayLin && !(*m > 0 && *m < 1):
		return Errorf(InvalidArgument, "decay midpoint should be in the range (0.0, 1.0), got %v", *m)
	}
	return nil
}
