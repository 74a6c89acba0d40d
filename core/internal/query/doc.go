// Package query runs requests over a View of a shard.
//
// Nearest search goes through the graph of a segment that has one, when neither the request (exact) nor the number of points that can pass
// speaks for a scan, see graph.go. In a scan rows are scored in runs, and only rows that would enter the result are looked at further (alive,
// visible, the filter); one of more than about a millisecond is split over workers. The order of results is score (best first), then point id.
//
// Queries are converted (convert.go: points named by id give their vectors and are no results), planned (package tree) and run over one view
// (run.go): leaves first, then the stages above them. A result is a list of places with scores; it has payloads and vectors only in the end.
//
//	nearest.go, graph.go   one vector              order.go    values of a numeric index: value, then slot; of several segments value, then id
//	score.Custom           several examples        text.go     BM25
//	fusion.go, mmr.go      lists into one          sample.go   random points
//	rescore.go             formulas                groups.go, matrix.go, facet.go   what is built on top
//
// Every request holds the read locks of the view from its start until its results are copied out.
package query
