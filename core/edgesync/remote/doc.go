// Package remote speaks with the server's side of synchronisation: one collection of a Qdrant server, a cluster or a hub. Operations go by gRPC or REST,
// snapshots by HTTP.
package remote
