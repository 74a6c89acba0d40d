// Package boolean is the index of a bool field: which points have a true and
// which a false among their values.
//
//	<dir>/trues/   flags directory (package flags), one bit per slot: a value is true
//	<dir>/falses/  flags directory, one bit per slot: a value is false
//
// Appendable and optimized segments have the same files. In the immutable form
// they are never written: points are removed in memory only, and whoever opens
// the index names the removed ones again (Options.Deleted).
//
// An Index has no lock of its own: Set, Remove, Flush and Close need the
// owner's write lock, everything else its read lock.
package boolean
