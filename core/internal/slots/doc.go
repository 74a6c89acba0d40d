// Package slots keeps sets of slots of points, small ones and large ones, that grow and shrink: the postings of mutable payload indexes.
package slots
