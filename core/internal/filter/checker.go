package filter

import (
	"cmp"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
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

// Indexed is a source that has payload indexes.
type Indexed interface {
	Source
	Fields() *field.Set
	// Points is how many points there are.
	Points() int
	// Vectors is how many of them have a vector of that name.
	Vectors(name string) int
}

// Checker is a compiled filter over one source. It is not safe for concurrent use.
type Checker struct {
	src    Source
	fields *field.Set // nil for a source without indexes
	plain  bool       // indexes say at most what a text is made of
	points int
	off    uint32
	root   scope
	filter *group
	est    field.Cardinality
	batch  []*indexed // clauses of must that are asked about many points at once
	rest   *group     // what else must hold, nil for nothing
	ids    []uint32
	pinned bool
}

// CompilePlain is Compile for answers from the payloads alone.
func CompilePlain(f *api.Filter, src Source) (*Checker, error) {
	return compile(f, src, &Checker{src: src, plain: true})
}

// Compile prepares f for the points of src. A nil filter lets every point pass.
func Compile(f *api.Filter, src Source) (*Checker, error) {
	return compile(f, src, &Checker{src: src})
}

func compile(f *api.Filter, src Source, c *Checker) (*Checker, error) {
	if in, ok := src.(Indexed); ok {
		c.fields, c.points = in.Fields(), in.Points()
	}
	if f == nil {
		c.est = field.Exactly(c.points)
		return c, nil
	}
	b := builder{checker: c, scope: &c.root}
	var err error
	if c.filter, err = b.group(f); err != nil {
		return nil, err
	}
	c.ids, c.pinned = c.filter.pins()
	c.est = c.filter.estimate()
	c.split()
	return c, nil
}

// split takes the clauses that an index answers for many points at once out of the filter.
func (c *Checker) split() {
	rest := *c.filter
	rest.must = nil
	for _, cl := range c.filter.must {
		if x, ok := cl.condition.(*indexed); ok && x.payload == nil {
			c.batch = append(c.batch, x)
		} else {
			rest.must = append(rest.must, cl)
		}
	}
	if !rest.empty() {
		c.rest = &rest
	}
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
	from := len(out)
	for _, x := range c.batch {
		out = x.Filter(ids, out[:from])
		ids = out[from:]
	}
	if c.rest == nil {
		if len(c.batch) == 0 {
			out = append(out, ids...)
		}
		return out
	}
	out = out[:from]
	for _, off := range ids {
		c.off = off
		c.root.loaded = false
		if c.rest.check() {
			out = append(out, off)
		}
	}
	return out
}

// IDs returns, in ascending order, the only points that can pass, when the filter names them by id. They
// have to be checked all the same.
func (c *Checker) IDs() ([]uint32, bool) { return c.ids, c.pinned }

// Estimate says how many points may pass, from what indexes and ids tell.
func (c *Checker) Estimate() field.Cardinality { return c.est }

// condition is one compiled part of a filter; it looks at the current point of its checker.
type condition interface {
	check() bool
	cost() int
	// estimate says how many points satisfy the condition. Those of a primary one can be listed.
	estimate() field.Cardinality
}

// What a condition costs, roughly: an id, a vector flag, a look into an index, a payload value, a date, an array of objects.
const (
	costConst  = 0
	costID     = 1
	costVector = 2
	costIndex  = 3
	costValue  = 10
	costParsed = 14
	costNested = 50
)

// clause is a condition with its estimate.
type clause struct {
	condition
	est field.Cardinality
}

// group is a compiled filter.
type group struct {
	must, mustNot, should, minShould []clause
	minCount                         uint64
	never                            bool // an empty list of alternatives inside a nested filter
	total                            int
}

func (g *group) empty() bool {
	return len(g.must)+len(g.mustNot)+len(g.should)+len(g.minShould) == 0 && g.minCount == 0 && !g.never
}

func (g *group) check() bool {
	if g.never {
		return false
	}
	for i := range g.must {
		if !g.must[i].check() {
			return false
		}
	}
	for i := range g.mustNot {
		if g.mustNot[i].check() {
			return false
		}
	}
	return (len(g.should) == 0 || atLeast(1, g.should)) && atLeast(g.minCount, g.minShould)
}

func atLeast(n uint64, clauses []clause) bool {
	if n > uint64(len(clauses)) {
		return false
	}
	for i := 0; n > 0 && n <= uint64(len(clauses)-i); i++ {
		if clauses[i].check() {
			n--
		}
	}
	return n == 0
}

func (g *group) cost() int {
	sum := 0
	for _, list := range [...][]clause{g.must, g.mustNot, g.should, g.minShould} {
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
		switch c := c.condition.(type) {
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

// order puts cheap clauses first, and of those that cost the same the one that most likely decides: few points where all have to hold, many
// where one is enough.
func order(list []clause, one bool) {
	slices.SortStableFunc(list, func(a, b clause) int {
		if c := a.cost() - b.cost(); c != 0 {
			return c
		}
		if one {
			a, b = b, a
		}
		return cmp.Compare(a.est.Exp, b.est.Exp)
	})
}
