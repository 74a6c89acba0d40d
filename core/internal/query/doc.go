// Package query runs requests over a View of a shard.
//
// Nearest search is an exact scan: rows are scored in runs, and only rows that would enter the result are looked at further (alive, visible,
// the filter). The order of results is score (best first), then point id. A scan of more than about a millisecond is split over workers.
//
// Every request holds the read locks of the view from its start until its results are copied out.
package query
