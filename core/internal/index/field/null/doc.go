// Package null is the index that every indexed key has: which points have a
// value there and which have a null.
//
//	<dir>/has_values/  flags directory (package flags), one bit per slot: the key
//	                   has a value that is neither null nor an empty array
//	<dir>/is_null/     flags directory, one bit per slot: a value is null, or an
//	                   array with a null in it
//
// Both may be set. The flags may reach fewer slots than there are; the others
// have neither. Appendable and optimized segments have the same files. In the
// immutable form they are never written: points are removed in memory only, and
// whoever opens the index names the removed ones again (Options.Deleted).
//
// An Index has no lock of its own: Set, Remove, Flush and Close need the
// owner's write lock, everything else its read lock.
package null
