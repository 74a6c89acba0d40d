// Package topk holds the one score order of the engine: score descending, then id ascending. NaN sorts after every number, whatever its bits;
// -0 sorts just after +0.
//
// A point is packed into one u64, {ordered score, ^id}, so that the order is integer order and comparisons do not branch on floats.
package topk
