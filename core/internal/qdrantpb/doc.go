//go:build !slim

// Package qdrantpb translates between the models of core/api and the messages of Qdrant's gRPC API as github.com/qdrant/go-client declares them.
//
// Vectors cross as packed floats without a copy in between. What the messages cannot say without loss is reported as [ErrInexpressible], so that
// a caller can take the JSON of the REST API instead: integers above the range of int64 in payloads, and conditions that the messages lack.
// A payload loses the order of its keys, as the messages hold maps; coming back, keys are sorted. The build tag slim leaves this package out.
package qdrantpb
