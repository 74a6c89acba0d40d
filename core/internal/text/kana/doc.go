// Package kana finds the words of Japanese text with the Vaporetto model that the reference ships (bccwj-suw_c1.0), a compressed file that
// is unpacked at first use.
//
// Between two characters is a boundary if the weights of everything around them add up to more than zero: of the character n-grams and the
// n-grams of character types in a window on both sides, and of the dictionary words that end, begin or go on there.
//
// The model is "VaporettoTokenizer 0.5.0\n" and then bincode: a number below 251 is one byte, above after 251 two bytes, after 252 four, after
// 253 eight, little endian; signed numbers are zigzag; lists and strings come after their length. In order: n-grams of characters with their
// weights, n-grams of types with theirs, words with theirs and a comment, the bias, the two window sizes, tag models (not read).
package kana
