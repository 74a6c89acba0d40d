package edgesync

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
)

// State says what a synced shard is doing.
type State string

// The states.
const (
	Offline    State = "offline"    // it has no server
	Idle       State = "idle"       // the server has everything that was changed here
	Waiting    State = "pending"    // something waits for the server, and no transfer runs
	Pushing    State = "pushing"    // operations are being sent
	Pulling    State = "pulling"    // a snapshot is being received
	Verifying  State = "verifying"  // what was received is being read
	Installing State = "installing" // the new generation is being switched in
	Failed     State = "error"      // the last attempt failed; Status.NextRetry is when the background loop tries again
)

// Event is the progress of a transfer.
type Event struct {
	Trace      uint64 `json:"trace"` // the number of the push, pull or sync that it belongs to, from 1
	State      State  `json:"state"` // Pushing, Pulling, Verifying or Installing; Idle when it ended well, Failed when it did not
	Shard      uint32 `json:"shard"` // of the server, while one is received
	Done       int64  `json:"done"`  // bytes: of the archive while pulling, of the operations in the log while pushing
	Total      int64  `json:"total"` // bytes, -1 when unknown
	Operations int    `json:"operations"`
	Err        error  `json:"-"` // why it failed
}

// Failure is the last thing that went wrong.
type Failure struct {
	Kind    string    `json:"kind"` // of a remote.Error: retryable, auth, permanent, not_found, identity, too_large; else of an api.Error
	Message string    `json:"message"`
	At      time.Time `json:"at"`
}

// Metrics are counters since the shard was opened.
type Metrics struct {
	Updates          uint64 `json:"updates"`
	Pushes           uint64 `json:"pushes"` // that ended well, as all that follow
	Pulls            uint64 `json:"pulls"`
	PullsUnchanged   uint64 `json:"pulls_unchanged"`
	FullSnapshots    uint64 `json:"full_snapshots"`
	PartialSnapshots uint64 `json:"partial_snapshots"`
	SegmentsReceived uint64 `json:"segments_received"` // with at least one file of them
	SegmentsKept     uint64 `json:"segments_kept"`
	Failures         uint64 `json:"failures"`
	OperationsSent   uint64 `json:"operations_sent"`
	BytesSent        uint64 `json:"bytes_sent"`     // of operations that the server has acknowledged, as they are in the log
	BytesReceived    uint64 `json:"bytes_received"` // of archives as they came over the network, where that is counted, else as they were read
	Refused          uint64 `json:"refused"`        // operations that became dead letters
	Conflicts        uint64 `json:"conflicts"`      // points changed on both sides between two pulls
}

// monitor is what is known of transfers. It never holds its lock while it calls out.
type monitor struct {
	notify func(Event)
	logger *slog.Logger

	mu        sync.Mutex
	now       State // of the transfer that runs, "" for none
	trace     uint64
	began     time.Time
	lastPush  time.Time
	lastPull  time.Time
	failures  int // in a row
	last      *Failure
	nextRetry time.Time
	running   bool // the background loop
	count     Metrics
}

func newMonitor(o *Options) *monitor {
	return &monitor{notify: o.Progress, logger: o.Logger}
}

// transfer runs one transfer with its events, counters and last error.
func (m *monitor) transfer(name string, run func() error) error {
	m.mu.Lock()
	m.trace++
	m.began = time.Now()
	trace := m.trace
	m.mu.Unlock()
	m.logger.Debug("transfer begins", "name", name, "trace", trace)
	err := run()
	m.mu.Lock()
	m.now = ""
	took := time.Since(m.began)
	if err == nil {
		m.failures, m.last, m.nextRetry = 0, nil, time.Time{}
	} else if !cancelled(err) {
		m.failures++
		m.count.Failures++
		m.last = &Failure{Kind: kindOf(err), Message: err.Error(), At: time.Now()}
	}
	m.mu.Unlock()
	if err != nil {
		m.logger.Warn("transfer failed", "name", name, "trace", trace, "took", took, "error", err)
		m.tell(Event{State: Failed, Total: -1, Err: err})
		return err
	}
	m.logger.Debug("transfer ended", "name", name, "trace", trace, "took", took)
	m.tell(Event{State: Idle, Total: -1})
	return nil
}

// settle forgets the last failure, when what was done about it went well.
func (m *monitor) settle(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil {
		m.failures, m.last = 0, nil
	}
}

func cancelled(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// kindOf is the class of a failure.
func kindOf(err error) string {
	var e *remote.Error
	if errors.As(err, &e) {
		return e.Kind.String()
	}
	return api.KindOf(err).String()
}

// enter says what the transfer does now.
func (m *monitor) enter(e Event) {
	m.mu.Lock()
	m.now = e.State
	m.mu.Unlock()
	m.tell(e)
}

func (m *monitor) tell(e Event) {
	if m.notify == nil {
		return
	}
	m.mu.Lock()
	e.Trace = m.trace
	m.mu.Unlock()
	m.notify(e)
}

// add changes the counters.
func (m *monitor) add(change func(*Metrics)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(&m.count)
}

func (m *monitor) pushed() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lastPush = time.Now()
	m.count.Pushes++
}

func (m *monitor) pulled(changed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lastPull = time.Now()
	m.count.Pulls++
	if !changed {
		m.count.PullsUnchanged++
	}
}

// retryAt notes when the background loop tries again; the zero time is no retry.
func (m *monitor) retryAt(at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.nextRetry = at
}

func (m *monitor) setRunning(running bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running = running
	if !running {
		m.nextRetry = time.Time{}
	}
}

// eventEvery is how many bytes of an archive go by between two events.
const eventEvery = 1 << 20

// counted is the archive of a shard, with events as it is read.
type counted struct {
	*remote.Download
	m     *monitor
	shard uint32
	check func() error // may end the download, asked as often as events are told
	done  int64
	told  int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Download.Read(b)
	c.done += int64(n)
	if c.done-c.told >= eventEvery || err == io.EOF && c.done > c.told {
		c.told = c.done
		c.m.tell(Event{State: Pulling, Shard: c.shard, Done: c.done, Total: c.Size})
		if cerr := c.check(); cerr != nil {
			return n, cerr
		}
	}
	return n, err
}

// wire is how many bytes came over the network.
func (c *counted) wire() uint64 {
	if c.Wire != nil {
		return uint64(c.Wire())
	}
	return uint64(c.done)
}
