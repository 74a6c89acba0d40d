package topk

import "math"

// Scored is a point offset with its score; higher scores are better.
type Scored struct {
	ID    uint32
	Score float32
}

// ordered maps floats to integers of the same order; NaN becomes 0.
func ordered(score float32) uint32 {
	if score != score {
		return 0
	}
	b := math.Float32bits(score)
	if b>>31 != 0 {
		return ^b
	}
	return b | 1<<31
}

func unordered(o uint32) float32 {
	if o == 0 {
		return float32(math.NaN())
	}
	if o>>31 != 0 {
		return math.Float32frombits(o &^ (1 << 31))
	}
	return math.Float32frombits(^o)
}
