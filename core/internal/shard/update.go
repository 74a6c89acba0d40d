package shard

import (
	"errors"
	"fmt"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Update validates, logs and applies an operation and returns its number. What is refused leaves no trace in the log. An error after
// the log was written means that the operation may be found applied at the next load.
func (s *Shard) Update(op api.UpdateOperation) (uint64, error) {
	if err := check(op, s.cfg.Load()); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(); err != nil {
		return 0, err
	}
	if err := s.grow(); err != nil {
		return 0, fmt.Errorf("shard: another segment: %w", err)
	}
	v := s.view.Load()
	if err := v.checkTargets(op); err != nil {
		return 0, err
	}
	op = logged(op)
	n, err := s.num.append(op)
	if err != nil {
		return 0, fmt.Errorf("shard: log: %w", err)
	}
	if err := v.apply(n, op); err != nil {
		return n, err
	}
	if err := s.rename(op); err != nil {
		s.broken = api.Wrap(api.IO, err, "a change of the vectors is half done: load the shard again")
		return n, s.broken
	}
	return n, nil
}

// rename follows an operation on a whole vector.
func (s *Shard) rename(op api.UpdateOperation) error {
	switch op.(type) {
	case *api.CreateVectorName, *api.DeleteVectorName:
		if err := s.num.flush(); err != nil {
			return err
		}
		return s.named(op)
	}
	return nil
}

func (v *View) apply(n uint64, op api.UpdateOperation) error {
	if create, ok := op.(*api.CreateIndex); ok {
		return v.createIndex(n, create)
	}
	return v.write(&writer{view: v, op: n}, op)
}

func (v *View) write(w *writer, op api.UpdateOperation) error {
	v.lock()
	defer v.unlock()
	return w.apply(op)
}

// reapply is apply for an operation of the log. Filters look at the payloads alone: a flush that was cut short may have left indexes that are
// newer than the payloads.
func (v *View) reapply(n uint64, op api.UpdateOperation) error {
	if _, ok := op.(*api.CreateIndex); ok {
		return v.apply(n, op)
	}
	return v.write(&writer{view: v, op: n, plain: true}, op)
}

// replay applies the operations of the log that the segments may lack. What cannot be applied because of what it says is skipped and
// remembered; what fails because of the disk fails the load, else it would be lost with the next acknowledgement. Vectors with the renamed names may be of
// a space that was taken away later.
func (s *Shard) replay(renamed map[string]bool) error {
	return s.num.log.Read(s.num.log.FirstIndex(), func(i uint64, data []byte) error {
		v := s.view.Load()
		op, err := decodeOperation(data)
		if err == nil && wholeSegments(op) && v.has(i) {
			return nil // done by the implementation that logged it
		}
		if err == nil {
			err = replayable(op, s.cfg.Load(), renamed)
		}
		if err == nil {
			err = v.reapply(i, op)
		}
		if err == nil {
			err = s.named(op)
		}
		if err == nil {
			return nil
		}
		err = fmt.Errorf("operation %d of the log: %w", i, err)
		if !refused(err) {
			return err
		}
		s.skipped = append(s.skipped, err)
		return nil
	})
}

// wholeSegments reports whether an operation concerns segments rather than points.
func wholeSegments(op api.UpdateOperation) bool {
	switch op.(type) {
	case *api.CreateIndex, *api.DeleteIndex, *api.OtherOperation:
		return true
	}
	return false
}

// has reports whether every segment is as new as an operation: what concerns whole segments has then been done.
func (v *View) has(op uint64) bool {
	for _, p := range v.own() {
		if seg := p.Seg; !seg.HasVersion() || seg.Version() < op {
			return false
		}
	}
	return true
}

// refused tells errors about the operation itself from those of the storage.
func refused(err error) bool {
	var e *api.Error
	if disk.IsCorrupt(err) || !errors.As(err, &e) {
		return false
	}
	switch e.Kind {
	case api.InvalidArgument, api.NotFound, api.Unsupported, api.Incompatible:
		return true
	}
	return false
}
