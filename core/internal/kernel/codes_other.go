//go:build purego || !amd64

package kernel

func codeDot(a, b []uint8) int { return codeDotGo(a, b) }

func byteSquares(a, b []uint8) int { return byteSquaresGo(a, b) }

func byteDistance(a, b []uint8) int { return byteDistanceGo(a, b) }

func octetDot(q []int16, row []byte) int { return octetDotGo(q, row) }

func nibbleDot(q []int16, row []byte, table []int16) int { return nibbleDotGo(q, row, table) }

func pairDot(q []int16, row []byte, table []int16) int { return pairDotGo(q, row, table) }

func bitDot(q []int16, row []byte) int { return bitDotGo(q, row) }

func widenBlocks([]float32, []Half) int { return 0 }

func addColumn(m Metric, sums, column *[Columns]float32, x float32) { addColumnGo(m, sums, column, x) }
