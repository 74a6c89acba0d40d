package edgesync

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/edgesync/oplog"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Push sends what waits for the server, in order, until nothing waits. An operation that the server refuses for good becomes a dead letter,
// point by point, and the rest goes on. Any other failure ends the push; what was acknowledged before stays acknowledged.
func (s *SyncedShard) Push(ctx context.Context) error {
	s.transfer.Lock()
	defer s.transfer.Unlock()
	return s.watch.transfer("push", func() error {
		if waiting, _ := s.Pending(); waiting > 0 || s.opts.Server == nil {
			if _, err := s.begin(ctx); err != nil {
				return err
			}
		}
		return s.push(ctx)
	})
}

func (s *SyncedShard) push(ctx context.Context) error {
	sent := Event{State: Pushing}
	for {
		units, err := s.nextBatch()
		if err != nil {
			return edge.Typed(err)
		}
		if len(units) == 0 {
			s.watch.pushed()
			return nil
		}
		left, bytes := s.Pending()
		sent.Total = sent.Done + int64(bytes)
		s.watch.enter(sent)
		if err := s.send(ctx, units); err != nil {
			return err
		}
		still, bytes := s.Pending()
		sent.Done, sent.Operations = max(sent.Done, sent.Total-int64(bytes)), sent.Operations+max(0, left-still)
		s.watch.enter(sent)
	}
}

// nextBatch reads the operations to send next.
func (s *SyncedShard) nextBatch() (units []unit, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed()
	}
	bytes := 0
	for i, w := range s.box.pending {
		if bytes += w.bytes; i > 0 && (i >= s.opts.BatchOperations || bytes > s.opts.BatchBytes) {
			break
		}
		op, err := s.logged(w.seq)
		if err != nil {
			return nil, err
		}
		units = append(units, s.toSend(op, w.seq)...)
	}
	return units, nil
}

// logged reads an operation, resolved, from the log.
func (s *SyncedShard) logged(seq uint64) (api.UpdateOperation, error) {
	r, err := s.log.Get(seq)
	if err != nil {
		return nil, err
	}
	rec, err := decodeOp(r.Data)
	if err != nil {
		return nil, err
	}
	return rec.resolved.Op, nil
}

// send sends a batch, and operation by operation what of it fails for a reason of its own.
func (s *SyncedShard) send(ctx context.Context, units []unit) error {
	for len(units) > 0 && units[0].op == nil { // nothing of it is sent
		if err := s.acknowledge(units[0].seq, nil); err != nil || len(units) == 1 {
			return err
		}
		units = units[1:]
	}
	merged := merge(units)
	ops := make([]api.UpdateOperation, len(merged))
	for i, u := range merged {
		ops[i] = u.op
	}
	err := s.opts.Server.Apply(ctx, ops)
	if err == nil {
		return s.acknowledge(merged[len(merged)-1].seq, nil)
	}
	var e *remote.Error
	if !errors.As(err, &e) {
		return err
	}
	done := uint64(0)
	if n := min(e.Done, len(merged)); n > 0 {
		done = merged[n-1].seq
		if err := s.acknowledge(done, nil); err != nil {
			return err
		}
	}
	if !ofOperation(e.Kind) {
		return err
	}
	for _, u := range units {
		if u.seq <= done {
			continue
		}
		var refused []DeadLetter
		if u.op != nil {
			if refused, err = s.isolate(ctx, u.op, u.seq); err != nil {
				return err
			}
		}
		if err := s.acknowledge(u.seq, refused); err != nil {
			return err
		}
		if u.seq >= merged[min(e.Done, len(merged)-1)].seq {
			return nil // past the failure: the next batch goes on
		}
	}
	return nil
}

// ofOperation tells failures that the operation itself causes.
func ofOperation(k remote.Kind) bool {
	return k == remote.Permanent || k == remote.NotFound || k == remote.TooLarge
}

// isolate sends one operation in ever smaller parts and returns those that the server refuses for good. An edit of a point that the server has
// not any more is no failure: it was deleted there, and that stands.
func (s *SyncedShard) isolate(ctx context.Context, op api.UpdateOperation, seq uint64) ([]DeadLetter, error) {
	err := s.opts.Server.Apply(ctx, []api.UpdateOperation{op})
	var e *remote.Error
	switch {
	case err == nil:
		return nil, nil
	case !errors.As(err, &e) || !ofOperation(e.Kind):
		return nil, err
	}
	a, b, several := halves(op)
	switch {
	case several:
		first, err := s.isolate(ctx, a, seq)
		if err != nil {
			return nil, err
		}
		second, err := s.isolate(ctx, b, seq)
		return append(first, second...), err
	case e.Kind == remote.NotFound:
		return nil, nil
	}
	return []DeadLetter{{Seq: seq, Reason: e.Error(), Op: op}}, nil
}

// acknowledge logs what the server has, and what it refused of it.
func (s *SyncedShard) acknowledge(seq uint64, refused []DeadLetter) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed()
	}
	var records []oplog.Record
	for i := range refused {
		records = append(records, oplog.Record{Kind: kindDead, Data: encodeDead(&refused[i])})
	}
	records = append(records, oplog.Record{Kind: kindAck, Data: binary.AppendUvarint(nil, seq)})
	first, err := s.log.AppendMany(records...)
	if err != nil {
		return edge.Typed(err)
	}
	for i := range refused {
		refused[i].ID = first + uint64(i)
		s.box.dead[refused[i].ID] = &refused[i]
	}
	before, bytes := len(s.box.pending), s.box.bytes
	s.box.ack(seq)
	s.watch.add(func(m *Metrics) {
		m.OperationsSent += uint64(before - len(s.box.pending))
		m.BytesSent += uint64(bytes - s.box.bytes)
		m.Refused += uint64(len(refused))
	})
	close(s.progress)
	s.progress = make(chan struct{})
	return nil
}

// WaitSynced waits until the server has acknowledged, or refused for good, every operation up to one.
func (s *SyncedShard) WaitSynced(ctx context.Context, seq uint64) error {
	for {
		s.mu.Lock()
		done, more := s.box.acked() >= seq, s.progress
		s.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return edge.Typed(ctx.Err())
		}
	}
}

// Pending tells how many operations wait for the server, and their size in the log.
func (s *SyncedShard) Pending() (operations, bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.box.pending), s.box.bytes
}

// DeadLetters lists what the server refused for good, oldest first.
func (s *SyncedShard) DeadLetters() []DeadLetter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.box.letters()
}

// Requeue makes a dead letter an operation again, the newest one, and returns its number.
func (s *SyncedShard) Requeue(id uint64) (seq uint64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.box.dead[id]
	if !ok {
		return 0, noLetter(id)
	}
	err = disk.Guard(func() (err error) {
		seq, err = s.update(d.Op, id)
		return err
	})
	if err == nil {
		s.wake()
	}
	return seq, edge.Typed(err)
}

// Discard gives a dead letter up: its points are again what the mirror has, unless later operations changed them.
func (s *SyncedShard) Discard(id uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed()
	}
	if _, ok := s.box.dead[id]; !ok {
		return noLetter(id)
	}
	if _, err := s.log.Append(kindDiscard, binary.AppendUvarint(nil, id)); err != nil {
		return edge.Typed(err)
	}
	delete(s.box.dead, id)
	return edge.Typed(disk.Guard(func() error { return s.rebase(s.base) }))
}

func noLetter(id uint64) error { return api.Errorf(api.NotFound, "no dead letter %d", id) }
