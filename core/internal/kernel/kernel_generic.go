//go:build purego || (!amd64 && !arm64)

package kernel

func pair(m Metric, a, b []float32) float32 { return pairGo(m, a, b) }

func refs(m Metric, q []float32, at []*float32, _ int, out []float32) { refsGo(m, q, at, out) }

func rows(m Metric, q, matrix, out []float32) { rowsGo(m, q, matrix, out) }

func sumSquares(v []float32) float32 { return dotGo(v, v) }

func byInverse(n int) bool { return n >= wideLen }
