// Package ucd answers the questions about characters that decide where a token ends, as Rust's char does: is it alphanumeric, white space,
// upper case, and what is its lower case.
//
// Go's unicode package has an older Unicode version and other classes (Rust's alphabetic is the derived property Alphabetic, with marks and
// circled letters), so that about ten thousand code points differ. The tables here are generated from Rust's own answers by the two
// scripts in gen: pages of 128 classes, one byte a code point, equal pages stored once.
package ucd
