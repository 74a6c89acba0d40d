package edgesync

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edgesync/oplog"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// ConflictPolicy says what happens to a point that was changed here and on the server since the last pull. Such points are found by pulls and counted
// under every policy.
type ConflictPolicy uint8

// The policies.
const (
	// LastPushWins sends what was changed here; the server keeps what came last.
	LastPushWins ConflictPolicy = iota
	// ServerWins pulls before it pushes and gives local changes of such points up. An upsert of a point that the mirror has does not bring it back when the
	// server has deleted it meanwhile.
	ServerWins
	// AskResolver pulls before it pushes and asks Options.Resolver.
	AskResolver
)

// Conflict is a point that was changed on both sides. What does not exist is nil.
type Conflict struct {
	ID     api.PointID
	Base   *api.Point // as both had it
	Local  *api.Point
	Remote *api.Point
	seq    uint64
}

// Resolution is what becomes of a conflict: the zero value keeps the local state.
type Resolution struct {
	Remote bool       // the local changes are given up
	Point  *api.Point // replaces both; its ID is that of the conflict
}

// pullsFirst reports whether conflicts are to be known before anything is sent.
func (p ConflictPolicy) pullsFirst() bool { return p != LastPushWins }

// conflicts compares the mirror before with the next one, for the points that were changed here behind the cut. The caller holds mu.
func (s *SyncedShard) conflicts(before, next *shard.Base, cut uint64) (list []Conflict, err error) {
	if before == nil || next == nil {
		return nil, nil
	}
	v, err := s.over.Acquire()
	if err != nil {
		return nil, err
	}
	defer v.RUnlock()
	was, is := before.View(), next.View()
	look := func(id api.PointID, seq uint64) error {
		if seq <= cut || versionIn(was, id) == versionIn(is, id) {
			return nil
		}
		c := Conflict{ID: id, seq: seq}
		for _, side := range []struct {
			from *shard.View
			to   **api.Point
		}{{was, &c.Base}, {v, &c.Local}, {is, &c.Remote}} {
			p, ok, err := side.from.Stored(id)
			if err != nil {
				return err
			}
			if ok {
				*side.to = &p
			}
		}
		if _, deleted := s.box.tombs[id]; deleted {
			c.Local = nil
		}
		if !alike(c.Local, c.Remote) && !alike(c.Base, c.Remote) {
			list = append(list, c)
		}
		return nil
	}
	for id, seq := range v.Points() {
		if err := look(id, seq); err != nil {
			return nil, err
		}
	}
	for id, seq := range s.box.tombs {
		if err := look(id, seq); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b Conflict) int { return a.ID.Compare(b.ID) })
	return list, nil
}

func versionIn(v *shard.View, id api.PointID) int64 {
	part, off, ok := v.Find(id)
	if !ok {
		return -1
	}
	return int64(v.Parts[part].Seg.IDs().Version(off))
}

func alike(a, b *api.Point) bool {
	if a == nil || b == nil {
		return a == b
	}
	return shard.SamePoint(a, b)
}

// yieldTo gives, where the server wins, local changes of points up before its state is installed. The caller holds mu.
func (s *SyncedShard) yieldTo(found []Conflict) error {
	if s.opts.Conflicts != ServerWins || len(found) == 0 {
		return nil
	}
	return s.giveUp(found)
}

func (s *SyncedShard) giveUp(list []Conflict) error {
	records := make([]oplog.Record, len(list))
	for i := range list {
		records[i] = oplog.Record{Kind: kindYield, Data: encodeYield(list[i].ID, list[i].seq)}
	}
	if _, err := s.log.AppendMany(records...); err != nil {
		return err
	}
	for _, r := range records {
		if err := s.box.yield(r.Data); err != nil {
			return err
		}
	}
	return nil
}

// resolve counts conflicts and asks the resolver about them. Changes made meanwhile stand.
func (s *SyncedShard) resolve(found []Conflict) error {
	if len(found) == 0 {
		return nil
	}
	s.watch.add(func(m *Metrics) { m.Conflicts += uint64(len(found)) })
	s.opts.Logger.Info("points were changed on both sides", "points", len(found))
	if s.opts.Conflicts != AskResolver || s.opts.Resolver == nil {
		return nil
	}
	for i := range found {
		if err := s.settleConflict(&found[i], s.opts.Resolver(found[i])); err != nil {
			return err
		}
	}
	return nil
}

// settleConflict does what a resolver decided, if the point is still as the conflict has it.
func (s *SyncedShard) settleConflict(c *Conflict, r Resolution) error {
	if r.Point != nil && r.Point.ID != c.ID {
		return api.Errorf(api.InvalidArgument, "point %s cannot resolve a conflict of point %s", r.Point.ID, c.ID)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	same, err := s.unchanged(c)
	if err != nil || !same || s.closed {
		return err
	}
	return disk.Guard(func() error {
		switch {
		case r.Point != nil:
			_, err := s.update(&api.UpsertPoints{Points: []api.Point{*r.Point}}, 0)
			return err
		case r.Remote:
			return errors.Join(s.giveUp([]Conflict{*c}), s.rebase(s.base))
		}
		return nil
	})
}

// unchanged reports whether the point is still as the conflict has it. The caller holds mu.
func (s *SyncedShard) unchanged(c *Conflict) (bool, error) {
	v, err := s.over.Acquire()
	if err != nil {
		return false, err
	}
	defer v.RUnlock()
	seq, ok := v.Written(c.ID)
	if !ok {
		seq = s.box.tombs[c.ID]
	}
	return seq == c.seq, nil
}

// encodeYield says up to which operation the changes of a point are given up.
func encodeYield(id api.PointID, upTo uint64) []byte {
	dst := binary.AppendUvarint(nil, upTo)
	return append(dst, api.AppendUpdateOperationCBOR(nil, &api.DeletePoints{IDs: []api.PointID{id}})...)
}

func decodeYield(data []byte) (id api.PointID, upTo uint64, err error) {
	r := &reader{data: data}
	upTo = r.number()
	if r.err != nil {
		return id, 0, r.err
	}
	op, err := api.DecodeUpdateOperationCBOR(r.data)
	del, ok := op.(*api.DeletePoints)
	if err != nil || !ok || len(del.IDs) != 1 {
		return id, 0, api.Errorf(api.Corrupt, "a record of the log cannot be read")
	}
	return del.IDs[0], upTo, nil
}

// toSend is what of a waiting operation is sent: without points that were given up, and under ServerWins in a form that brings no deleted point back. The
// last of the units is acknowledged for the operation.
func (s *SyncedShard) toSend(op api.UpdateOperation, seq uint64) []unit {
	op = s.box.kept(op, seq)
	up, ok := op.(*api.UpsertPoints)
	if s.opts.Conflicts != ServerWins || s.base == nil || !ok || !plain(up) {
		return []unit{{op, seq}}
	}
	mirror := s.base.View()
	var known, fresh []api.Point
	for i := range up.Points {
		if _, _, exists := mirror.Find(up.Points[i].ID); exists {
			known = append(known, up.Points[i])
		} else {
			fresh = append(fresh, up.Points[i])
		}
	}
	edit := &api.UpsertPoints{Points: known, UpdateMode: api.UpdateModeUpdateOnly, ExplicitMode: true}
	switch {
	case len(known) == 0:
		return []unit{{op, seq}}
	case len(fresh) == 0:
		return []unit{{edit, seq}}
	}
	return []unit{{edit, seq - 1}, {&api.UpsertPoints{Points: fresh}, seq}}
}
