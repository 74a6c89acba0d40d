package kernel

import (
	"encoding/binary"
	"math/bits"
)

// CodeDot is Σ a·b of two vectors of bytes of equal length.
func CodeDot(a, b []uint8) int {
	check(len(a) == len(b))
	return codeDot(a, b)
}

func byteSquaresGo(a, b []uint8) int {
	sum := 0
	b = b[:len(a)]
	for i, x := range a {
		d := int(x) - int(b[i])
		sum += d * d
	}
	return sum
}

// ByteDistance is Σ |a-b| of two vectors of bytes of equal length.
func ByteDistance(a, b []uint8) int {
	check(len(a) == len(b))
	return byteDistance(a, b)
}

func codeDotGo(a, b []uint8) int {
	sum := 0
	b = b[:len(a)]
	for i, x := range a {
		sum += int(x) * int(b[i])
	}
	return sum
}

func byteDistanceGo(a, b []uint8) int {
	sum := 0
	b = b[:len(a)]
	for i, x := range a {
		d := int(x) - int(b[i])
		sum += max(d, -d)
	}
	return sum
}

// Differing counts the bits in which two vectors of equal length differ.
func Differing(a, b []byte) int {
	check(len(a) == len(b))
	n, i := 0, 0
	for ; i+8 <= len(a); i += 8 {
		n += bits.OnesCount64(binary.LittleEndian.Uint64(a[i:]) ^ binary.LittleEndian.Uint64(b[i:]))
	}
	for ; i < len(a); i++ {
		n += bits.OnesCount8(a[i] ^ b[i])
	}
	return n
}

// LookupSum adds table[256·j + codes[j]] over all codes, in four sums of every fourth one as the reference adds them.
func LookupSum(table []float32, codes []byte) float32 {
	check(len(table) >= 256*len(codes))
	var s [4]float32
	j := 0
	for ; j+4 <= len(codes); j += 4 {
		t, c := (*[1024]float32)(table[256*j:]), (*[4]byte)(codes[j:])
		s[0] += t[c[0]]
		s[1] += t[256+int(c[1])]
		s[2] += t[512+int(c[2])]
		s[3] += t[768+int(c[3])]
	}
	sum := (s[0] + s[2]) + (s[1] + s[3])
	for ; j < len(codes); j++ {
		sum += table[256*j+int(codes[j])]
	}
	return sum
}

// WordDot is Σ q·w over the little-endian words of row.
func WordDot(q []int16, row []byte) int {
	check(2*len(q) == len(row))
	sum := 0
	for i, x := range q {
		sum += int(x) * int(int16(binary.LittleEndian.Uint16(row[2*i:])))
	}
	return sum
}

// OctetDot is Σ q·b over the bytes of row.
func OctetDot(q []int16, row []byte) int {
	check(len(q) == len(row))
	return octetDot(q, row)
}

// NibbleDot is Σ q·table[c] over the codes of four bits of row, the low one of a byte first.
func NibbleDot(q []int16, row []byte, table []int16) int {
	check(len(q) == 2*len(row) && len(table) == 16)
	return nibbleDot(q, row, table)
}

// PairDot is Σ q·table[c] over the codes of two bits of row, the lowest one of a byte first.
func PairDot(q []int16, row []byte, table []int16) int {
	check(len(q) == 4*len(row) && len(table) == 4)
	return pairDot(q, row, table)
}

// BitDot adds up the q of the bits that are set in row.
func BitDot(q []int16, row []byte) int {
	check(len(q) == 8*len(row))
	return bitDot(q, row)
}

func bitDotGo(q []int16, row []byte) int {
	sum := 0
	for i, b := range row {
		for k, x := range (*[8]int16)(q[8*i:]) {
			sum += int(x) & -int(b>>k&1)
		}
	}
	return sum
}

func octetDotGo(q []int16, row []byte) int {
	sum := 0
	row = row[:len(q)]
	for i, x := range q {
		sum += int(x) * int(row[i])
	}
	return sum
}

func nibbleDotGo(q []int16, row []byte, table []int16) int {
	sum, t := 0, (*[16]int16)(table)
	for i, b := range row {
		two := (*[2]int16)(q[2*i:])
		sum += int(two[0])*int(t[b&15]) + int(two[1])*int(t[b>>4])
	}
	return sum
}

func pairDotGo(q []int16, row []byte, table []int16) int {
	sum, t := 0, (*[4]int16)(table)
	for i, b := range row {
		four := (*[4]int16)(q[4*i:])
		sum += int(four[0])*int(t[b&3]) + int(four[1])*int(t[b>>2&3]) + int(four[2])*int(t[b>>4&3]) + int(four[3])*int(t[b>>6])
	}
	return sum
}
