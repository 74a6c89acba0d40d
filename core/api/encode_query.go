package api

import (
	"math"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// OrderValue is a number that points were ordered by; a time is its microseconds.
type OrderValue struct {
	Int     int64
	Float   float64
	IsFloat bool
}

// StartFrom is the value that an order begins with; one of its members is set.
type StartFrom struct {
	Integer  *int64
	Float    *float64
	Datetime *DateTime
}

func appendOrderValueJSON(dst []byte, v OrderValue) []byte {
	if !v.IsFloat {
		return strconv.AppendInt(dst, v.Int, 10)
	}
	if math.IsNaN(v.Float) || math.IsInf(v.Float, 0) {
		return append(dst, "null"...)
	}
	return rawjson.AppendFloat(dst, v.Float)
}

func appendStartFromJSON(dst []byte, v StartFrom) []byte {
	switch {
	case v.Integer != nil:
		return strconv.AppendInt(dst, *v.Integer, 10)
	case v.Float != nil:
		return appendF64JSON(dst, *v.Float)
	case v.Datetime != nil:
		return appendDateTimeJSON(dst, *v.Datetime)
	}
	return append(dst, "null"...)
}

func appendU32JSON(dst []byte, v uint32) []byte { return strconv.AppendUint(dst, uint64(v), 10) }

// AppendJSON appends the vector or the id.
func (r *VectorInput) AppendJSON(dst []byte) []byte {
	if r.ID != nil {
		return appendPointIDJSON(dst, *r.ID)
	}
	return appendVectorJSON(dst, r.Vector)
}

// AppendJSON appends {"nearest": vector or id, "mmr": …}.
func (r *NearestQuery) AppendJSON(dst []byte) []byte {
	in := VectorInput{r.Vector, r.ID}
	dst = in.AppendJSON(append(dst, `{"nearest":`...))
	if r.Mmr != nil {
		dst = r.Mmr.AppendJSON(append(dst, `,"mmr":`...))
	}
	return append(dst, '}')
}

// AppendJSON appends "global" or {"corpus": filter}.
func (r *IdfParams) AppendJSON(dst []byte) []byte {
	if r.Corpus == nil {
		return append(dst, `"global"`...)
	}
	return append(r.Corpus.AppendJSON(append(dst, `{"corpus":`...)), '}')
}

// AppendJSON appends {"lin_decay": {…}} or a sibling of it.
func (r *DecayExpression) AppendJSON(dst []byte) []byte {
	dst = append(appendStringJSON(append(dst, '{'), r.Kind.String()), `:{"x":`...)
	dst = appendExpressionJSON(dst, r.X)
	if r.Target != nil {
		dst = appendExpressionJSON(append(dst, `,"target":`...), r.Target)
	}
	if r.Scale != nil {
		dst = appendF32JSON(append(dst, `,"scale":`...), *r.Scale)
	}
	if r.Midpoint != nil {
		dst = appendF32JSON(append(dst, `,"midpoint":`...), *r.Midpoint)
	}
	return append(dst, "}}"...)
}
