package sparse

import (
	"encoding/binary"
	"math"

	"github.com/qdrant-edge-go/edge/core/internal/kernel"
)

// Weights is how the files keep weights.
type Weights uint8

// The kinds of weights.
const (
	Float32 Weights = iota
	Float16
	Uint8
)

// ParseWeights reads the name that configurations give.
func ParseWeights(name string) (Weights, bool) {
	switch name {
	case "", "float32":
		return Float32, true
	case "float16":
		return Float16, true
	case "uint8":
		return Uint8, true
	}
	return 0, false
}

func (w Weights) size() int {
	switch w {
	case Float16:
		return 2
	case Uint8:
		return 1
	}
	return 4
}

func (w Weights) header() int {
	if w == Uint8 {
		return 32
	}
	return 24
}

func (w Weights) chunk() int { return 8 + chunkLen*w.size() }

// scale is how bytes stand for weights.
type scale struct{ min, step float32 }

func scaleOf(weights []float32) scale {
	if len(weights) == 0 {
		return scale{}
	}
	low, high := weights[0], weights[0]
	for _, x := range weights[1:] {
		low, high = min(low, x), max(high, x)
	}
	return scale{low, (high - low) / 255}
}

func (s scale) encode(x float32) byte {
	q := math.Round(float64((x - s.min) / s.step))
	if math.IsNaN(q) {
		return 0
	}
	return byte(min(max(q, 0), 255))
}

// decode reads len(out) weights.
func (w Weights) decode(out []float32, data []byte, s scale) {
	switch w {
	case Float32:
		for i := range out {
			out[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
	case Float16:
		for i := range out {
			out[i] = kernel.Half(binary.LittleEndian.Uint16(data[2*i:])).Float32()
		}
	case Uint8:
		for i := range out {
			out[i] = s.min + float32(float32(data[i])*s.step)
		}
	}
}

// append adds one weight.
func (w Weights) append(dst []byte, x float32, s scale) []byte {
	switch w {
	case Float16:
		return binary.LittleEndian.AppendUint16(dst, uint16(kernel.HalfOf(x)))
	case Uint8:
		return append(dst, s.encode(x))
	}
	return binary.LittleEndian.AppendUint32(dst, math.Float32bits(x))
}
