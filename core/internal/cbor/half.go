package cbor

import "math"

// toHalf returns the f16 with exactly the value of f, if there is one.
func toHalf(f float32) (uint16, bool) {
	if f != f {
		return 0x7e00, true
	}
	bits := math.Float32bits(f)
	sign := uint16(bits >> 16 & 0x8000)
	exp := int(bits>>23&0xff) - 127
	man := bits & 0x7fffff
	switch {
	case exp == 128:
		return sign | 0x7c00, true
	case bits<<1 == 0:
		return sign, true
	case exp > 15 || exp < -24:
		return 0, false
	case exp >= -14:
		return sign | uint16(exp+15)<<10 | uint16(man>>13), man&0x1fff == 0
	}
	man |= 0x800000
	shift := uint(-exp - 1) // 24-bit significand down to units of 2^-24
	return sign | uint16(man>>shift), man&(1<<shift-1) == 0
}

// fromHalf widens an f16.
func fromHalf(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exp := uint32(h >> 10 & 0x1f)
	man := uint32(h & 0x3ff)
	switch {
	case exp == 0x1f:
		return math.Float32frombits(sign | 0x7f800000 | man<<13)
	case exp != 0:
		return math.Float32frombits(sign | (exp+112)<<23 | man<<13)
	}
	v := float32(man) * (1.0 / (1 << 24))
	if sign != 0 {
		return -v
	}
	return v
}
