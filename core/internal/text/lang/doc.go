// Package lang tells the script of a text and, where the tokens depend on it, the language, in the way of whatlang, which decides for the
// reference: every character counts for its script, most characters win; Chinese and Japanese are told apart by the share of kana, the
// languages in Arabic script by their most frequent trigrams.
package lang
