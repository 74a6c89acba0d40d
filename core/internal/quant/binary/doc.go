// Package binary is quantization to one, one and a half or two bits per element.
//
//	quantized.meta.json  {"vector_parameters":{…},"encoding":"TwoBits"|"OneAndHalfBits","query_encoding":"Scalar4bits"|"Scalar8bits",
//	                     "vector_stats":{"elements_stats":[{"min":f,"max":f,"mean":f,"stddev":f},…]}}
//	row                  bits, the lowest of a byte first, up to whole words
//
// encoding is left out for one bit, query_encoding for that of rows; vector_stats are there for more than one bit and for scalar queries. A word is
// 16 bytes; rows of multivectors use 8, 4 or 1 when no more is needed.
//
// Bit i of a row says that element i is positive. With two bits it says that the element is above -2/3 of the standard deviation from the mean, and
// bit dim+i that it is at 2/3 or more; with one and a half bits two neighbours share their second bit. An element that never changed, or of which
// nothing is known, has the sign alone.
//
// A scalar query keeps each element in four or eight bits and its bits apart, so that a score is popcounts as well.
package binary
