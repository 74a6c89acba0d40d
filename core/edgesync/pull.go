package edgesync

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// Sync pushes, then pulls. Where the policy for conflicts wants them known before, it pulls first, too.
func (s *SyncedShard) Sync(ctx context.Context) error {
	s.transfer.Lock()
	defer s.transfer.Unlock()
	return s.watch.transfer("sync", func() error {
		info, err := s.begin(ctx)
		if err != nil {
			return err
		}
		if s.opts.Conflicts.pullsFirst() {
			if err := s.pull(ctx, info); err != nil {
				return err
			}
		}
		waiting, _ := s.Pending()
		if err := s.push(ctx); err != nil || waiting == 0 && s.opts.Conflicts.pullsFirst() {
			return err
		}
		return s.pull(ctx, info)
	})
}

// Pull brings the mirror to the state of the server, all or nothing: what changed is received beside the present generation, opened and read, and
// switched in. Reads go on meanwhile. Then local points end that the server has.
func (s *SyncedShard) Pull(ctx context.Context) error {
	s.transfer.Lock()
	defer s.transfer.Unlock()
	return s.watch.transfer("pull", func() error {
		info, err := s.begin(ctx)
		if err != nil {
			return err
		}
		return s.pull(ctx, info)
	})
}

// begin finds out whether there is a server, and the one that it was.
func (s *SyncedShard) begin(ctx context.Context) (*remote.Info, error) {
	if s.opts.Server == nil {
		return nil, api.Errorf(api.InvalidArgument, "the synced shard has no server")
	}
	return s.meet(ctx)
}

func (s *SyncedShard) pull(ctx context.Context, info *remote.Info) error {
	err := disk.Guard(func() error { return s.fetch(ctx, info) })
	var e *remote.Error
	if errors.As(err, &e) || errors.Is(err, ctx.Err()) && ctx.Err() != nil {
		return err
	}
	return edge.Typed(tooNew(err, info.Version))
}

func (s *SyncedShard) fetch(ctx context.Context, info *remote.Info) (err error) {
	s.watch.enter(Event{State: Pulling, Total: -1})
	s.mu.Lock()
	now, cut, closed := *s.cur, s.box.acked(), s.closed
	s.mu.Unlock()
	if closed {
		return errClosed()
	}
	next, changed, err := s.receive(ctx, info, &now)
	if err == nil && changed {
		next.Cut = cut
		err = s.install(ctx, info, next, now.Server.movedTo(info))
	}
	if err != nil || changed {
		if err == nil {
			s.watch.pulled(true)
		}
		return errors.Join(err, s.fs.RemoveAll(s.staging()))
	}
	s.watch.pulled(false)
	if cut == now.Cut {
		return nil
	}
	now.Cut = cut // the mirror is what the server has, so it has what was acknowledged
	_, err = s.switchTo(&now, s.base, now.Server.movedTo(info))
	return err
}

// receive stages the next generation; changed is false when the server has nothing new.
func (s *SyncedShard) receive(ctx context.Context, info *remote.Info, now *current) (next *current, changed bool, err error) {
	if err := s.fs.RemoveAll(s.staging()); err != nil {
		return nil, false, err
	}
	s.tried = max(s.tried, now.Generation) + 1
	next = &current{Generation: s.tried, Server: now.Server.at(info)}
	same := now.Generation > 0
	for i, id := range info.Shards {
		m := mirrorShard{ID: id}
		if same && !now.Server.movedTo(info) {
			m.Next = now.Shards[i].Next
		}
		got, err := s.receiveShard(ctx, i, &m, same, now)
		if err != nil {
			return nil, false, err
		}
		changed = changed || got
		next.Shards = append(next.Shards, m)
	}
	if !changed {
		return nil, false, nil
	}
	return next, true, s.fs.SyncDir(s.staging())
}

// receiveShard stages one shard: what is new of it, or all of it when that cannot be used.
func (s *SyncedShard) receiveShard(ctx context.Context, i int, m *mirrorShard, partial bool, now *current) (changed bool, err error) {
	dir := filepath.Join(s.staging(), fmt.Sprint(m.ID))
	var local snapshot.Manifest
	if partial {
		if local, err = s.base.Manifest(i); err != nil {
			return false, err
		}
		live := s.shardDirs(now)[i]
		err = s.receiveArchive(ctx, m, dir, live, local)
		if errors.Is(err, remote.ErrNotModified) {
			return false, s.keepShard(dir, live, local)
		}
		if !errors.Is(err, snapshot.ErrIncomplete) && !errors.Is(err, snapshot.ErrDiverged) {
			return true, err
		}
		if err := s.fs.RemoveAll(dir); err != nil {
			return false, err
		}
	}
	return true, s.receiveArchive(ctx, m, dir, "", nil)
}

