package geo

import "slices"

// tally counts values and points by cell.
type tally struct {
	order order
	twice map[cell]int // by how many the values of a cell are more than its points
	cells []cell
}

// add and drop count the values of a slot.

func (t *tally) add(off uint32, values []Point) {
	for _, v := range values {
		t.order.insert(entry{cellOf(v), off})
	}
	t.again(values, 1)
}

func (t *tally) drop(off uint32, values []Point) {
	for _, v := range values {
		t.order.remove(entry{cellOf(v), off})
	}
	t.again(values, -1)
}

// again notes the cells in which a point has several values.
func (t *tally) again(values []Point, by int) {
	if len(values) < 2 {
		return
	}
	t.cells = t.cells[:0]
	for _, v := range values {
		t.cells = append(t.cells, cellOf(v))
	}
	slices.Sort(t.cells)
	if t.twice == nil {
		t.twice = map[cell]int{}
	}
	for i, c := range t.cells[1:] {
		for n := range shared(t.cells[i], c) + 1 {
			p := c.prefix(n)
			if t.twice[p] += by; t.twice[p] == 0 {
				delete(t.twice, p)
			}
		}
	}
}

// fill counts all at once: entries need not be in order, again is yet to be called.
func (t *tally) fill(entries []entry) {
	slices.SortFunc(entries, entry.compare)
	t.order.fill(entries)
}

// count returns how many points and values a cell has.
func (t *tally) count(c cell) (points, values int) {
	values = t.order.count(c.first(), c.last())
	return values - t.twice[c], values
}

// within counts the values of a range of cells.
func (t *tally) within(first, last cell) int { return t.order.count(first, last) }
