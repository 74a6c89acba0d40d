package filter

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Source gives a checker what it needs to know of the points of one segment.
type Source interface {
	// Payload returns the raw JSON object of a point, empty when it has none. The bytes are read before
	// the next call.
	Payload(off uint32) []byte
	Internal(id api.PointID) (uint32, bool)
	External(off uint32) (api.PointID, bool)
	// HasVector reports whether the point has a vector of that name.
	HasVector(name string, off uint32) bool
}

// Checker is a compiled filter over one source. It is not safe for concurrent use.
type Checker struct {
	src    Source
	off    uint32
	root   scope
	filter *group
	ids    []uint32
	pinned bool
}

// Compile prepares f for the points of src. A nil filter lets every point pass.
func Compile(f *api.Filter, src Source) (*Checker, error) {
	c := &Checker{src: src}
	if f == nil {
		return c, nil
	}
	b := builder{checker: c, scope: &c.root}
	var err error
	if c.filter, err = b.group(f); err != nil {
		return nil, err
	}
	c.ids, c.pinned = c.filter.pins()
	return c, nil
}

// CheckOne reports whether one point passes.
func (c *Checker) CheckOne(off uint32) bool {
	if c.filter == nil {
		return true
	}
	c.off = off
	c.root.loaded = false
	return c.filter.check()
}

// Check appends the points of ids that pass to out, in their order. Check(ids, ids[:0]) filters in place.
func (c *Checker) Check(ids, out []uint32) []uint32 {
	for _, off := range ids {
		if c.CheckOne(off) {
			out = append(out, off)
		}
	}
	return out
}

// IDs returns, in ascending order, the only points that can pass, when the filter names them by id. They
// have to be checked all the same.
func (c *Checker) IDs() ([]uint32, bool) { return c.ids, c.pinned }

// condition is one compiled part of a filter; it looks at the current point of its checker.
type condition interface {
	check() bool
	cost() int
}

// What a condition costs, roughly: an id, a vector flag, a payload value, a date, an array of objects.
const (
	costConst  = 0
	costID     = 1
	costVector = 2
	costValue  = 10
	costParsed = 14
	costNested = 50
)

// group is a compiled filter.
type group struct {
	must, mustNot, should, minShould []condition
	minCount                         uint64
	never                            bool // an empty list of alternatives inside a nested filter
}

func (g *group) check() bool {
	if g.never {
		return false
	}
	for _, c := range g.must {
		if !c.check() {
			return false
		}
	}
	for _, c := range g.mustNot {
		if c.check() {
			return false
		}
	}
	return (len(g.should) == 0 || atLeast(1, g.should)) && atLeast(g.minCount, g.minShould)
}

func atLeast(n uint64, conditions []condition) bool {
	if n > uint64(len(conditions)) {
		return false
	}
	for i := 0; n > 0 && n <= uint64(len(conditions)-i); i++ {
		if conditions[i].check() {
			n--
		}
	}
	return n == 0
}

func (g *group) cost() int {
	sum := 0
	for _, list := range [...][]condition{g.must, g.mustNot, g.should, g.minShould} {
		for _, c := range list {
			sum += c.cost()
		}
	}
	return sum
}

// pins finds the smallest list of ids that a point has to be in.
func (g *group) pins() (ids []uint32, ok bool) {
	for _, c := range g.must {
		var list []uint32
		found := true
		switch c := c.(type) {
		case *hasID:
			list = c.offsets
		case *group:
			list, found = c.pins()
		default:
			found = false
		}
		if found && (!ok || len(list) < len(ids)) {
			ids, ok = list, true
		}
	}
	return ids, ok
}

func sortByCost(list []condition) {
	slices.SortStableFunc(list, func(a, b condition) int { return a.cost() - b.cost() })
}
