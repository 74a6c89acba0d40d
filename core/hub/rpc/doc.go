//go:build !slim

// Package rpc serves a hub over gRPC: the calls on points and collections that Qdrant's clients make to push, read and query. It is a package
// of its own so that programs with the build tag slim do without gRPC.
//
// Points: Upsert, Delete, Get, UpdateVectors, DeleteVectors, SetPayload, OverwritePayload, DeletePayload, ClearPayload, UpdateBatch,
// CreateFieldIndex, DeleteFieldIndex, Scroll, Count, Query by a vector or an id. Collections: List, CollectionExists, Delete. All others answer
// Unimplemented; the REST API has them.
package rpc
