package shard

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/plan"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// task builds one segment out of its sources and puts it in their place. Updates wait at its beginning, when the sources are sealed, and at its
// end, when what they dropped meanwhile is dropped from the new segment, which must be durable before it takes the place of the old ones.
type task struct {
	*optimizer
	by      plan.Optimizer
	name    string
	sources []*segment.Segment
	sealed  bool
	request *segment.BuildRequest
	made    *segment.Segment // open in temp_segments/
}

func (t *task) run(ctx context.Context) error {
	err := t.begin()
	if err == nil {
		err = t.build(ctx)
	}
	if err == nil {
		err = t.finish(ctx)
	}
	if err != nil {
		err = errors.Join(err, t.giveUp())
	}
	return err
}

// begin seals the sources. Updates write to another segment from now on.
func (t *task) begin() error {
	s := t.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := t.current(); err != nil {
		return err
	}
	if err := s.fs.MkdirAll(filepath.Join(s.path, tempDir)); err != nil {
		return fmt.Errorf("shard: %w", err)
	}
	if rest := s.without(t.sources); !takesPoints(rest) {
		spare, err := s.addSegment(append(rest, t.sources...))
		if err != nil {
			return fmt.Errorf("shard: %w", err)
		}
		t.spare = spare
	}
	for _, seg := range t.sources {
		seg.Seal()
	}
	t.sealed = true
	t.request = t.ask()
	return nil
}

// current makes sure that the task is still about the segments and the configuration of the shard. The caller holds mu.
func (t *task) current() error {
	if err := t.s.writable(); err != nil {
		return err
	}
	if t.cfg != t.s.cfg.Load() || t.s.lacks(t.sources...) {
		return errSuperseded
	}
	return nil
}

func (t *task) ask() *segment.BuildRequest {
	r := &segment.BuildRequest{FS: t.s.fs, Dir: filepath.Join(t.s.path, tempDir, t.name), Config: t.cfg, Settings: t.settings, CPUs: t.cpus, Threads: t.how.Threads}
	var stats []plan.Segment
	own := t.s.view.Load().own()
	for i := range own {
		for _, seg := range t.sources {
			if seg == own[i].Seg {
				r.Parts = append(r.Parts, segment.Part{Seg: seg, Hidden: append(own[i].Hidden[:0:0], own[i].Hidden...)})
				stats = append(stats, statistics(&own[i]))
			}
		}
	}
	r.Indexed = t.settings.Indexed(stats)
	if report := t.how.Progress; report != nil {
		var mu sync.Mutex
		r.Progress = func(p segment.Progress) {
			mu.Lock()
			defer mu.Unlock()
			report(Progress{By: t.by, Sources: len(t.sources), Progress: p})
		}
	}
	return r
}

// build makes the segment, opens it and lets it follow most of what was changed meanwhile, so that little is left for the end.
func (t *task) build(ctx context.Context) (err error) {
	if err := t.how.Build(ctx, t.request); err != nil {
		return err
	}
	if t.made, err = segment.Open(t.s.fs, t.request.Dir); err != nil {
		return err
	}
	changed, err := t.changes()
	if err != nil {
		return err
	}
	return t.follow(changed)
}

// changes of the sources since they were sealed, or since it was asked last.
type changes struct {
	dropped []api.PointID
	fields  map[string]json.RawMessage
	version uint64
}

func (t *task) changes() (*changes, error) {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	if err := t.current(); err != nil {
		return nil, err
	}
	return t.taken()
}

// taken is changes for one who holds mu.
func (t *task) taken() (c *changes, err error) {
	c = &changes{}
	for _, seg := range t.sources {
		c.dropped = append(c.dropped, seg.TakeDropped()...)
		c.version = max(c.version, seg.Version())
	}
	c.fields, err = segment.FieldsOf(t.sources...)
	return c, err
}

// follow does to the new segment what was done to its sources.
func (t *task) follow(c *changes) error {
	if err := t.followFields(c); err != nil {
		return err
	}
	for _, id := range c.dropped {
		if err := t.made.Delete(c.version, id); err != nil {
			return err
		}
	}
	if c.version > t.made.Version() {
		t.made.Reach(c.version)
	}
	return nil
}

func (t *task) followFields(c *changes) error {
	have, err := t.made.IndexedFields()
	if err != nil {
		return err
	}
	for key := range have {
		if _, wanted := c.fields[key]; !wanted {
			if err := t.made.ForgetIndex(key); err != nil {
				return err
			}
		}
	}
	for key, raw := range c.fields {
		if string(have[key]) == string(raw) {
			continue
		}
		if err := t.followField(c.version, key, raw, have[key] != nil); err != nil {
			return err
		}
	}
	return nil
}

func (t *task) followField(version uint64, key string, raw json.RawMessage, replace bool) error {
	schema, err := field.ParseSchema(raw)
	if err != nil {
		return err
	}
	if err := t.made.Flush(); err != nil {
		return err
	}
	if replace {
		if err := t.made.ForgetIndex(key); err != nil {
			return err
		}
	}
	built, err := t.made.PrepareIndex(key, schema)
	if err != nil {
		return err
	}
	return t.made.SetIndex(version, key, schema, built)
}

// finish switches. The flush before it makes durable where dropped points have moved to, and that they were dropped.
func (t *task) finish(ctx context.Context) error {
	s := t.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := t.current(); err != nil {
		return err
	}
	if err := s.flush(); err != nil {
		return err
	}
	rest, err := t.taken()
	if err == nil {
		err = t.follow(rest)
	}
	if err == nil {
		err = t.made.Flush()
	}
	if err = errors.Join(err, t.made.Close(), ctx.Err()); err != nil {
		return err
	}
	seg, err := t.install()
	if err != nil {
		return err
	}
	s.publish(append(s.without(t.sources), seg))
	t.done, t.made, t.sealed = true, nil, false
	t.built[t.name] = true
	t.known[seg] = true
	return s.remove(t.sources)
}

// giveUp puts the sources back into service.
func (t *task) giveUp() (err error) {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	if t.sealed {
		for _, seg := range t.sources {
			seg.Unseal()
		}
	}
	if t.made != nil {
		err = t.made.Close()
	}
	return err
}

// lacks reports whether a segment is not one that updates write to.
func (s *Shard) lacks(segs ...*segment.Segment) bool {
	return len(s.without(segs)) != len(s.view.Load().own())-len(segs)
}

func takesPoints(segs []*segment.Segment) bool {
	for _, seg := range segs {
		if seg.TakesPoints() {
			return true
		}
	}
	return false
}
