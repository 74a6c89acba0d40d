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

// checkEvery is after how many points the context is asked.
const checkEvery = 256

// Segment builds. An error leaves a directory of no use.
func Segment(ctx context.Context, r *segment.BuildRequest) error {
	b := &builder{BuildRequest: r, to: segment.Layout(r.Dir)}
	b.collect()
	fields, err := segment.FieldsOf(b.sources()...)
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
	id   api.PointID
	part int
	off  uint32
}

type builder struct {
	*segment.BuildRequest
	to      segment.Layout
	rows    []row
	version *uint64
}

// collect lists what is visible of the sources in the order of the ids.
func (b *builder) collect() {
	for i := range b.Parts {
		p := &b.Parts[i]
		for id, off := range p.Seg.IDs().From(nil) {
			if !p.Hidden.Get(off) {
				b.rows = append(b.rows, row{id, i, off})
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
}

func (b *builder) sources() (segs []*segment.Segment) {
	for i := range b.Parts {
		segs = append(segs, b.Parts[i].Seg)
	}
	return segs
}

// each calls fn for the points in their new order.
func (b *builder) each(ctx context.Context, fn func(slot int, seg *segment.Segment, r row) error) error {
	for i, r := range b.rows {
		if i%checkEvery == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if err := fn(i, b.Parts[r.part].Seg, r); err != nil {
			return err
		}
	}
	return nil
}

// appendable inserts the points into a new segment.
func (b *builder) appendable(ctx context.Context, fields map[string]json.RawMessage) error {
	s, err := segment.CreateIndexed(b.FS, b.Dir, b.Config, fields)
	if err != nil {
		return err
	}
	err = b.each(ctx, func(_ int, from *segment.Segment, r row) error {
		p, err := from.Copy(r.off)
		if err != nil {
			return err
		}
		return s.Insert(from.IDs().Version(r.off), r.id, p)
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
