// Package query runs requests over a View of a shard.
//
// Nearest search goes through the graph of a segment that has one, when neither the request (exact) nor the number of points that can pass
// speaks for a scan, see graph.go. In a scan rows are scored in runs, and only rows that would enter the result are looked at further (alive,
// visible, the filter); one of more than about a millisecond is split over workers. The order of results is score (best first), then point id.
//
// Every request holds the read locks of the view from its start until its results are copied out.
package query
