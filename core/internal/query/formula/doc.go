// Package formula evaluates the formula of a query for one point after the other.
//
// A formula is an expression over numbers, all of them float64. Its variables are the scores of the prefetches ($score, $score[1]), values of the
// payload, and conditions, which count 1 or 0. What a variable does not find in the point it takes from the defaults; a score without default
// is 0, a payload value without default an error. A key with several values is an array, which is no number.
//
// The score is the result as float32, which has to be finite; every step that can leave the numbers says so itself:
//
//	mult        0 as soon as a factor is 0; later factors are not looked at
//	div         0 when the left side is 0; by_zero_default for a right side of 0
//	max, min    pass over NaN; need an operand
//	decay       exp  e^(ln(midpoint)/scale · |x-target|)
//	            gauss  e^(ln(midpoint)/scale² · (x-target)²)
//	            lin  max(0, 1 - (1-midpoint)/scale · |x-target|)
package formula
