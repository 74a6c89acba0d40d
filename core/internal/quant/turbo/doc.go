// Package turbo is quantization of rotated vectors: after the rotation all elements are distributed alike, so that a few fixed levels serve all.
//
//	quantized.meta.json  {"vector_parameters":{…},"bits":"bits4","mode":"plus"|"normal","error_correction":null|{"shift":[P f],"scale":[P f]},
//	                     "rotation":"padded"|"unpadded"}
//	row                  codes, the lowest bits of a byte first; of 16 bits one i16 each
//	                     f32  factor: length / length of the levels, or the length (L1)
//	                     f32  length, for L2 alone
//	                     f32  Σ -shift·x, in mode plus alone
//
// P is dim up to a multiple of what shares a byte; bits1_5 stretches it by one half first. The rotation, over P elements or over dim of them, is a
// Walsh-Hadamard transform over blocks of powers of two and three times a fixed shuffle and another transform, all in float64.
//
// Levels of 1, 2 and 4 bits are those of Lloyd and Max for the normal distribution. Mode plus, for these, shifts and scales each element so that its
// outer quantiles meet the outer levels; the quantiles are P² estimates over at most 2,048, 4,096 or 8,192 vectors, which the reference draws at
// random when there are more and which are spread evenly here. 8 and 16 bits have levels as whole numbers, scaled by the largest of the vector.
//
// A query is rotated as well and kept in 16 bits, a score is a whole number up to its last steps. Constants are those of the reference on amd64.
// Sums of 16 bits are exact here, while the reference adds up float32 numbers in an order that depends on the processor.
package turbo
