//go:build !slim

package rpc

import (
	"context"

	"github.com/qdrant/go-client/qdrant"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/hub"
	"github.com/qdrant-edge-go/edge/core/internal/qdrantpb"
)

type points struct {
	qdrant.UnimplementedPointsServer
	hub *hub.Hub
}

type update = qdrant.PointsUpdateOperation

// apply executes operations in order. They are applied before the answer, so waiting or not only changes the word.
func (s *points) apply(ctx context.Context, collection string, wait bool, ops ...api.UpdateOperation) ([]*qdrant.UpdateResult, error) {
	shard, err := s.hub.Shard(collection)
	if err != nil {
		return nil, err
	}
	word := qdrant.UpdateStatus_Acknowledged
	if wait {
		word = qdrant.UpdateStatus_Completed
	}
	var results []*qdrant.UpdateResult
	for _, op := range ops {
		number, err := shard.Update(ctx, op)
		if err != nil {
			return nil, err
		}
		results = append(results, &qdrant.UpdateResult{OperationId: &number, Status: word})
	}
	return results, nil
}

// one executes a single operation given as a message.
func (s *points) one(ctx context.Context, collection string, wait bool, m *update) (*qdrant.PointsOperationResponse, error) {
	op, err := qdrantpb.Operation(m)
	if err != nil {
		return nil, err
	}
	return s.oneOp(ctx, collection, wait, op)
}

func (s *points) oneOp(ctx context.Context, collection string, wait bool, op api.UpdateOperation) (*qdrant.PointsOperationResponse, error) {
	results, err := s.apply(ctx, collection, wait, op)
	if err != nil {
		return nil, err
	}
	return &qdrant.PointsOperationResponse{Result: results[0]}, nil
}

func (s *points) UpdateBatch(ctx context.Context, r *qdrant.UpdateBatchPoints) (*qdrant.UpdateBatchResponse, error) {
	ops := make([]api.UpdateOperation, len(r.GetOperations()))
	for i, m := range r.GetOperations() {
		var err error
		if ops[i], err = qdrantpb.Operation(m); err != nil {
			return nil, err
		}
	}
	results, err := s.apply(ctx, r.GetCollectionName(), r.GetWait(), ops...)
	return &qdrant.UpdateBatchResponse{Result: results}, err
}

func (s *points) Upsert(ctx context.Context, r *qdrant.UpsertPoints) (*qdrant.PointsOperationResponse, error) {
	return s.one(ctx, r.GetCollectionName(), r.GetWait(), &update{Operation: &qdrant.PointsUpdateOperation_Upsert{
		Upsert: &qdrant.PointsUpdateOperation_PointStructList{Points: r.GetPoints(), UpdateFilter: r.GetUpdateFilter(), UpdateMode: r.UpdateMode}}})
}

func (s *points) Delete(ctx context.Context, r *qdrant.DeletePoints) (*qdrant.PointsOperationResponse, error) {
	return s.one(ctx, r.GetCollectionName(), r.GetWait(), &update{Operation: &qdrant.PointsUpdateOperation_DeletePoints_{
		DeletePoints: &qdrant.PointsUpdateOperation_DeletePoints{Points: r.GetPoints()}}})
}

func (s *points) UpdateVectors(ctx context.Context, r *qdrant.UpdatePointVectors) (*qdrant.PointsOperationResponse, error) {
	return s.one(ctx, r.GetCollectionName(), r.GetWait(), &update{Operation: &qdrant.PointsUpdateOperation_UpdateVectors_{
		UpdateVectors: &qdrant.PointsUpdateOperation_UpdateVectors{Points: r.GetPoints(), UpdateFilter: r.GetUpdateFilter()}}})
}

func (s *points) DeleteVectors(ctx context.Context, r *qdrant.DeletePointVectors) (*qdrant.PointsOperationResponse, error) {
	return s.one(ctx, r.GetCollectionName(), r.GetWait(), &update{Operation: &qdrant.PointsUpdateOperation_DeleteVectors_{
		DeleteVectors: &qdrant.PointsUpdateOperation_DeleteVectors{PointsSelector: r.GetPointsSelector(), Vectors: r.GetVectors()}}})
}

