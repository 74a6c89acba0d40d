// Package field keeps the payload indexes of one segment: for every indexed payload key the indexes that its schema asks for.
//
//	payload_index/config.json                {"indexed_fields":{key: schema}, "indexed_types":{key: [type…]}}
//	payload_index/<hash>-<key>-map/          keyword, integer (lookup), uuid and geo
//	payload_index/<hash>-<key>-numeric/      integer (range), float and datetime
//	payload_index/<hash>-<key>-text/         text
//	payload_index/<hash>-<key>-bool/         bool
//	payload_index/<hash>-<key>-null/         of every key: which points have values, which have a null
//
// <hash> is 24 characters of base32hex, the first 15 bytes of the SHA-256 of the key; <key> is what of its letters and digits fits.
//
// A key is indexed when config.json names it. Its directories are complete and durable before that, so a crash while an index is built leaves
// directories that the next build of the key removes. What config.json names but cannot be opened, because a file is missing or damaged or of a
// form that the segment cannot use, is built again from the payloads.
//
// A key that is indexed by the elements of an array ("nested") is only declared: its schema is kept, conditions look at the payloads, and the
// values that facets and orders ask for are read from the payloads request by request.
//
// Appendable segments have mutable indexes, all others immutable ones, from which points can only be removed.
//
// # Answers
//
// An index answers a condition as a look at the payload would. What it does not hold, such as a string in an integer index, is foreign: points
// that have values but none that the index could take are known (Index.Foreign) and the payload is looked at for them.
package field
