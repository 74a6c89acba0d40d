//go:build !slim

package qdrantpb

import (
	"github.com/qdrant/go-client/qdrant"

	"github.com/qdrant-edge-go/edge/core/api"
)

type (
	update  = qdrant.PointsUpdateOperation
	points  = qdrant.PointsUpdateOperation_PointStructList
	updates = qdrant.PointsUpdateOperation_UpdateVectors
)

// OperationOf is the message of an operation on points. It reports ErrInexpressible for operations with filters, on indexes and on vector
// names: filters of the REST API say more, and their floats are few.
func OperationOf(op api.UpdateOperation) (*update, error) {
	switch op := op.(type) {
	case *api.UpsertPoints:
		return upsertOf(op)
	case *api.DeletePoints:
		return &update{Operation: &qdrant.PointsUpdateOperation_DeletePoints_{
			DeletePoints: &qdrant.PointsUpdateOperation_DeletePoints{Points: selectorOf(op.IDs)}}}, nil
	case *api.UpdateVectors:
		return updateVectorsOf(op)
	case *api.DeleteVectors:
		return &update{Operation: &qdrant.PointsUpdateOperation_DeleteVectors_{DeleteVectors: &qdrant.PointsUpdateOperation_DeleteVectors{
			PointsSelector: selectorOf(op.IDs), Vectors: &qdrant.VectorsSelector{Names: op.Names}}}}, nil
	case *api.SetPayload:
		if op.Filter != nil {
			return nil, ErrInexpressible
		}
		fields, err := PayloadOf(op.Payload)
		return &update{Operation: &qdrant.PointsUpdateOperation_SetPayload_{SetPayload: &qdrant.PointsUpdateOperation_SetPayload{
			Payload: fields, PointsSelector: selectorOf(op.Points), Key: op.Key}}}, err
	case *api.OverwritePayload:
		if op.Filter != nil {
			return nil, ErrInexpressible
		}
		fields, err := PayloadOf(op.Payload)
		return &update{Operation: &qdrant.PointsUpdateOperation_OverwritePayload_{OverwritePayload: &qdrant.PointsUpdateOperation_OverwritePayload{
			Payload: fields, PointsSelector: selectorOf(op.Points), Key: op.Key}}}, err
	case *api.DeletePayload:
		if op.Filter != nil {
			return nil, ErrInexpressible
		}
		return &update{Operation: &qdrant.PointsUpdateOperation_DeletePayload_{DeletePayload: &qdrant.PointsUpdateOperation_DeletePayload{
			Keys: op.Keys, PointsSelector: selectorOf(op.Points)}}}, nil
	case *api.ClearPayload:
		return &update{Operation: &qdrant.PointsUpdateOperation_ClearPayload_{
			ClearPayload: &qdrant.PointsUpdateOperation_ClearPayload{Points: selectorOf(op.IDs)}}}, nil
	}
	return nil, ErrInexpressible
}

func upsertOf(op *api.UpsertPoints) (*update, error) {
	if op.Condition != nil {
		return nil, ErrInexpressible
	}
	list := &points{Points: make([]*qdrant.PointStruct, len(op.Points))}
	for i, p := range op.Points {
		fields, err := PayloadOf(p.Payload)
		if err != nil {
			return nil, err
		}
		list.Points[i] = &qdrant.PointStruct{Id: IDOf(p.ID), Vectors: VectorsOf(p.Vector), Payload: fields}
	}
	if op.ExplicitMode || op.UpdateMode != api.UpdateModeUpsert {
		mode := modes[op.UpdateMode]
		list.UpdateMode = &mode
	}
	return &update{Operation: &qdrant.PointsUpdateOperation_Upsert{Upsert: list}}, nil
}

var modes = map[api.UpdateMode]qdrant.UpdateMode{
	api.UpdateModeUpsert:     qdrant.UpdateMode_Upsert,
	api.UpdateModeInsertOnly: qdrant.UpdateMode_InsertOnly,
	api.UpdateModeUpdateOnly: qdrant.UpdateMode_UpdateOnly,
}

func updateVectorsOf(op *api.UpdateVectors) (*update, error) {
	if op.Filter != nil {
		return nil, ErrInexpressible
	}
	list := &updates{Points: make([]*qdrant.PointVectors, len(op.Points))}
	for i, p := range op.Points {
		list.Points[i] = &qdrant.PointVectors{Id: IDOf(p.ID), Vectors: VectorsOf(p.Vector)}
	}
	return &update{Operation: &qdrant.PointsUpdateOperation_UpdateVectors_{UpdateVectors: list}}, nil
}

func selectorOf(ids []api.PointID) *qdrant.PointsSelector {
	return &qdrant.PointsSelector{PointsSelectorOneOf: &qdrant.PointsSelector_Points{Points: &qdrant.PointsIdsList{Ids: IDsOf(ids)}}}
}

