package edgesync

import (
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Status is what is known at one moment, without asking the server.
type Status struct {
	State   State `json:"state"`
	Running bool  `json:"running"` // the background loop

	Pending       int        `json:"pending"`        // operations that the server has not acknowledged
	PendingBytes  int        `json:"pending_bytes"`  // their size in the log
	OldestPending *time.Time `json:"oldest_pending"` // when the oldest of them was made, or the shard opened; nil for none
	LastSeq       uint64     `json:"last_seq"`       // the newest operation
	AckedSeq      uint64     `json:"acked_seq"`      // the server has everything up to this one
	Cut           uint64     `json:"cut"`            // the mirror has everything up to this one
	DeadLetters   int        `json:"dead_letters"`
	Tombstones    int        `json:"tombstones"` // points deleted here and not yet in the mirror

	Generation    uint64 `json:"generation"` // of the mirror; 0 before the first pull
	MirrorPoints  uint64 `json:"mirror_points"`
	OverlayPoints uint64 `json:"overlay_points"`
	LogBytes      int64  `json:"log_bytes"`

	LastPush  *time.Time `json:"last_push"` // that ended well; nil for none since the shard was opened
	LastPull  *time.Time `json:"last_pull"`
	Failures  int        `json:"failures"`   // in a row
	NextRetry *time.Time `json:"next_retry"` // of the background loop; nil when none is due
	LastError *Failure   `json:"last_error"` // of the last transfer; nil when it ended well

	BytesSent     uint64 `json:"bytes_sent"`
	BytesReceived uint64 `json:"bytes_received"`
	Conflicts     uint64 `json:"conflicts"`
}

// Status describes the shard. It does not wait for transfers.
func (s *SyncedShard) Status() Status {
	s.mu.Lock()
	st := s.localStatus()
	s.mu.Unlock()
	if v, err := s.over.Acquire(); err == nil {
		for range v.Points() {
			st.OverlayPoints++
		}
		v.RUnlock()
	}
	s.watch.describe(&st)
	if st.State == "" {
		st.State = s.restState(&st)
	}
	return st
}

// localStatus is what mu guards.
func (s *SyncedShard) localStatus() Status {
	st := Status{
		Pending: len(s.box.pending), PendingBytes: s.box.bytes, LastSeq: s.box.last, AckedSeq: s.box.acked(), Cut: s.cur.Cut,
		DeadLetters: len(s.box.dead), Tombstones: len(s.box.tombs), Generation: s.cur.Generation, LogBytes: s.log.Size(),
	}
	if len(s.box.pending) > 0 {
		st.OldestPending = timeOf(s.box.pending[0].at)
	}
	if s.base != nil {
		st.MirrorPoints = s.base.Points()
	}
	return st
}

// describe adds what the monitor knows.
func (m *monitor) describe(st *Status) {
	m.mu.Lock()
	defer m.mu.Unlock()
	st.State, st.Running = m.now, m.running
	st.LastPush, st.LastPull, st.NextRetry = timeOf(m.lastPush), timeOf(m.lastPull), timeOf(m.nextRetry)
	st.Failures = m.failures
	if m.last != nil {
		last := *m.last
		st.LastError = &last
	}
	st.BytesSent, st.BytesReceived, st.Conflicts = m.count.BytesSent, m.count.BytesReceived, m.count.Conflicts
}

func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// restState is the state while nothing is transferred.
func (s *SyncedShard) restState(st *Status) State {
	switch {
	case s.opts.Server == nil:
		return Offline
	case st.LastError != nil:
		return Failed
	case st.Pending > 0:
		return Waiting
	}
	return Idle
}

// Metrics returns the counters.
func (s *SyncedShard) Metrics() Metrics {
	s.watch.mu.Lock()
	defer s.watch.mu.Unlock()
	return s.watch.count
}

// PointState says how far a point has come.
type PointState string

// The states of a point.
const (
	PointUnknown PointState = "unknown" // there is no such point, here or in the mirror
	PointLocal   PointState = "local"   // changed or deleted here, and the server has not acknowledged that
	PointPushed  PointState = "pushed"  // changed or deleted here, acknowledged, not yet in the mirror
	PointSynced  PointState = "synced"  // as the mirror has it
	PointDead    PointState = "dead"    // a dead letter is about it
)

// PointStates tells of each point how far it has come.
func (s *SyncedShard) PointStates(ids ...api.PointID) ([]PointState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed()
	}
	v, err := s.over.Acquire()
	if err != nil {
		return nil, err
	}
	defer v.RUnlock()
	dead, acked := s.box.refused(), s.box.acked()
	states := make([]PointState, len(ids))
	for i, id := range ids {
		op, changed := v.Written(id)
		if !changed {
			op, changed = s.box.tombs[id]
		}
		_, _, exists := v.Find(id)
		switch {
		case dead[id]:
			states[i] = PointDead
		case changed && op > acked:
			states[i] = PointLocal
		case changed:
			states[i] = PointPushed
		case exists:
			states[i] = PointSynced
		default:
			states[i] = PointUnknown
		}
	}
	return states, nil
}

func errClosed() error { return api.Errorf(api.Closed, "the synced shard is closed") }
