//go:build !slim

package qdrantpb

import (
	"github.com/qdrant/go-client/qdrant"

	"github.com/qdrant-edge-go/edge/core/api"
)

// RecordOf is the message of a stored point.
func RecordOf(r api.Record) (*qdrant.RetrievedPoint, error) {
	fields, err := roundedPayloadOf(r.Payload)
	return &qdrant.RetrievedPoint{Id: IDOf(r.ID), Payload: fields, Vectors: VectorsOutputOf(r.Vector), OrderValue: orderValueOf(r.OrderValue)}, err
}

// Record reads a stored point.
func Record(p *qdrant.RetrievedPoint) (api.Record, error) {
	id, err := ID(p.GetId())
	if err != nil {
		return api.Record{}, err
	}
	payload, err := Payload(p.GetPayload())
	if err != nil {
		return api.Record{}, err
	}
	vectors, err := VectorsOutput(p.GetVectors())
	return api.Record{ID: id, Payload: payload, Vector: vectors}, err
}

// ScoredOf is the message of a hit.
func ScoredOf(p api.ScoredPoint) (*qdrant.ScoredPoint, error) {
	fields, err := roundedPayloadOf(p.Payload)
	return &qdrant.ScoredPoint{
		Id: IDOf(p.ID), Payload: fields, Score: p.Score, Version: p.Version, Vectors: VectorsOutputOf(p.Vector), OrderValue: orderValueOf(p.OrderValue),
	}, err
}

// WithPayload reads which keys of payloads to return; nil is none.
func WithPayload(s *qdrant.WithPayloadSelector) api.WithPayload {
	switch o := s.GetSelectorOptions().(type) {
	case *qdrant.WithPayloadSelector_Enable:
		return api.WithPayload{Enable: o.Enable}
	case *qdrant.WithPayloadSelector_Include:
		return api.WithPayload{Enable: true, Include: o.Include.GetFields()}
	case *qdrant.WithPayloadSelector_Exclude:
		return api.WithPayload{Enable: true, Exclude: o.Exclude.GetFields()}
	}
	return api.WithPayload{}
}

// WithVectors reads which vectors to return; nil is none.
func WithVectors(s *qdrant.WithVectorsSelector) api.WithVector {
	switch o := s.GetSelectorOptions().(type) {
	case *qdrant.WithVectorsSelector_Enable:
		return api.WithVector{Enable: o.Enable}
	case *qdrant.WithVectorsSelector_Include:
		return api.WithVector{Enable: true, Names: o.Include.GetNames()}
	}
	return api.WithVector{}
}
