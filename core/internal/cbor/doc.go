// Package cbor writes and reads CBOR exactly as serde_cbor 0.11 does for the log of Qdrant.
//
// Heads take the shortest form. Maps and arrays have definite lengths, except the outermost map of a log record, which a
// flattened struct leaves open (BF … FF). A float is written as f16 when nothing is lost, else as f32 when nothing is lost,
// else as f64; NaN is always F9 7E00. None is F6. Byte strings hold UUIDs in text order.
package cbor
