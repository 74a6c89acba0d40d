package build

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// stretch is how many points are read at a time, before the context is asked and updates get at the sources.
const stretch = 64

// Segment builds. An error leaves a directory of no use.
func Segment(ctx context.Context, r *segment.BuildRequest) error {
	b := &builder{BuildRequest: r, to: segment.Layout(r.Dir)}
	fields, err := b.collect()
	if err != nil {
		return err
	}
	how := b.appendable
	if r.Indexed {
		how = b.optimized
	}
	if err := how(ctx, fields); err != nil {
		return err
	}
	if err := syncTree(r.FS, r.Dir); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	if err := b.to.Finish(r.FS); err != nil {
		return err
	}
	return ctx.Err()
}

// row is where a point comes from; its place in the list is its new slot.
type row struct {
	id      api.PointID
	version uint64
	part    int
	off     uint32
}

type builder struct {
	*segment.BuildRequest
	to      segment.Layout
	rows    []row
	version *uint64
}

// collect lists what is visible of the sources in the order of the ids, and their payload indexes.
func (b *builder) collect() (fields map[string]json.RawMessage, err error) {
	if err := b.rlock(); err != nil {
		return nil, err
	}
	defer b.runlock()
	for i := range b.Parts {
		p := &b.Parts[i]
		for id, off := range p.Seg.IDs().From(nil) {
			if !p.Hidden.Get(off) {
				b.rows = append(b.rows, row{id, p.Seg.IDs().Version(off), i, off})
			}
		}
		if p.Seg.HasVersion() && (b.version == nil || p.Seg.Version() > *b.version) {
			v := p.Seg.Version()
			b.version = &v
		}
	}
	slices.SortFunc(b.rows, func(x, y row) int {
		if c := x.id.Compare(y.id); c != 0 {
			return c
		}
		// Two visible copies are one and the same state; the view says so too.
		return cmp.Compare(x.part, y.part)
	})
	b.rows = slices.CompactFunc(b.rows, func(x, y row) bool { return x.id == y.id })
	return segment.FieldsOf(b.sources()...)
}

// rlock locks the sources for reading, in the order in which views do.
func (b *builder) rlock() error {
	for i := range b.Parts {
		b.Parts[i].Seg.RLock()
	}
	for i := range b.Parts {
		if b.Parts[i].Seg.Closed() {
			b.runlock()
			return api.Errorf(api.Closed, "a segment was closed while another was built from it")
		}
	}
	return nil
}

func (b *builder) runlock() {
	for i := range b.Parts {
		b.Parts[i].Seg.RUnlock()
	}
}

func (b *builder) sources() (segs []*segment.Segment) {
	for i := range b.Parts {
		segs = append(segs, b.Parts[i].Seg)
	}
	return segs
}

// each calls fn for the points in their new order. Between stretches of them updates get at the sources.
func (b *builder) each(ctx context.Context, at segment.Progress, fn func(slot int, seg *segment.Segment, r row) error) error {
	for from := 0; from < len(b.rows); from += stretch {
		if err := ctx.Err(); err != nil {
			return err
		}
		b.report(at, from)
		if err := b.some(from, min(from+stretch, len(b.rows)), fn); err != nil {
			return err
		}
	}
	b.report(at, len(b.rows))
	return nil
}

func (b *builder) some(from, to int, fn func(slot int, seg *segment.Segment, r row) error) error {
	if err := b.rlock(); err != nil {
		return err
	}
	defer b.runlock()
	for i := from; i < to; i++ {
		if err := fn(i, b.Parts[b.rows[i].part].Seg, b.rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) report(at segment.Progress, done int) {
	if b.Progress != nil {
		at.Done, at.Total = done, len(b.rows)
		b.Progress(at)
	}
}

// appendable inserts the points into a new segment.
func (b *builder) appendable(ctx context.Context, fields map[string]json.RawMessage) error {
	s, err := segment.CreateIndexed(b.FS, b.Dir, b.Config, fields)
	if err != nil {
		return err
	}
	err = b.each(ctx, segment.Progress{Stage: segment.StagePayload}, func(_ int, from *segment.Segment, r row) error {
		p, err := from.Copy(r.off)
		if err != nil {
			return err
		}
		return s.Insert(r.version, r.id, p)
	})
	if err == nil {
		if b.version != nil {
			s.Built(*b.version)
		}
		err = s.Flush()
	}
	return errors.Join(err, s.Close())
}

// syncTree makes a directory and all in it durable, whoever wrote it.
func syncTree(fs disk.FS, dir string) error {
	entries, err := fs.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if e.IsDir() {
			err = syncTree(fs, name)
		} else {
			err = syncFile(fs, name)
		}
		if err != nil {
			return err
		}
	}
	return fs.SyncDir(dir)
}

func syncFile(fs disk.FS, name string) error {
	f, err := fs.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
