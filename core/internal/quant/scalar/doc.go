// Package scalar is quantization to seven bits per element.
//
//	quantized.meta.json  {"actual_dim":A,"alpha":f,"offset":f,"multiplier":f,"vector_parameters":{…}}
//	row                  0  f32  what the vector itself adds to its scores
//	                     4  A    codes 0..127, round((x-offset)/alpha); A is dim up to a multiple of 16
//
// The codes that fill the row up stand for 0 where the score is an inner product, else for the offset. alpha and offset come from the smallest and
// the largest element; with a quantile the outer ones of at most 5,000 vectors are left aside. The reference draws these vectors at random; here they
// are spread evenly, so that the same vectors give the same files. Below that number, and without a quantile, both give the same.
//
//	score(query, row) = multiplier · Σ q·c + query's own + row's own        (Σ |q-c| for L1)
package scalar
