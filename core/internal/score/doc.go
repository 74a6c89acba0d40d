// Package score scores stored vectors against a query in batches.
//
// Inside the engine a higher score is better, whatever the distance:
//
//	distance    score inside   reported      better
//	Dot         Σ a·b          s             greater
//	Cosine      Σ a·b          s             greater   both vectors normalised
//	Euclid      -Σ (a-b)²      sqrt(|s|)     smaller
//	Manhattan   -Σ |a-b|       |s|           smaller
//
// Postprocess turns one into the other. Thresholds of requests are compared with
// reported scores.
package score
