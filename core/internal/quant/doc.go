// Package quant keeps the quantized form of a vector storage beside it, in the same directory:
//
//	quantized.config.json     {"quantization_config":{…},"vector_parameters":{…},"storage_type":"Mutable"}; without storage_type it is immutable
//	quantized.meta.json       how the quantizer was trained, see the packages below
//
//	immutable                 appendable
//	quantized.data            quantized_data/          rows of one size; package chunks
//	quantized.offsets.data    quantized_offsets_data/  multivectors: by point, 0 u32 first row, 4 u32 number of rows
//
// Row i belongs to point i; those of a multivector follow each other. Deleted vectors have rows, too, but are not trained with. Appendable forms,
// which binary and turbo quantization have, are made with their storage and grow with it, so that they know nothing of the vectors: binary ones of
// more bits keep the sign, turbo ones neither shift nor scale. Points that never had a vector may lie beyond the end. A multivector that does not
// need more rows than before overwrites them, another one goes to the end.
//
// The config is written last: without it there is no quantized form. Vectors are taken as their storage keeps them, bytes less 127 for binary and
// normalised for other quantization under Cosine; a vector that an appendable form takes in is not moved by 127, a query is, as in the reference.
package quant
