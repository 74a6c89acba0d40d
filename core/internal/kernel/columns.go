package kernel

// Columns is the width of a table of columns.
const Columns = 256

// AddColumn adds to each of 256 sums how x and the number of the column compare: the product, the square of the difference, or its size. Both are
// rounded before they are added.
func AddColumn(m Metric, sums, column *[Columns]float32, x float32) { addColumn(m, sums, column, x) }

func addColumnGo(m Metric, sums, column *[Columns]float32, x float32) {
	switch m {
	case MetricEuclid:
		for i, c := range column {
			sums[i] += square(x, c)
		}
	case MetricManhattan:
		for i, c := range column {
			sums[i] += delta(x, c)
		}
	default:
		for i, c := range column {
			sums[i] += mul(x, c)
		}
	}
}
