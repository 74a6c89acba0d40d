package shard

import (
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// Base is a state that a shard can stand on: shard directories whose segments are opened read only, and of whose files nothing is ever
// changed. The shard's own points hide those of the base that have their ids; what updates change of a base point is first copied up.
type Base struct {
	dirs [][]*segment.Segment // by directory
	cfg  *api.EdgeConfig

	count  sync.Once
	points uint64
}

// OpenBase opens the segments of shard directories, which hold different points.
func OpenBase(fsys disk.FS, dirs ...string) (_ *Base, err error) {
	b := &Base{}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Close())
		}
	}()
	for _, dir := range dirs {
		segs, err := openReadOnly(fsys, filepath.Join(dir, segmentsDir))
		b.dirs = append(b.dirs, segs)
		if err != nil {
			return nil, err
		}
	}
	if b.cfg, err = derived(b.segments()); err == nil && b.cfg == nil {
		err = api.Errorf(api.IncompleteSnapshot, "%s holds no segment", strings.Join(dirs, ", "))
	}
	return b, err
}

func openReadOnly(fsys disk.FS, dir string) (segs []*segment.Segment, err error) {
	entries, err := fsys.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("shard: %w", err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		err := disk.Guard(func() error {
			seg, err := segment.OpenReadOnly(fsys, filepath.Join(dir, e.Name()))
			if err == nil {
				segs = append(segs, seg)
			}
			return err
		})
		if err != nil {
			return segs, err
		}
	}
	return segs, nil
}

// VerifyBase opens the segments of a shard directory and reads what received tells to have come from outside.
func VerifyBase(fsys disk.FS, dir string, received func(id string) bool) error {
	_, err := verifySegments(fsys, filepath.Join(dir, segmentsDir), received)
	return err
}

func (b *Base) segments() (all []*segment.Segment) {
	for _, segs := range b.dirs {
		all = append(all, segs...)
	}
	return all
}

// Config is what the segments say of the configuration.
func (b *Base) Config() *api.EdgeConfig { return b.cfg }

// Fits compares the vectors of the base with those of a configuration. Vectors that one side lacks are no contradiction.
func (b *Base) Fits(cfg *api.EdgeConfig) error { return Fits(b.cfg, cfg) }

// Manifest describes the segments of one of the directories.
func (b *Base) Manifest(dir int) (snapshot.Manifest, error) {
	m := make(snapshot.Manifest)
	for _, seg := range b.dirs[dir] {
		sm, err := seg.Manifest()
		if err != nil {
			return nil, err
		}
		m[sm.SegmentID] = sm
	}
	return m, nil
}

// Points counts the points of the base.
func (b *Base) Points() uint64 {
	b.count.Do(func() {
		v := newView(b.segments())
		for i := range v.Parts {
			b.points += uint64(v.Parts[i].Seg.IDs().Live() - v.Parts[i].HiddenCopies())
		}
	})
	return b.points
}

// Schema lists the payload indexes of the base.
func (b *Base) Schema() ([]api.NamedPayloadIndex, error) { return payloadSchema(newView(b.segments())) }

// OwnSchema lists the payload indexes of the segments that updates write to.
func (s *Shard) OwnSchema() ([]api.NamedPayloadIndex, error) {
	v, err := s.Acquire()
	if err != nil {
		return nil, err
	}
	defer v.RUnlock()
	return payloadSchema(&View{Parts: v.own()})
}

// Close releases the segments. No view has them any more.
func (b *Base) Close() error {
	var errs []error
	for _, seg := range b.segments() {
		errs = append(errs, disk.Guard(seg.Close))
	}
	return errors.Join(errs...)
}

// over is the view on top of the parts of a base.
func (v *View) over(base []Part) *View {
	if len(base) == 0 {
		return v
	}
	return &View{Parts: append(append([]Part(nil), base...), v.Parts...), base: len(base)}
}

// conceal hides the copy of a point, if the part has one. The segment is locked for writing.
func (p *Part) conceal(id api.PointID) {
	if off, ok := p.Seg.IDs().Internal(id); ok {
		p.hide(off)
	}
}

// Change is what Rebase does to the shard's own points.
type Change struct {
	// Drop tells which of the shard's own points end, by the operation that wrote them last; nil for none.
	Drop func(id api.PointID, version uint64) bool
	// Hide are points of the base that nobody sees.
	Hide iter.Seq[api.PointID]
}

// Rebase puts the shard on another base, nil for none, and lets points end, in one step: a read sees all of it or nothing. It returns when the
// reads of the former base have ended; that base may then be closed.
func (s *Shard) Rebase(b *Base, c Change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(); err != nil {
		return err
	}
	old := s.view.Load()
	next, gone := old.rebased(b, c)
	s.view.Store(next)
	lockSoon(old)
	old.retired = true
	err := disk.Guard(func() error { return next.drop(gone, s.num.last) })
	old.unlock()
	return err
}

// rebased is the view on the new base, with the points that end hidden.
func (v *View) rebased(b *Base, c Change) (next *View, gone [][]api.PointID) {
	own := append([]Part(nil), v.own()...)
	gone = make([][]api.PointID, len(own))
	var base []Part
	if b != nil {
		base = newView(b.segments()).Parts
	}
	for i := range own {
		own[i].Hidden = append(bits.Set(nil), own[i].Hidden...)
		for id, off := range own[i].Seg.IDs().From(nil) {
			if c.Drop != nil && c.Drop(id, own[i].Seg.IDs().Version(off)) {
				own[i].hide(off)
				gone[i] = append(gone[i], id)
				continue
			}
			concealIn(base, id)
		}
	}
	if c.Hide != nil {
		for id := range c.Hide {
			concealIn(base, id)
		}
	}
	return (&View{Parts: own}).over(base), gone
}

func concealIn(base []Part, id api.PointID) {
	for i := range base {
		base[i].conceal(id)
	}
}

// drop deletes hidden points, which no read can see, from the shard's own segments, which are locked.
func (v *View) drop(gone [][]api.PointID, op uint64) error {
	own := v.own()
	for i := range own {
		for _, id := range gone[i] {
			if err := own[i].Seg.Delete(op, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// How long lockSoon lets reads pass before it makes them wait.
const (
	lockPatience = time.Second
	lockPause    = 100 * time.Microsecond
)

// lockSoon locks a view when no read holds it. A lock that is waited for would keep new reads out meanwhile.
func lockSoon(v *View) {
	for begun := time.Now(); time.Since(begun) < lockPatience; time.Sleep(lockPause) {
		if v.tryLock() {
			return
		}
	}
	v.lock()
}

func (v *View) tryLock() bool {
	for i := range v.Parts {
		if v.Parts[i].Seg.TryLock() {
			continue
		}
		for j := range i {
			v.Parts[j].Seg.Unlock()
		}
		return false
	}
	return true
}
