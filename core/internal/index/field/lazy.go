package field

import "github.com/qdrant-edge-go/edge/core/internal/bits"

// lazy answers point by point until that has cost about as much as to list all points of the condition; from then on it looks them up in a
// set. It is for one goroutine.
type lazy struct {
	Condition
	left int // checks until the points are listed
	all  bits.Set
}

// What it costs to check a point, in points that are listed.
const checkCost = 8

func newLazy(c Condition) Condition {
	est := c.Estimate()
	if _, done := c.(*flagged); done || !est.Primary {
		return c
	}
	return &lazy{Condition: c, left: 64 + est.Exp/checkCost}
}

// spend takes n checks from what is left and reports whether the set is there.
func (l *lazy) spend(n int) bool {
	if l.left < 0 {
		return true
	}
	if l.left -= n; l.left >= 0 {
		return false
	}
	l.left = -1
	ids := l.AppendCandidates(make([]uint32, 0, l.Estimate().Max))
	top := uint32(0)
	for _, off := range ids {
		top = max(top, off)
	}
	l.all = bits.New(int(top) + 1)
	for _, off := range ids {
		l.all.Put(off, true)
	}
	return true
}

// Check is part of Condition.
func (l *lazy) Check(off uint32) bool {
	if l.spend(1) {
		return l.all.Get(off)
	}
	return l.Condition.Check(off)
}

// Filter is part of Condition.
func (l *lazy) Filter(ids, out []uint32) []uint32 {
	if !l.spend(len(ids)) {
		return l.Condition.Filter(ids, out)
	}
	for _, off := range ids {
		if l.all.Get(off) {
			out = append(out, off)
		}
	}
	return out
}
