// Package params holds what the descriptions of all kinds of quantized vectors have in common:
//
//	"vector_parameters":{"dim":D,"distance_type":"Cosine"|"Dot"|"L1"|"L2","invert":bool,"count":N}
//
// invert is set for distances of which the smaller one is better, L1 and L2. count is there in immutable forms only. Cosine is written by turbo
// quantization alone, the others write Dot for it; it is read as the same by all of these.
//
// Numbers are float32, printed with the shortest digits that read back as the same number, as serde_json prints them: 1e-7, -0.0, 3.4028235e+38.
package params
