// Package rawjson reads JSON text in place, without building values.
//
// The rules are those of serde_json, whose output fills the payload files: strict UTF-8, no lone
// surrogates, no control characters in strings, no leading zeros, no numbers beyond float64, no more
// than [MaxDepth] containers inside one another, nothing behind the value. Integers are exact in the
// range of int64 and uint64, every other number is a float64.
//
// Canonical form is compact: keys in the order of their first appearance, the last of equal keys
// wins, strings escape only what they must, integers are digits, floats are the shortest digits that
// read back ("1.0", "1e-7", "1e+16").
//
// The readers ([Object], [Array], [Kind] and the functions on one value) work on text that was checked
// once; on damaged text they stop early, and never panic.
package rawjson
