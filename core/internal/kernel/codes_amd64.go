//go:build amd64 && !purego

package kernel

import "unsafe"

const (
	byteBlock  = 16
	byteMost   = 1 << 17 // sums of byteDot stay within 32 bits per lane
	lineBlock  = 32
	codeMost   = 1 << 13 // the same for words
	halfBlock  = 8
	flagPlaces = 16
)

// sumBlocks adds up whole blocks by assembly, at most most elements at a time, and leaves the rest.
func sumBlocks(a, b []uint8, block int, run func(a, b *uint8, n int) int64) (sum, done int) {
	whole := len(a) / block * block
	for done < whole {
		n := min(whole-done, byteMost)
		sum += int(run(&a[done], &b[done], n))
		done += n
	}
	return sum, done
}

func codeDot(a, b []uint8) int {
	if !hasWide {
		return codeDotGo(a, b)
	}
	sum, done := sumBlocks(a, b, byteBlock, dotBytes)
	return sum + codeDotGo(a[done:], b[done:])
}

func byteSquares(a, b []uint8) int {
	if !hasWide {
		return byteSquaresGo(a, b)
	}
	sum, done := sumBlocks(a, b, byteBlock, squareBytes)
	return sum + byteSquaresGo(a[done:], b[done:])
}

func byteDistance(a, b []uint8) int {
	if !hasWide {
		return byteDistanceGo(a, b)
	}
	sum, done := sumBlocks(a, b, lineBlock, distanceBytes)
	return sum + byteDistanceGo(a[done:], b[done:])
}

func octetDot(q []int16, row []byte) (sum int) {
	if !hasWide {
		return octetDotGo(q, row)
	}
	for len(row) >= byteBlock {
		n := min(len(row)/byteBlock*byteBlock, codeMost)
		sum += int(octets(&q[0], &row[0], n))
		q, row = q[n:], row[n:]
	}
	return sum + octetDotGo(q, row)
}

func nibbleDot(q []int16, row []byte, table []int16) (sum int) {
	if !hasWide {
		return nibbleDotGo(q, row, table)
	}
	var small [16]int8
	for i := range small {
		small[i] = int8(table[i])
	}
	for len(row) >= byteBlock {
		n := min(len(row)/byteBlock*byteBlock, codeMost/2)
		sum += int(nibbles(&q[0], &row[0], &small, n))
		q, row = q[2*n:], row[n:]
	}
	return sum + nibbleDotGo(q, row, table)
}

func pairDot(q []int16, row []byte, table []int16) (sum int) {
	const block = 8
	if !hasWide {
		return pairDotGo(q, row, table)
	}
	var both [32]int8
	for i := range 16 {
		both[i], both[16+i] = int8(table[i&3]), int8(table[i>>2])
	}
	for len(row) >= block {
		n := min(len(row)/block*block, codeMost/4)
		sum += int(pairs(&q[0], &row[0], &both, n))
		q, row = q[4*n:], row[n:]
	}
	return sum + pairDotGo(q, row, table)
}

var places = [flagPlaces]uint16{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768}

func bitDot(q []int16, row []byte) (sum int) {
	const block = 2
	if !hasWide {
		return bitDotGo(q, row)
	}
	for len(row) >= block {
		n := min(len(row)/block*block, codeMost/8)
		sum += int(flags(&q[0], &row[0], &places, n))
		q, row = q[8*n:], row[n:]
	}
	return sum + bitDotGo(q, row)
}

// widenBlocks widens whole blocks and returns how many halves that were.
func widenBlocks(dst []float32, src []Half) int {
	n := len(src) / halfBlock * halfBlock
	if !hasWide || n == 0 {
		return 0
	}
	widenHalves(&dst[0], (*uint16)(unsafe.Pointer(&src[0])), n)
	return n
}

func addColumn(m Metric, sums, column *[Columns]float32, x float32) {
	switch {
	case !hasWide:
		addColumnGo(m, sums, column, x)
	case m == MetricEuclid:
		addSquares(&sums[0], &column[0], x)
	case m == MetricManhattan:
		addDistances(&sums[0], &column[0], x)
	default:
		addProducts(&sums[0], &column[0], x)
	}
}
