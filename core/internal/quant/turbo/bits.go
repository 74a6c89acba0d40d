package turbo

import "fmt"

// Bits is the size of an element in a row.
type Bits uint8

// The sizes.
const (
	Bits1 Bits = iota
	Bits1And5
	Bits2
	Bits4
	Bits8
	Bits16
)

var bitNames = []string{"bits1", "bits1_5", "bits2", "bits4", "bits8", "bits16"}

// String is the name in files.
func (b Bits) String() string { return bitNames[b] }

// UnmarshalText reads a name.
func (b *Bits) UnmarshalText(text []byte) error {
	for i, n := range bitNames {
		if n == string(text) {
			*b = Bits(i)
			return nil
		}
	}
	return fmt.Errorf("bits %q", text)
}

// width is the number of bits of a code.
func (b Bits) width() int { return [...]int{1, 1, 2, 4, 8, 16}[b] }

// padded is the number of codes of a row.
func (b Bits) padded(dim int) int {
	up := func(n, of int) int { return (n + of - 1) / of * of }
	switch b {
	case Bits1:
		return up(dim, 8)
	case Bits1And5:
		return up(dim*3/2, 8)
	case Bits2:
		return up(dim, 4)
	case Bits4:
		return up(dim, 2)
	}
	return dim
}

// grid is the largest level of those that are whole numbers.
func (b Bits) grid() (most float64, ok bool) {
	switch b {
	case Bits8:
		return 127, true
	case Bits16:
		return 32767, true
	}
	return 0, false
}

// plus reports whether elements are shifted and scaled before they get their codes.
func (b Bits) plus() bool { return b <= Bits4 }

// sample is from how many vectors shift and scale are estimated.
func (b Bits) sample() int {
	switch b {
	case Bits1, Bits1And5:
		return 2048
	case Bits2:
		return 4096
	}
	return 8192
}

var (
	levels1 = []float32{-0.7978846, 0.7978846}
	levels2 = []float32{-1.510, -0.4528, 0.4528, 1.510}
	levels4 = []float32{-2.733, -2.069, -1.618, -1.256, -0.9424, -0.6568, -0.3881, -0.1284,
		0.1284, 0.3881, 0.6568, 0.9424, 1.256, 1.618, 2.069, 2.733}
)

func (b Bits) levels() []float32 {
	switch b {
	case Bits1, Bits1And5:
		return levels1
	case Bits2:
		return levels2
	case Bits4:
		return levels4
	}
	return nil
}

// whole are the levels as whole numbers, times scale.
func (b Bits) whole() (values []int16, scale float32) {
	switch b {
	case Bits1, Bits1And5:
		return []int16{-64, 64}, 64 / levels1[1]
	case Bits2:
		return []int16{-128, -38, 38, 127}, 128 / levels2[3]
	case Bits4:
		return []int16{-128, -97, -76, -59, -44, -31, -18, -6, 6, 18, 31, 44, 59, 76, 97, 127}, 128 / levels4[15]
	}
	return nil, 1
}

// bounds are the middles between levels.
func bounds(levels []float32) []float32 {
	var out []float32
	for i := 1; i < len(levels); i++ {
		out = append(out, (levels[i-1]+levels[i])/2)
	}
	return out
}
