package api

import (
	"github.com/qdrant-edge-go/edge/core/internal/cbor"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// logEncoder writes an UpdateOperation as serde_cbor writes Qdrant's OperationWithClockTag.
//
// UUIDs are byte strings, except below struct and tuple variants (delete_points, clear_payload, delete_vectors,
// delete_vectors_by_filter): serde buffers those while flattening and the buffer calls itself human readable.
type logEncoder struct {
	dst      []byte
	readable bool
}

// AppendCBOR appends the operation as a record of Qdrant's log.
func AppendCBOR(dst []byte, op UpdateOperation) []byte {
	e := logEncoder{dst: cbor.AppendOpenMap(dst)}
	e.putUpdateOperation(op)
	return cbor.AppendBreak(e.dst)
}

// AppendUpdateOperationCBOR is AppendCBOR under the name that pairs with DecodeUpdateOperationCBOR.
func AppendUpdateOperationCBOR(dst []byte, op UpdateOperation) []byte { return AppendCBOR(dst, op) }

func (e *logEncoder) putBool(v bool) { e.dst = cbor.AppendBool(e.dst, v) }

func (e *logEncoder) putU64(v uint64) { e.dst = cbor.AppendUint(e.dst, v) }

func (e *logEncoder) putF64(v float64) { e.dst = cbor.AppendFloat64(e.dst, v) }

func (e *logEncoder) putU32(v uint32) { e.dst = cbor.AppendUint(e.dst, uint64(v)) }

func (e *logEncoder) putString(v string) { e.dst = cbor.AppendText(e.dst, v) }

func (e *logEncoder) putName(v string) { e.dst = cbor.AppendText(e.dst, v) }

func (e *logEncoder) putPath(v string) { e.dst = cbor.AppendText(e.dst, v) }

func (e *logEncoder) putDateTime(v DateTime) { e.dst = cbor.AppendText(e.dst, v.String()) }

func (e *logEncoder) putPointID(v PointID) {
	switch {
	case !v.IsUUID():
		e.dst = cbor.AppendUint(e.dst, v.Num())
	case e.readable:
		e.dst = cbor.AppendText(e.dst, v.String())
	default:
		u := v.UUID()
		e.dst = cbor.AppendBytes(e.dst, u[:])
	}
}

func (e *logEncoder) putPayload(v Payload) {
	if v == nil {
		e.dst = cbor.AppendMap(e.dst, 0)
		return
	}
	e.dst = appendRawCBOR(e.dst, v)
}

// appendRawCBOR turns canonical JSON into CBOR; object and array heads go in once the elements are counted.
func appendRawCBOR(dst, v []byte) []byte {
	switch rawjson.KindOf(v) {
	case rawjson.Obj:
		start, n := len(dst), 0
		for o := rawjson.OpenObject(v); o.Next(); n++ {
			dst = cbor.AppendText(dst, rawjson.Text(nil, o.Key))
			dst = appendRawCBOR(dst, o.Value)
		}
		return cbor.InsertHead(dst, start, true, n)
	case rawjson.Arr:
		start, n := len(dst), 0
		for a := rawjson.OpenArray(v); a.Next(); n++ {
			dst = appendRawCBOR(dst, a.Value)
		}
		return cbor.InsertHead(dst, start, false, n)
	case rawjson.Str:
		return cbor.AppendText(dst, rawjson.Text(nil, v))
	case rawjson.Bool:
		return cbor.AppendBool(dst, v[0] == 't')
	case rawjson.Num:
		return appendNumberCBOR(dst, v)
	}
	return cbor.AppendNull(dst)
}

func appendNumberCBOR(dst, v []byte) []byte {
	n, _ := rawjson.ParseNumber(v)
	if u, ok := n.Uint64(); ok {
		return cbor.AppendUint(dst, u)
	}
	if i, ok := n.Int64(); ok {
		return cbor.AppendInt(dst, i)
	}
	return cbor.AppendFloat64(dst, n.Float64())
}

func (e *logEncoder) putFloats(v []float32) { e.dst = cbor.AppendFloats(e.dst, v) }

func (e *logEncoder) putVector(v Vector) {
	switch v := v.(type) {
	case DenseVector:
		e.putFloats(v)
	case MultiDenseVector:
		e.dst = cbor.AppendArray(e.dst, v.Rows())
		for i := range v.Rows() {
			e.putFloats(v.Row(i))
		}
	case SparseVector:
		e.dst = cbor.AppendText(cbor.AppendMap(e.dst, 2), "indices")
		e.dst = cbor.AppendArray(e.dst, len(v.Indices))
		for _, i := range v.Indices {
			e.dst = cbor.AppendUint(e.dst, uint64(i))
		}
		e.dst = cbor.AppendText(e.dst, "values")
		e.putFloats(v.Values)
	default:
		e.dst = cbor.AppendNull(e.dst)
	}
}

func (e *logEncoder) putVectorStruct(v VectorStruct) {
	if v.bare() {
		e.putVector(v[0].Vector)
		return
	}
	e.dst = cbor.AppendMap(e.dst, len(v))
	for i := range v {
		e.dst = cbor.AppendText(e.dst, v[i].Name)
		e.putVector(v[i].Vector)
	}
}

func (e *logEncoder) putValue(v Value) {
	switch v.Kind {
	case ValueInteger:
		e.dst = cbor.AppendInt(e.dst, v.Int)
	case ValueBool:
		e.dst = cbor.AppendBool(e.dst, v.Bool)
	default:
		e.dst = cbor.AppendText(e.dst, v.Str)
	}
}

func (e *logEncoder) putAnyVariants(v AnyVariants) {
	e.dst = cbor.AppendArray(e.dst, len(v.Integers)+len(v.Strings))
	for _, n := range v.Integers {
		e.dst = cbor.AppendInt(e.dst, n)
	}
	for _, s := range v.Strings {
		e.dst = cbor.AppendText(e.dst, s)
	}
}

func (e *logEncoder) putUpsertPoints(r *UpsertPoints) {
	if !r.conditional() {
		e.dst = cbor.AppendText(e.dst, "upsert_points")
		e.putPoints(r.Points)
		return
	}
	n := 2
	if r.moded() {
		n++
	}
	e.dst = cbor.AppendMap(cbor.AppendText(e.dst, "upsert_points_conditional"), n)
	e.dst = cbor.AppendText(e.dst, "points_op")
	e.putPoints(r.Points)
	e.dst = cbor.AppendText(e.dst, "condition")
	e.putFilter(r.condition())
	if r.moded() {
		e.dst = cbor.AppendText(e.dst, "update_mode")
		e.putUpdateMode(r.UpdateMode)
	}
}

func (e *logEncoder) putPoints(points []Point) {
	e.dst = cbor.AppendText(cbor.AppendMap(e.dst, 1), "points")
	e.dst = cbor.AppendArray(e.dst, len(points))
	for i := range points {
		e.putPoint(&points[i])
	}
}

// putOtherOperation writes an operation that came from a log back as it was.
func (e *logEncoder) putOtherOperation(r *OtherOperation) {
	e.dst = append(cbor.AppendText(e.dst, r.Name), r.Raw...)
}
