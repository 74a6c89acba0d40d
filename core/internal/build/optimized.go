package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/store/idmap"
	"github.com/qdrant-edge-go/edge/core/internal/store/payload"
)

// optimized writes the parts one after the other.
func (b *builder) optimized(ctx context.Context, fields map[string]json.RawMessage) error {
	if err := b.FS.MkdirAll(b.Dir); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	if err := b.ids(); err != nil {
		return fmt.Errorf("build: ids: %w", err)
	}
	if err := b.payloads(ctx); err != nil {
		return fmt.Errorf("build: payload: %w", err)
	}
	b.report(segment.Progress{Stage: segment.StageFields}, 0)
	if err := b.fields(fields); err != nil {
		return fmt.Errorf("build: payload index: %w", err)
	}
	how := make(map[string]segment.IndexedVector, len(b.Config.Vectors))
	for i := range b.Config.Vectors {
		v := &b.Config.Vectors[i]
		how[v.Name] = b.indexed(v)
		if err := b.vector(ctx, v); err != nil {
			return fmt.Errorf("build: vector %q: %w", v.Name, err)
		}
	}
	for i := range b.Config.SparseVectors {
		v := &b.Config.SparseVectors[i]
		if err := b.sparse(ctx, v); err != nil {
			return fmt.Errorf("build: vector %q: %w", v.Name, err)
		}
	}
	return b.to.WriteState(b.FS, b.Config, how, b.version)
}

func (b *builder) ids() error {
	c := idmap.Contents{IDs: make([]api.PointID, len(b.rows)), Versions: make([]uint64, len(b.rows))}
	for i, r := range b.rows {
		c.IDs[i], c.Versions[i] = r.id, r.version
	}
	write := idmap.WriteImmutable
	if onDisk := b.Settings.IDsOnDisk; onDisk != nil && *onDisk {
		write = idmap.WriteDisk
	}
	return write(b.FS, b.Dir, c)
}

func (b *builder) payloads(ctx context.Context) error {
	st, err := payload.Create(b.FS, b.to.Payload())
	if err != nil {
		return err
	}
	var buf []byte
	err = b.each(ctx, segment.Progress{Stage: segment.StagePayload}, func(slot int, from *segment.Segment, r row) error {
		raw, err := from.Payload(r.off, buf[:0])
		if err != nil || raw == nil {
			return err
		}
		buf = raw
		return st.Set(uint32(slot), raw)
	})
	if err == nil {
		err = st.Flush()
	}
	return errors.Join(err, st.Close())
}
