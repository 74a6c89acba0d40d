package vectors

import (
	"unsafe"

	"github.com/qdrant-edge-go/edge/core/internal/kernel"
)

// Element is the type of the elements of stored vectors.
type Element interface {
	float32 | kernel.Half | uint8
}

func elemBytes[T Element]() int {
	var x T
	return int(unsafe.Sizeof(x))
}

// elements views bytes as elements. The bytes come from maps and start at a
// multiple of 4.
func elements[T Element](b []byte) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/elemBytes[T]())
}

// raw views elements as bytes.
func raw[T Element](v []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*elemBytes[T]())
}

// widen appends elements as float32 numbers.
func widen[T Element](dst []float32, row []T) []float32 {
	n := len(dst)
	switch row := any(row).(type) {
	case []float32:
		return append(dst, row...)
	case []kernel.Half:
		dst = append(dst, make([]float32, len(row))...)
		kernel.WidenHalves(dst[n:], row)
	case []uint8:
		dst = append(dst, make([]float32, len(row))...)
		kernel.WidenBytes(dst[n:], row)
	}
	return dst
}

// narrow turns numbers into elements; float32 numbers stay where they are.
func narrow[T Element](v []float32) []T {
	var out any = v
	switch any((*T)(nil)).(type) {
	case *kernel.Half:
		row := make([]kernel.Half, len(v))
		kernel.RoundHalves(row, v)
		out = row
	case *uint8:
		row := make([]uint8, len(v))
		kernel.CutBytes(row, v)
		out = row
	}
	return out.([]T)
}

// ones is a vector of which each element is 1.
func ones[T Element](dim int) []T {
	row := make([]float32, dim)
	for i := range row {
		row[i] = 1
	}
	return narrow[T](row)
}
