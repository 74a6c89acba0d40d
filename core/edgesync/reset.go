package edgesync

import (
	"context"
	"encoding/binary"
	"errors"
	"maps"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/edgesync/oplog"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// ResetMode says what Reset keeps.
type ResetMode uint8

// The modes of Reset.
const (
	// ResetKeepLocal keeps the points that were changed here and are not in the mirror, whole, and deletions and schema changes that the server has not
	// acknowledged. They are pushed to the server that is met next. Points of the mirror end until they are pulled.
	ResetKeepLocal ResetMode = iota
	// ResetKeepAll keeps every point that reads see, and pushes them all: what fills a server that has lost its collection.
	ResetKeepAll
	// ResetDiscardLocal keeps nothing: the next pull brings what the server has.
	ResetDiscardLocal
)

// resetPoints is how many points one operation of a reset holds.
const resetPoints = 256

// Reset forgets which collection the shard is in step with, and the mirror of it: the way out of an error of kind identity. The next push or pull takes the
// collection that it finds. Dead letters stay, unless local changes are discarded.
func (s *SyncedShard) Reset(ctx context.Context, mode ResetMode) error {
	if mode > ResetDiscardLocal {
		return api.Errorf(api.InvalidArgument, "unknown mode %d of a reset", mode)
	}
	if err := ctx.Err(); err != nil {
		return edge.Typed(err)
	}
	s.transfer.Lock()
	defer s.transfer.Unlock()
	err := s.forget(mode)
	s.watch.settle(err)
	return edge.Typed(err)
}

func (s *SyncedShard) forget(mode ResetMode) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return errClosed()
	}
	old, gen, next := s.base, s.cur.Generation, &current{Cut: s.cur.Cut}
	err := disk.Guard(func() error {
		if mode == ResetDiscardLocal {
			next.Cut = s.box.last
			return s.discardAll()
		}
		return s.carryOver(mode == ResetKeepAll)
	})
	s.mu.Unlock()
	if err != nil {
		return err
	}
	err = disk.Guard(func() error {
		_, err := s.switchTo(next, nil, false)
		return err
	})
	if err != nil {
		return err
	}
	if old == nil {
		return nil
	}
	return errors.Join(old.Close(), s.fs.RemoveAll(s.genDir(gen)))
}

// discardAll notes that nothing waits for the server any more.
func (s *SyncedShard) discardAll() error {
	records := []oplog.Record{{Kind: kindAck, Data: binary.AppendUvarint(nil, s.box.last)}}
	for id := range s.box.dead {
		records = append(records, oplog.Record{Kind: kindDiscard, Data: binary.AppendUvarint(nil, id)})
	}
	return s.settleBox(records, func() {
		clear(s.box.dead)
	})
}

// settleBox acknowledges everything that is in the outbox by records that are durable before anything depends on them.
func (s *SyncedShard) settleBox(records []oplog.Record, also func()) error {
	upTo, err := decodeNumber(records[0].Data)
	if err != nil {
		return err
	}
	if _, err := s.log.AppendMany(records...); err != nil {
		return err
	}
	if err := s.log.Sync(); err != nil {
		return err
	}
	s.box.ack(upTo)
	also()
	return nil
}

// carryOver puts what is kept into the outbox again, as operations that need nothing of a server, in place of those that waited.
func (s *SyncedShard) carryOver(all bool) error {
	acked, before := s.box.acked(), s.box.last
	names, err := s.pendingSchema()
	if err != nil {
		return err
	}
	points, err := s.keptPoints(all)
	if err != nil {
		return err
	}
	var gone []api.PointID
	for _, id := range slices.SortedFunc(maps.Keys(s.box.tombs), api.PointID.Compare) {
		if s.box.tombs[id] > acked {
			gone = append(gone, id)
		}
	}
	ops := names
	for batch := range slices.Chunk(points, resetPoints) {
		ops = append(ops, &api.UpsertPoints{Points: batch})
	}
	if len(gone) > 0 {
		ops = append(ops, &api.DeletePoints{IDs: gone})
	}
	for _, op := range ops {
		if _, err := s.record(&opRecord{resolved: shard.Resolved{Op: op, Local: op}}); err != nil {
			return err
		}
	}
	return s.settleBox([]oplog.Record{{Kind: kindAck, Data: binary.AppendUvarint(nil, before)}}, func() {
		for id, seq := range s.box.tombs {
			if seq <= before {
				delete(s.box.tombs, id)
			}
		}
	})
}

// pendingSchema lists the waiting operations that are about no points.
func (s *SyncedShard) pendingSchema() (ops []api.UpdateOperation, err error) {
	for _, w := range s.box.pending {
		op, err := s.logged(w.seq)
		if err != nil {
			return nil, err
		}
		switch op.(type) {
		case *api.CreateIndex, *api.DeleteIndex, *api.CreateVectorName, *api.DeleteVectorName:
			ops = append(ops, op)
		}
	}
	return ops, nil
}

// keptPoints reads the points of the overlay, or all that reads see.
func (s *SyncedShard) keptPoints(all bool) (points []api.Point, err error) {
	v, err := s.over.Acquire()
	if err != nil {
		return nil, err
	}
	defer v.RUnlock()
	ids := v.Points()
	if all {
		ids = v.All()
	}
	for id := range ids {
		p, _, err := v.Stored(id)
		if err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	slices.SortFunc(points, func(a, b api.Point) int { return a.ID.Compare(b.ID) })
	return points, nil
}