func (s *points) SetPayload(ctx context.Context, r *qdrant.SetPayloadPoints) (*qdrant.PointsOperationResponse, error) {
	return s.one(ctx, r.GetCollectionName(), r.GetWait(), &update{Operation: &qdrant.PointsUpdateOperation_SetPayload_{
		SetPayload: &qdrant.PointsUpdateOperation_SetPayload{Payload: r.GetPayload(), PointsSelector: r.GetPointsSelector(), Key: r.Key}}})
}

func (s *points) OverwritePayload(ctx context.Context, r *qdrant.SetPayloadPoints) (*qdrant.PointsOperationResponse, error) {
	return s.one(ctx, r.GetCollectionName(), r.GetWait(), &update{Operation: &qdrant.PointsUpdateOperation_OverwritePayload_{
		OverwritePayload: &qdrant.PointsUpdateOperation_OverwritePayload{Payload: r.GetPayload(), PointsSelector: r.GetPointsSelector(), Key: r.Key}}})
}

func (s *points) DeletePayload(ctx context.Context, r *qdrant.DeletePayloadPoints) (*qdrant.PointsOperationResponse, error) {
	return s.one(ctx, r.GetCollectionName(), r.GetWait(), &update{Operation: &qdrant.PointsUpdateOperation_DeletePayload_{
		DeletePayload: &qdrant.PointsUpdateOperation_DeletePayload{Keys: r.GetKeys(), PointsSelector: r.GetPointsSelector()}}})
}

func (s *points) ClearPayload(ctx context.Context, r *qdrant.ClearPayloadPoints) (*qdrant.PointsOperationResponse, error) {
	return s.one(ctx, r.GetCollectionName(), r.GetWait(), &update{Operation: &qdrant.PointsUpdateOperation_ClearPayload_{
		ClearPayload: &qdrant.PointsUpdateOperation_ClearPayload{Points: r.GetPoints()}}})
}

// schemas are the types of payload indexes by their messages.
var schemas = map[qdrant.FieldType]api.PayloadSchemaType{
	qdrant.FieldType_FieldTypeKeyword: api.PayloadSchemaKeyword, qdrant.FieldType_FieldTypeInteger: api.PayloadSchemaInteger,
	qdrant.FieldType_FieldTypeFloat: api.PayloadSchemaFloat, qdrant.FieldType_FieldTypeGeo: api.PayloadSchemaGeo,
	qdrant.FieldType_FieldTypeText: api.PayloadSchemaText, qdrant.FieldType_FieldTypeBool: api.PayloadSchemaBool,
	qdrant.FieldType_FieldTypeDatetime: api.PayloadSchemaDatetime, qdrant.FieldType_FieldTypeUuid: api.PayloadSchemaUuid,
}

func (s *points) CreateFieldIndex(ctx context.Context, r *qdrant.CreateFieldIndexCollection) (*qdrant.PointsOperationResponse, error) {
	if r.FieldIndexParams != nil {
		return nil, api.Errorf(api.Unsupported, "parameters of a payload index are not supported over gRPC")
	}
	op := &api.CreateIndex{FieldName: r.GetFieldName()}
	if r.FieldType != nil {
		op.FieldSchema = &api.PayloadFieldSchema{Type: schemas[r.GetFieldType()]}
	}
	return s.oneOp(ctx, r.GetCollectionName(), r.GetWait(), op)
}

func (s *points) DeleteFieldIndex(ctx context.Context, r *qdrant.DeleteFieldIndexCollection) (*qdrant.PointsOperationResponse, error) {
	return s.oneOp(ctx, r.GetCollectionName(), r.GetWait(), &api.DeleteIndex{FieldName: r.GetFieldName()})
}
