// Package text turns text into the tokens that full-text indexes and BM25 vectors are made of, equal to Qdrant's token for token.
//
// An [Analyzer] cuts the text with one of five tokenizers, then each token goes through the same steps in this order: ASCII folding, lower
// case, stop words, stemming, length limits.
//
//	word          runs of alphanumeric characters
//	whitespace    what stands between white space
//	prefix        as word, but a document gives every prefix from the shortest to the longest length; a query the longest only
//	multilingual  by script and language: see the files named after them
//	code          identifiers cut into subwords, documents also get the joined identifier, detached from the token order
//
// Alphanumeric, white space and lower case are those of Rust's char (package ucd), not those of Go. A token that is a part of the text as it
// stands costs no allocation; changed ones are written one after the other into shared blocks. Both may be kept.
package text
