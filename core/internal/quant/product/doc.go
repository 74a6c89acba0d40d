// Package product is product quantization: a byte per group of elements, the number of the nearest of 256 centroids.
//
//	quantized.meta.json  {"centroids":[256 × [dim f32]],"vector_division":[{"start":s,"end":e},…],"vector_parameters":{…}}
//	row                  a byte per group
//
// Up to 256 vectors are their own centroids, and the rest of these is zero. More of them are clustered group by group: at most 10,000 vectors, the
// first 256 of them to begin with, until the centroids rest or 100 times. The reference draws the vectors, and a new place for a centroid that lost
// all of its own, at random; here the vectors are spread evenly and such a centroid takes the vector that is farthest from its own.
//
// A query is a table of its scores with all centroids of all groups; a row's score is a sum of its entries.
package product
