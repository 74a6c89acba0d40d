// Package kernel computes float32 distances. Higher is better everywhere:
//
//	MetricDot        Σ a·b            (cosine = dot of normalised vectors)
//	MetricEuclid    -Σ (a-b)²
//	MetricManhattan -Σ |a-b|
//
// The order of the additions is part of the contract: scores and normalised
// vectors have the same bits as those of Qdrant on the same machine. On amd64
// (lib/segment/src/spaces/simple_avx.rs, simple_sse.rs, simple.rs):
//
//	len >= 32   4 accumulators of 8 lanes, fused multiply-add, blocks of 32;
//	            (s1+s2)+(s3+s4), high half + low half, pairs, pairs
//	len 16..31  4 accumulators of 4 lanes, multiply then add, one block of 16;
//	            each lane sum (x0+x2)+(x1+x3), then ((h1+h2)+h3)+h4
//	len < 16    one sum from -0.0
//	rest        added to the sum one by one, multiply then add
//
// On arm64 (simple_neon.rs): 4 accumulators of 4 lanes with fused multiply-add
// from 16 elements up, ((h1+h2)+h3)+h4, the rest one by one.
//
// Portable code (tag purego, other processors) keeps the exact order below 32
// elements; above, it uses 8 sums and may differ in the last bits.
//
// Go fuses x*y+z on some processors unless the product is converted, hence
// float32(x*y)+z throughout.
//
// kernel_amd64.s and kernel_stubs_amd64.go are written by avogen, codes_amd64.s and
// codes_stubs_amd64.go by avogen/codes.
package kernel
