// Package fulltext maps the tokens of texts to the points that have them: the full-text index of Qdrant.
//
// # Mutable form
//
// Of appendable segments: a gridstore (package grid, blocks of 128 bytes, not compressed) with a record for each slot that has a text, even one
// without a token. A record is a CBOR map:
//
//	"tokens"   array of texts: distinct and ascending; in their order and with repetitions when positions or lengths are kept
//	"doc_len"  number of tokens, when lengths are kept
//
// A token of one zero byte stands between the elements of an array and before each token outside the order, when positions are kept; it does not
// count in doc_len. The records live in memory as well: each distinct token once, 4 bytes per token of a slot, and a set of slots per token.
//
// # Immutable form
//
// Of optimized segments, used in place:
//
//	vocab.dat                  package hashmap: token → its number
//	postings.dat               package postings: by number, the slots that have the token; with positions where, when those are kept
//	point_to_tokens_count.dat  u64 per slot: its distinct tokens
//	deleted_points.dat         package bitmask: slots without tokens
//	point_to_doc_len.dat       when lengths are kept, see below
//	term_frequencies.dat       package postings: how often slots have a token, when lengths are kept
//
// Numbers are given to tokens as they appear. Slots end with the last one that has a text.
//
//	point_to_doc_len.dat
//	 0   8  "QDRANTDL"
//	 8   4  u32 version 1
//	12   4  u32 1: compressed as follows
//	16   8  u64 number of slots n
//	24  40  0
//	64      zstd frame with a checksum, of 4n bytes: the lowest bytes of all lengths, then the second ones, and so on
//
// All integers are little-endian. What Qdrant writes and what Build writes is the same but for the order of the entries in vocab.dat, which is
// random there and ascending here, and the choices of the zstd encoder.
//
// Points are removed from the immutable form in memory only; whoever opens it names the removed ones again (Options.Deleted).
//
// # Lengths
//
// Ranking knows lengths of documents rounded down to 13 significant bits: 4 bits of exponent, 12 of fraction.
// The immutable form counts in its statistics what it was built of, removed points included.
//
// # Locking
//
// An Index has no lock of its own: Set, Remove, Flush and Close need the owner's write lock, everything else its read lock. A Query is for one
// goroutine.
package fulltext
