package kernel

import "math"

// Half is an IEEE 754 float of 16 bits.
type Half uint16

// HalfOf rounds to the nearest half, ties to even. Values beyond the range become infinite, small ones subnormal.
func HalfOf(f float32) Half {
	b := math.Float32bits(f)
	sign := Half(b >> 16 & 0x8000)
	b &^= 1 << 31
	switch {
	case b > 0x7f800000: // not a number: quiet, upper bits of the payload
		return sign | 0x7e00 | Half(b>>13&0x1ff)
	case b >= 0x477ff000: // 65520 and more round to infinity
		return sign | 0x7c00
	case b >= 0x38800000: // normal; the carry of the rounding may reach the exponent
		b += 0xc8000fff + b>>13&1
		return sign | Half(b>>13)
	}
	// Subnormal: adding 0.5 makes the processor round to units of 2^-24.
	return sign | Half(math.Float32bits(math.Float32frombits(b)+0.5)-0x3f000000)
}

// Float32 widens, exactly.
func (h Half) Float32() float32 {
	sign := uint32(h&0x8000) << 16
	exp, man := uint32(h>>10&0x1f), uint32(h&0x3ff)
	switch exp {
	case 0x1f:
		if man != 0 {
			man |= 0x200 // quiet, as processors do
		}
		return math.Float32frombits(sign | 0x7f800000 | man<<13)
	case 0:
		return math.Float32frombits(math.Float32bits(float32(man)*(1.0/(1<<24))) | sign)
	}
	return math.Float32frombits(sign | (exp+112)<<23 | man<<13)
}

// WidenHalves writes src to dst, which must not be shorter.
func WidenHalves(dst []float32, src []Half) {
	dst = dst[:len(src)]
	done := widenBlocks(dst, src)
	dst, src = dst[done:], src[done:]
	for i, h := range src {
		// The exponent is moved by multiplying; only infinities and NaN need more.
		f := math.Float32frombits(uint32(h&0x7fff)<<13) * (1 << 112)
		if h&0x7c00 == 0x7c00 {
			f = (h & 0x7fff).Float32()
		}
		dst[i] = math.Float32frombits(math.Float32bits(f) | uint32(h&0x8000)<<16)
	}
}

// RoundHalves writes src, rounded, to dst, which must not be shorter.
func RoundHalves(dst []Half, src []float32) {
	dst = dst[:len(src)]
	for i, f := range src {
		dst[i] = HalfOf(f)
	}
}

// ByteOf cuts off fractions and keeps to the range; NaN becomes 0.
func ByteOf(f float32) uint8 {
	switch {
	case f >= 255:
		return 255
	case f > 0:
		return uint8(f)
	}
	return 0
}

// WidenBytes writes src to dst, which must not be shorter.
func WidenBytes(dst []float32, src []uint8) {
	dst = dst[:len(src)]
	for i, b := range src {
		dst[i] = float32(b)
	}
}

// CutBytes writes src by [ByteOf] to dst, which must not be shorter.
func CutBytes(dst []uint8, src []float32) {
	dst = dst[:len(src)]
	for i, f := range src {
		dst[i] = ByteOf(f)
	}
}
