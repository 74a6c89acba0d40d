package api

import (
	"strconv"
	"strings"

	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// endObject turns ",k:v,k:v" written since start into an object.
func endObject(dst []byte, start int) []byte {
	if len(dst) == start {
		return append(dst, '{', '}')
	}
	dst[start] = '{'
	return append(dst, '}')
}

func appendBoolJSON(dst []byte, v bool) []byte { return strconv.AppendBool(dst, v) }

func appendU64JSON(dst []byte, v uint64) []byte { return strconv.AppendUint(dst, v, 10) }

func appendF64JSON(dst []byte, v float64) []byte { return rawjson.AppendFloat(dst, v) }

func appendStringJSON(dst []byte, v string) []byte { return rawjson.AppendString(dst, v) }

func appendNameJSON(dst []byte, v string) []byte { return rawjson.AppendString(dst, v) }

func appendPathJSON(dst []byte, v string) []byte { return rawjson.AppendString(dst, v) }

func appendDateTimeJSON(dst []byte, v DateTime) []byte { return rawjson.AppendString(dst, v.String()) }

func appendRawJSON(dst, v []byte) []byte { return append(dst, v...) }

func appendPayloadJSON(dst []byte, v Payload) []byte {
	if v == nil {
		return append(dst, '{', '}')
	}
	return append(dst, v...)
}

// appendF32JSON prints the shortest digits that read back as the same float32, in the canonical form of payloads.
func appendF32JSON(dst []byte, v float32) []byte {
	f := float64(v)
	if short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'e', -1, 32), 64); err == nil {
		f = short
	}
	return rawjson.AppendFloat(dst, f)
}

func appendPointIDJSON(dst []byte, v PointID) []byte {
	if !v.IsUUID() {
		return v.AppendText(dst)
	}
	return append(v.AppendText(append(dst, '"')), '"')
}

// AppendJSON appends the id as JSON.
func (p PointID) AppendJSON(dst []byte) []byte { return appendPointIDJSON(dst, p) }

// AppendJSON appends a bare vector when there is only the default one, otherwise an object by name.
func (v VectorStruct) AppendJSON(dst []byte) []byte { return appendVectorStructJSON(dst, v) }

func appendVectorStructJSON(dst []byte, v VectorStruct) []byte {
	if v.bare() {
		return appendVectorJSON(dst, v[0].Vector)
	}
	start := len(dst)
	for i := range v {
		dst = append(appendStringJSON(append(dst, ','), v[i].Name), ':')
		dst = appendVectorJSON(dst, v[i].Vector)
	}
	return endObject(dst, start)
}

// bare reports whether the vectors are written without their name. A sparse vector always has one.
func (v VectorStruct) bare() bool {
	if len(v) != 1 || v[0].Name != "" {
		return false
	}
	_, sparse := v[0].Vector.(SparseVector)
	return !sparse
}

func appendFloatsJSON(dst []byte, v []float32) []byte {
	dst = append(dst, '[')
	for i, f := range v {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendF32JSON(dst, f)
	}
	return append(dst, ']')
}

func appendVectorJSON(dst []byte, v Vector) []byte {
	switch v := v.(type) {
	case DenseVector:
		return appendFloatsJSON(dst, v)
	case MultiDenseVector:
		dst = append(dst, '[')
		for i := range v.Rows() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendFloatsJSON(dst, v.Row(i))
		}
		return append(dst, ']')
	case SparseVector:
		dst = append(dst, `{"indices":[`...)
		for i, x := range v.Indices {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = strconv.AppendUint(dst, uint64(x), 10)
		}
		return append(appendFloatsJSON(append(dst, `],"values":`...), v.Values), '}')
	}
	return append(dst, "null"...)
}

// Rows returns the number of rows.
func (m MultiDenseVector) Rows() int {
	if m.Dim <= 0 {
		return 0
	}
	return len(m.Flat) / m.Dim
}

// Row returns one row.
func (m MultiDenseVector) Row(i int) []float32 { return m.Flat[i*m.Dim : (i+1)*m.Dim] }

func appendValueJSON(dst []byte, v Value) []byte {
	switch v.Kind {
	case ValueInteger:
		return strconv.AppendInt(dst, v.Int, 10)
	case ValueBool:
		return strconv.AppendBool(dst, v.Bool)
	}
	return appendStringJSON(dst, v.Str)
}

// AppendJSON appends the value.
func (v Value) AppendJSON(dst []byte) []byte { return appendValueJSON(dst, v) }

func appendAnyVariantsJSON(dst []byte, v AnyVariants) []byte {
	dst = append(dst, '[')
	for i, n := range v.Integers {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(dst, n, 10)
	}
	for i, s := range v.Strings {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendStringJSON(dst, s)
	}
	return append(dst, ']')
}

func appendStringsJSON(dst []byte, v []string) []byte {
	return appendAnyVariantsJSON(dst, AnyVariants{Strings: v})
}

func appendWithPayloadJSON(dst []byte, v WithPayload) []byte {
	switch {
	case v.Include != nil:
		return appendStringsJSON(dst, v.Include)
	case v.Exclude != nil:
		return append(appendStringsJSON(append(dst, `{"exclude":`...), v.Exclude), '}')
	}
	return strconv.AppendBool(dst, v.Enable)
}

func appendWithVectorJSON(dst []byte, v WithVector) []byte {
	if v.Names != nil {
		return appendStringsJSON(dst, v.Names)
	}
	return strconv.AppendBool(dst, v.Enable)
}

// AppendJSON appends the tagged operation.
func (r *UpsertPoints) AppendJSON(dst []byte) []byte {
	if r.conditional() {
		dst = append(dst, `{"upsert_points_conditional":{"points_op":`...)
	} else {
		dst = append(dst, `{"upsert_points":`...)
	}
	dst = append(dst, `{"points":[`...)
	for i := range r.Points {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = r.Points[i].AppendJSON(dst)
	}
	dst = append(dst, "]}"...)
	if r.conditional() {
		dst = r.condition().AppendJSON(append(dst, `,"condition":`...))
		if r.moded() {
			dst = appendUpdateModeJSON(append(dst, `,"update_mode":`...), r.UpdateMode)
		}
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

func (r *UpsertPoints) conditional() bool { return r.Condition != nil || r.moded() }

func (r *UpsertPoints) moded() bool { return r.ExplicitMode || r.UpdateMode != UpdateModeUpsert }

func (r *UpsertPoints) condition() *Filter {
	if r.Condition == nil {
		return &Filter{}
	}
	return r.Condition
}

// AppendJSON appends {"name": raw}.
func (r *OtherOperation) AppendJSON(dst []byte) []byte {
	dst = append(appendStringJSON(append(dst, '{'), r.Name), ':')
	return append(rawCBORToJSON(dst, r.Raw), '}')
}

// AppendErrorJSON appends what leaves a border for an error: {"kind", "message"}.
func AppendErrorJSON(dst []byte, kind ErrorKind, message string) []byte {
	dst = appendStringJSON(append(dst, `{"kind":`...), kind.String())
	dst = appendStringJSON(append(dst, `,"message":`...), strings.ToValidUTF8(message, "?"))
	return append(dst, '}')
}

// AppendListJSON appends an array of records, each as one appends it.
func AppendListJSON[T any](dst []byte, list []T, one func(*T, []byte) []byte) []byte {
	dst = append(dst, '[')
	for i := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = one(&list[i], dst)
	}
	return append(dst, ']')
}
