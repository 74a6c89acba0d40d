package params

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Distance is how quantized vectors are compared.
type Distance uint8

// The distances.
const (
	Cosine Distance = iota
	Dot
	L1
	L2
)

var names = [...]string{"Cosine", "Dot", "L1", "L2"}

// String is the name in files.
func (d Distance) String() string { return names[d] }

// Inner reports whether the score is an inner product.
func (d Distance) Inner() bool { return d == Cosine || d == Dot }

// UnmarshalText reads a name.
func (d *Distance) UnmarshalText(b []byte) error {
	for i, n := range names {
		if n == string(b) {
			*d = Distance(i)
			return nil
		}
	}
	return fmt.Errorf("distance %q", b)
}

// Vector is the vector_parameters of a description.
type Vector struct {
	Dim      int      `json:"dim"`
	Distance Distance `json:"distance_type"`
	Invert   bool     `json:"invert"`
	Count    *uint64  `json:"count"`
}

// MaxDim bounds the elements of a vector.
const MaxDim = 1 << 20

// Check refuses parameters out of range; file names their source.
func (v *Vector) Check(file string) error {
	if v.Dim < 1 || v.Dim > MaxDim {
		return disk.Corruptf(file, 0, "dim is %d", v.Dim)
	}
	return nil
}

// AppendJSON appends the object.
func (v *Vector) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"dim":`...)
	dst = strconv.AppendInt(dst, int64(v.Dim), 10)
	dst = append(dst, `,"distance_type":"`...)
	dst = append(dst, v.Distance.String()...)
	dst = append(dst, `","invert":`...)
	dst = strconv.AppendBool(dst, v.Invert)
	if v.Count != nil {
		dst = append(dst, `,"count":`...)
		dst = strconv.AppendUint(dst, *v.Count, 10)
	}
	return append(dst, '}')
}

// Decode reads a description; anything that does not fit into it is corruption of file.
func Decode(file string, data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(into); err != nil {
		return disk.Corruptf(file, d.InputOffset(), "%v", err)
	}
	return nil
}

// Finite refuses numbers that are not in JSON.
func Finite(xs ...float32) bool {
	for _, x := range xs {
		if f := float64(x); math.IsNaN(f) || math.IsInf(f, 0) {
			return false
		}
	}
	return true
}

// AppendFloat appends a number; null when it is none.
func AppendFloat(dst []byte, f float32) []byte {
	if !Finite(f) {
		return append(dst, "null"...)
	}
	var buf [32]byte
	digits := strconv.AppendFloat(buf[:0], float64(f), 'e', -1, 32) // -d.ddde±xx
	if digits[0] == '-' {
		dst, digits = append(dst, '-'), digits[1:]
	}
	e := bytes.IndexByte(digits, 'e')
	exp, _ := strconv.Atoi(string(digits[e+1:]))
	mantissa := digits[:e]
	if len(mantissa) > 1 {
		mantissa = append(mantissa[:1], mantissa[2:]...)
	}
	return appendDecimal(dst, mantissa, exp+1)
}

// appendDecimal prints digits whose point stands after the first point ones.
func appendDecimal(dst, digits []byte, point int) []byte {
	n := len(digits)
	switch {
	case n <= point && point <= 13:
		dst = append(dst, digits...)
		for range point - n {
			dst = append(dst, '0')
		}
		return append(dst, ".0"...)
	case 0 < point && point <= 13:
		dst = append(dst, digits[:point]...)
		return append(append(dst, '.'), digits[point:]...)
	case -6 < point && point <= 0:
		dst = append(dst, "0."...)
		for range -point {
			dst = append(dst, '0')
		}
		return append(dst, digits...)
	}
	dst = append(dst, digits[0])
	if n > 1 {
		dst = append(append(dst, '.'), digits[1:]...)
	}
	dst = append(dst, 'e')
	if point > 0 {
		dst = append(dst, '+')
	}
	return strconv.AppendInt(dst, int64(point-1), 10)
}

// AppendFloats appends an array.
func AppendFloats(dst []byte, fs []float32) []byte {
	dst = append(dst, '[')
	for i, f := range fs {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendFloat(dst, f)
	}
	return append(dst, ']')
}

// Seq walks over vectors that a description is made from. The slice is valid until yield returns.
type Seq func(yield func(v []float32) bool)

// Round rounds to the nearest whole number, halves away from zero.
func Round(x float32) float32 { return float32(math.Round(float64(x))) }
