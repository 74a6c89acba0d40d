//go:build !slim

package qdrantpb

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/qdrant/go-client/qdrant"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// ErrInexpressible is a model that the messages cannot hold without loss.
var ErrInexpressible = errors.New("not expressible in a gRPC message")

// maxDepth bounds the nesting of payload values, filters and queries, in both directions.
const maxDepth = 64

var errDeep = api.Errorf(api.InvalidArgument, "nested deeper than %d levels", maxDepth)

// PayloadOf reads a canonical payload. Nil stays nil.
func PayloadOf(p api.Payload) (map[string]*qdrant.Value, error) {
	if p == nil {
		return nil, nil
	}
	return reader{}.fields(p, 0)
}

// roundedPayloadOf is PayloadOf for answers: integers above int64 become the nearest doubles, as a server makes them.
func roundedPayloadOf(p api.Payload) (map[string]*qdrant.Value, error) {
	if p == nil {
		return nil, nil
	}
	return reader{round: true}.fields(p, 0)
}

// reader turns JSON into messages.
type reader struct{ round bool }

func (r reader) fields(raw []byte, depth int) (map[string]*qdrant.Value, error) {
	fields := map[string]*qdrant.Value{}
	for o := rawjson.OpenObject(raw); o.Next(); {
		v, err := r.value(o.Value, depth+1)
		if err != nil {
			return nil, err
		}
		fields[string(rawjson.Text(nil, o.Key))] = v
	}
	return fields, nil
}

func (r reader) value(raw []byte, depth int) (*qdrant.Value, error) {
	if depth > maxDepth {
		return nil, ErrInexpressible
	}
	switch rawjson.KindOf(raw) {
	case rawjson.Obj:
		fields, err := r.fields(raw, depth)
		return &qdrant.Value{Kind: &qdrant.Value_StructValue{StructValue: &qdrant.Struct{Fields: fields}}}, err
	case rawjson.Arr:
		return r.list(raw, depth)
	case rawjson.Str:
		return &qdrant.Value{Kind: &qdrant.Value_StringValue{StringValue: string(rawjson.Text(nil, raw))}}, nil
	case rawjson.Bool:
		return &qdrant.Value{Kind: &qdrant.Value_BoolValue{BoolValue: raw[0] == 't'}}, nil
	case rawjson.Num:
		return r.number(raw)
	}
	return &qdrant.Value{Kind: &qdrant.Value_NullValue{}}, nil
}

func (r reader) list(raw []byte, depth int) (*qdrant.Value, error) {
	list := &qdrant.ListValue{}
	for a := rawjson.OpenArray(raw); a.Next(); {
		v, err := r.value(a.Value, depth+1)
		if err != nil {
			return nil, err
		}
		list.Values = append(list.Values, v)
	}
	return &qdrant.Value{Kind: &qdrant.Value_ListValue{ListValue: list}}, nil
}

func (r reader) number(raw []byte) (*qdrant.Value, error) {
	n, ok := rawjson.ParseNumber(raw)
	if !ok {
		return nil, ErrInexpressible
	}
	if i, ok := n.Int64(); ok {
		return &qdrant.Value{Kind: &qdrant.Value_IntegerValue{IntegerValue: i}}, nil
	}
	if _, ok := n.Uint64(); ok && !r.round { // above int64
		return nil, ErrInexpressible
	}
	return &qdrant.Value{Kind: &qdrant.Value_DoubleValue{DoubleValue: n.Float64()}}, nil
}

// Payload writes fields as JSON, keys in order; numbers that JSON lacks become null, as a server makes them. Nil fields are an empty object.
func Payload(fields map[string]*qdrant.Value) (api.Payload, error) {
	return appendFields(nil, fields, 0)
}

func appendFields(dst []byte, fields map[string]*qdrant.Value, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	dst = append(dst, '{')
	for i, key := range slices.Sorted(maps.Keys(fields)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(rawjson.AppendString(dst, key), ':')
		var err error
		if dst, err = appendValue(dst, fields[key], depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

func appendValue(dst []byte, v *qdrant.Value, depth int) ([]byte, error) {
	switch k := v.GetKind().(type) {
	case *qdrant.Value_StructValue:
		return appendFields(dst, k.StructValue.GetFields(), depth)
	case *qdrant.Value_ListValue:
		return appendValues(dst, k.ListValue.GetValues(), depth)
	case *qdrant.Value_StringValue:
		return rawjson.AppendString(dst, k.StringValue), nil
	case *qdrant.Value_BoolValue:
		return strconv.AppendBool(dst, k.BoolValue), nil
	case *qdrant.Value_IntegerValue:
		return strconv.AppendInt(dst, k.IntegerValue, 10), nil
	case *qdrant.Value_DoubleValue:
		if !math.IsNaN(k.DoubleValue) && !math.IsInf(k.DoubleValue, 0) {
			return rawjson.AppendFloat(dst, k.DoubleValue), nil
		}
	}
	return append(dst, "null"...), nil
}

func appendValues(dst []byte, values []*qdrant.Value, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	dst = append(dst, '[')
	for i, v := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = appendValue(dst, v, depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

// IDOf is the message of a point id.
func IDOf(id api.PointID) *qdrant.PointId {
	if id.IsUUID() {
		return qdrant.NewIDUUID(id.String())
	}
	return qdrant.NewIDNum(id.Num())
}

// ID reads a point id.
func ID(id *qdrant.PointId) (api.PointID, error) {
	switch o := id.GetPointIdOptions().(type) {
	case *qdrant.PointId_Num:
		return api.NumID(o.Num), nil
	case *qdrant.PointId_Uuid:
		p, err := api.ParsePointID(o.Uuid)
		if err != nil || !p.IsUUID() {
			return p, api.Errorf(api.InvalidArgument, "Unable to parse UUID: %q", o.Uuid)
		}
		return p, nil
	}
	return api.PointID{}, api.Errorf(api.InvalidArgument, "Malformed PointId type: no value")
}

// IDsOf are the messages of point ids.
func IDsOf(ids []api.PointID) []*qdrant.PointId { return each(ids, IDOf) }

// IDs reads point ids.
func IDs(ids []*qdrant.PointId) ([]api.PointID, error) { return tryEach(ids, ID) }

func each[A, B any](list []A, one func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = one(a)
	}
	return out
}

func tryEach[A, B any](list []A, one func(A) (B, error)) ([]B, error) {
	out := make([]B, len(list))
	for i, a := range list {
		var err error
		if out[i], err = one(a); err != nil {
			return nil, err
		}
	}
	return out, nil
}