func (s *SyncedShard) receiveArchive(ctx context.Context, m *mirrorShard, dir, live string, local snapshot.Manifest) (err error) {
	var manifest []byte
	if local != nil {
		manifest = local.AppendJSON(nil)
	}
	d, err := s.opts.Server.Snapshot(ctx, m.ID, manifest)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := s.fs.MkdirAll(dir); err != nil {
		return err
	}
	from := &counted{Download: d, m: s.watch, shard: m.ID, check: s.spaceLeft}
	if err := s.spaceFor(d.Size); err != nil {
		return err
	}
	contents, err := snapshot.UnpackInto(s.fs, dir, from, snapshot.Limits{})
	s.watch.add(func(c *Metrics) { c.BytesReceived += from.wire() })
	if err != nil {
		return err
	}
	s.watch.enter(Event{State: Verifying, Shard: m.ID, Done: from.done, Total: from.done})
	if contents.NextIndex < m.Next {
		return another("shard %d is at operation %d and was at %d: another or an older one", m.ID, contents.NextIndex, m.Next)
	}
	m.Next = contents.NextIndex
	plan, err := snapshot.Plan(local, contents)
	if err != nil {
		return err
	}
	if err := snapshot.Complete(s.fs, dir, live, plan); err != nil {
		return err
	}
	s.countSegments(plan)
	received := map[string]bool{}
	for _, sp := range plan.Segments {
		received[sp.ID] = slices.ContainsFunc(sp.Archive, func(f string) bool { return strings.HasPrefix(f, "payload_storage/") })
	}
	return shard.VerifyBase(s.fs, dir, func(id string) bool { return received[id] })
}

// spaceFor refuses what the disk has no room for, before anything is written; an archive of unknown size needs none beyond the reserve.
func (s *SyncedShard) spaceFor(bytes int64) error {
	if left, known := s.free(s.dir); known && s.opts.DiskReserve >= 0 && left-max(bytes, 0) < s.opts.DiskReserve {
		return api.Errorf(api.DiskFull, "the disk has %d bytes left, a pull of %d is to leave %d", left, max(bytes, 0), s.opts.DiskReserve)
	}
	return nil
}

func (s *SyncedShard) spaceLeft() error { return s.spaceFor(0) }

func (s *SyncedShard) countSegments(p *snapshot.MergePlan) {
	s.watch.add(func(m *Metrics) {
		if p.Full {
			m.FullSnapshots++
		} else {
			m.PartialSnapshots++
		}
		for _, sp := range p.Segments {
			if len(sp.Archive) > 0 {
				m.SegmentsReceived++
			} else {
				m.SegmentsKept++
			}
		}
	})
}

// keepShard links a shard that has not changed into the next generation.
func (s *SyncedShard) keepShard(dir, live string, local snapshot.Manifest) error {
	p := &snapshot.MergePlan{}
	for _, id := range local.Segments() {
		m := local[id]
		p.Segments = append(p.Segments, snapshot.SegmentPlan{ID: id, Keep: m.FileNames()})
	}
	if err := s.fs.MkdirAll(filepath.Join(dir, "segments")); err != nil {
		return err
	}
	return snapshot.Complete(s.fs, dir, live, p)
}

// confirmEmpty asks the server whether it has no points, as its snapshot says: those that it had at first may have been deleted since.
func (s *SyncedShard) confirmEmpty(ctx context.Context) error {
	info, err := s.opts.Server.Info(ctx)
	if err == nil && info.Points > 0 {
		err = api.Errorf(api.IncompleteSnapshot, "the snapshot is empty, the server has %d points", info.Points)
	}
	return err
}

// install opens the staged generation in its place and switches to it.
func (s *SyncedShard) install(ctx context.Context, info *remote.Info, next *current, moved bool) error {
	s.watch.enter(Event{State: Installing, Total: -1})
	dir := s.genDir(next.Generation)
	if err := s.fs.Rename(s.staging(), dir); err != nil {
		return err
	}
	if err := s.fs.SyncDir(filepath.Dir(dir)); err != nil {
		return err
	}
	base, err := shard.OpenBase(s.fs, s.shardDirs(next)...)
	if err != nil {
		return errors.Join(err, s.fs.RemoveAll(dir))
	}
	err = base.Fits(s.over.Config())
	if err == nil && base.Points() == 0 && info.Points > 0 {
		err = s.confirmEmpty(ctx)
	}
	if err != nil {
		return errors.Join(err, base.Close(), s.fs.RemoveAll(dir))
	}
	old, gen := s.base, s.cur.Generation
	found, err := s.switchTo(next, base, moved)
	if err != nil {
		return err // CURRENT may name either: both stay until the next open
	}
	if err := s.resolve(found); err != nil || old == nil {
		return err
	}
	return errors.Join(old.Close(), s.fs.RemoveAll(s.genDir(gen)))
}

// switchTo makes a state of the server the present one; from another peer than before it covers only what is seen to be in it. CURRENT is the commit: what fails behind it is made up for by the next open.
func (s *SyncedShard) switchTo(next *current, base *shard.Base, moved bool) (found []Conflict, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if moved {
		if next.Cut, err = s.proven(base, next.Cut); err != nil {
			return nil, err
		}
	}
	before := s.base
	if found, err = s.conflicts(before, base, next.Cut); err != nil {
		return nil, err
	}
	if err := s.yieldTo(found); err != nil {
		return nil, err
	}
	if err := next.write(s.fs, s.dir); err != nil {
		return nil, err
	}
	s.cur, s.base = next, base
	if err := errors.Join(s.followSchema(base), s.followNames(before, base), s.rebase(base)); err != nil {
		s.behind = true
		return nil, err
	}
	return found, nil
}