// Operation reads an operation on points.
func Operation(m *update) (api.UpdateOperation, error) {
	switch o := m.GetOperation().(type) {
	case *qdrant.PointsUpdateOperation_Upsert:
		return upsert(o.Upsert)
	case *qdrant.PointsUpdateOperation_DeletePoints_:
		return deletePoints(o.DeletePoints.GetPoints())
	case *qdrant.PointsUpdateOperation_DeleteDeprecated:
		//lint:ignore SA1019 older clients send this form
		return deletePoints(o.DeleteDeprecated)
	case *qdrant.PointsUpdateOperation_UpdateVectors_:
		return updateVectors(o.UpdateVectors)
	case *qdrant.PointsUpdateOperation_DeleteVectors_:
		return deleteVectors(o.DeleteVectors)
	case *qdrant.PointsUpdateOperation_SetPayload_:
		return setPayload(o.SetPayload)
	case *qdrant.PointsUpdateOperation_OverwritePayload_:
		op, err := setPayload(o.OverwritePayload)
		if err != nil {
			return nil, err
		}
		return &api.OverwritePayload{Payload: op.Payload, Points: op.Points, Filter: op.Filter, Key: op.Key}, nil
	case *qdrant.PointsUpdateOperation_DeletePayload_:
		ids, filter, err := selector(o.DeletePayload.GetPointsSelector())
		return &api.DeletePayload{Keys: o.DeletePayload.GetKeys(), Points: ids, Filter: filter}, err
	case *qdrant.PointsUpdateOperation_ClearPayload_:
		return clearPayload(o.ClearPayload.GetPoints())
	case *qdrant.PointsUpdateOperation_ClearPayloadDeprecated:
		//lint:ignore SA1019 older clients send this form
		return clearPayload(o.ClearPayloadDeprecated)
	}
	return nil, api.Errorf(api.InvalidArgument, "Operation is missing")
}

func upsert(m *points) (api.UpdateOperation, error) {
	op := &api.UpsertPoints{Points: make([]api.Point, len(m.GetPoints()))}
	for i, p := range m.GetPoints() {
		var err error
		if op.Points[i], err = point(p); err != nil {
			return nil, err
		}
	}
	if m.UpdateMode != nil {
		op.ExplicitMode = true
		for mode, message := range modes {
			if message == m.GetUpdateMode() {
				op.UpdateMode = mode
			}
		}
	}
	var err error
	op.Condition, err = Filter(m.GetUpdateFilter())
	return op, err
}

func point(p *qdrant.PointStruct) (api.Point, error) {
	id, err := ID(p.GetId())
	if err != nil {
		return api.Point{}, err
	}
	vectors, err := Vectors(p.GetVectors())
	if err != nil {
		return api.Point{}, err
	}
	if vectors == nil {
		return api.Point{}, api.Errorf(api.InvalidArgument, "Expected some vectors")
	}
	payload, err := Payload(p.GetPayload())
	return api.Point{ID: id, Vector: vectors, Payload: payload}, err
}

func deletePoints(s *qdrant.PointsSelector) (api.UpdateOperation, error) {
	ids, filter, err := selector(s)
	if filter != nil {
		return &api.DeletePointsByFilter{Filter: filter}, err
	}
	return &api.DeletePoints{IDs: ids}, err
}

func clearPayload(s *qdrant.PointsSelector) (api.UpdateOperation, error) {
	ids, filter, err := selector(s)
	if filter != nil {
		return &api.ClearPayloadByFilter{Filter: filter}, err
	}
	return &api.ClearPayload{IDs: ids}, err
}

func updateVectors(m *updates) (api.UpdateOperation, error) {
	op := &api.UpdateVectors{Points: make([]api.PointVectors, len(m.GetPoints()))}
	for i, p := range m.GetPoints() {
		var err error
		if op.Points[i].ID, err = ID(p.GetId()); err != nil {
			return nil, err
		}
		if op.Points[i].Vector, err = Vectors(p.GetVectors()); err != nil {
			return nil, err
		}
	}
	var err error
	op.Filter, err = Filter(m.GetUpdateFilter())
	return op, err
}

func deleteVectors(m *qdrant.PointsUpdateOperation_DeleteVectors) (api.UpdateOperation, error) {
	ids, filter, err := selector(m.GetPointsSelector())
	if filter != nil {
		return &api.DeleteVectorsByFilter{Filter: filter, Names: m.GetVectors().GetNames()}, err
	}
	return &api.DeleteVectors{IDs: ids, Names: m.GetVectors().GetNames()}, err
}

// payloadUpdate is what setting and overwriting a payload have in common.
type payloadUpdate interface {
	GetPayload() map[string]*qdrant.Value
	GetPointsSelector() *qdrant.PointsSelector
	GetKey() string
}

func setPayload(m payloadUpdate) (*api.SetPayload, error) {
	ids, filter, err := selector(m.GetPointsSelector())
	if err != nil {
		return nil, err
	}
	payload, err := Payload(m.GetPayload())
	op := &api.SetPayload{Payload: payload, Points: ids, Filter: filter}
	if key := m.GetKey(); key != "" {
		op.Key = &key
	}
	return op, err
}

// selector reads ids or a filter.
func selector(s *qdrant.PointsSelector) ([]api.PointID, *api.Filter, error) {
	switch o := s.GetPointsSelectorOneOf().(type) {
	case *qdrant.PointsSelector_Points:
		ids, err := IDs(o.Points.GetIds())
		return ids, nil, err
	case *qdrant.PointsSelector_Filter:
		filter, err := Filter(o.Filter)
		if filter == nil {
			filter = &api.Filter{}
		}
		return nil, filter, err
	}
	return nil, nil, api.Errorf(api.InvalidArgument, "PointsSelector is missing")
}
