//go:build !slim

package qdrantpb

import (
	"github.com/qdrant/go-client/qdrant"

	"github.com/qdrant-edge-go/edge/core/api"
)

func orderValueOf(v *api.OrderValue) *qdrant.OrderValue {
	switch {
	case v == nil:
		return nil
	case v.IsFloat:
		return &qdrant.OrderValue{Variant: &qdrant.OrderValue_Float{Float: v.Float}}
	}
	return &qdrant.OrderValue{Variant: &qdrant.OrderValue_Int{Int: v.Int}}
}

// OrderBy reads an order; nil stays nil.
func OrderBy(o *qdrant.OrderBy) (*api.OrderBy, error) {
	if o == nil {
		return nil, nil
	}
	out := &api.OrderBy{Key: o.GetKey()}
	if o.Direction != nil {
		direction := api.DirectionAsc
		if o.GetDirection() == qdrant.Direction_Desc {
			direction = api.DirectionDesc
		}
		out.Direction = &direction
	}
	var err error
	out.StartFrom, err = startFrom(o.GetStartFrom())
	return out, err
}

func startFrom(s *qdrant.StartFrom) (*api.StartFrom, error) {
	switch v := s.GetValue().(type) {
	case *qdrant.StartFrom_Float:
		return &api.StartFrom{Float: &v.Float}, nil
	case *qdrant.StartFrom_Integer:
		return &api.StartFrom{Integer: &v.Integer}, nil
	case *qdrant.StartFrom_Timestamp:
		t, err := datetime(v.Timestamp)
		return &api.StartFrom{Datetime: t}, err
	case *qdrant.StartFrom_Datetime:
		t, err := api.ParseDateTime(v.Datetime)
		return &api.StartFrom{Datetime: &t}, err
	}
	return nil, nil
}
