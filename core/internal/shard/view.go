package shard

import (
	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// Part is one segment of a view.
type Part struct {
	Seg    *segment.Segment
	Hidden bits.Set // slots whose point has a newer copy in another segment, or was deleted above it; nil for none
}

// View is what a read sees. It does not change after it was published; the contents of its segments change under their locks.
type View struct {
	Parts   []Part
	base    int  // so many parts at the front are of the base that the shard stands on, see Base
	retired bool // under all locks: another view has taken over
}

// own are the parts that updates write to.
func (v *View) own() []Part { return v.Parts[v.base:] }

// newView masks all but the newest copy of each point. Of copies with equal versions the one in the appendable segment stays, else the first.
func newView(segs []*segment.Segment) *View {
	v := &View{Parts: make([]Part, len(segs))}
	for i, s := range segs {
		v.Parts[i].Seg = s
	}
	for i := range v.Parts {
		for j := i + 1; j < len(v.Parts); j++ {
			v.hideCopies(&v.Parts[i], &v.Parts[j])
		}
	}
	return v
}

func (v *View) hideCopies(a, b *Part) {
	small, large := a, b
	if small.Seg.IDs().Live() > large.Seg.IDs().Live() {
		small, large = large, small
	}
	for id, off := range small.Seg.IDs().From(nil) {
		other, ok := large.Seg.IDs().Internal(id)
		if !ok {
			continue
		}
		if newer(large, other, small, off, large == b) {
			small.hide(off)
		} else {
			large.hide(other)
		}
	}
}

// newer reports whether the copy in p wins over the copy in q.
func newer(p *Part, pOff uint32, q *Part, qOff uint32, pIsLater bool) bool {
	pv, qv := p.Seg.IDs().Version(pOff), q.Seg.IDs().Version(qOff)
	switch {
	case pv != qv:
		return pv > qv
	case p.Seg.Appendable() != q.Seg.Appendable():
		return p.Seg.Appendable()
	}
	return !pIsLater
}

func (p *Part) hide(off uint32) {
	p.Hidden = p.Hidden.Grow(p.Seg.IDs().Total())
	p.Hidden.Put(off, true)
}

// show lets reads see a slot again that an older copy of the point had: a point that moves takes it. The segment is locked for writing.
func (p *Part) show(id api.PointID) {
	if off, ok := p.Seg.IDs().Internal(id); ok && p.Hidden.Get(off) {
		p.Hidden.Put(off, false)
	}
}

// Visible reports whether a slot of the part is what reads see of its point.
func (p *Part) Visible(off uint32) bool {
	return !p.Hidden.Get(off) && !p.Seg.IDs().IsDeleted(off)
}

// HiddenCopies counts the slots that hold older copies of points.
func (p *Part) HiddenCopies() (n int) {
	for off := p.Hidden.NextSet(0); off >= 0; off = p.Hidden.NextSet(off + 1) {
		if !p.Seg.IDs().IsDeleted(uint32(off)) {
			n++
		}
	}
	return n
}

// Find returns where the newest copy of a point is.
func (v *View) Find(id api.PointID) (part int, off uint32, ok bool) {
	for i := range v.Parts {
		if o, found := v.Parts[i].Seg.IDs().Internal(id); found && !v.Parts[i].Hidden.Get(o) {
			return i, o, true
		}
	}
	return 0, 0, false
}

// RUnlock ends a read that Acquire began.
func (v *View) RUnlock() {
	for i := range v.Parts {
		v.Parts[i].Seg.RUnlock()
	}
}

func (v *View) rlock() {
	for i := range v.Parts {
		v.Parts[i].Seg.RLock()
	}
}

func (v *View) lock() {
	for i := range v.Parts {
		v.Parts[i].Seg.Lock()
	}
}

func (v *View) unlock() {
	for i := range v.Parts {
		v.Parts[i].Seg.Unlock()
	}
}
