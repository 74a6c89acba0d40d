package edgesync

import (
	"log/slog"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Options of a synced shard.
type Options struct {
	// Server is the collection to be in step with; nil works offline.
	Server remote.Server
	// Config is required to make a new directory; later it is taken from there.
	Config *api.EdgeConfig
	// NoSync leaves updates to the operating system: they survive the end of the process, not a power cut.
	NoSync bool
	// MaxPending and MaxPendingBytes bound what waits for the server; 0 for no limit. WhenFull says what happens to updates then.
	MaxPending, MaxPendingBytes int
	WhenFull                    FullPolicy
	// Conflicts says what happens to points that were changed on both sides. Resolver is asked under AskResolver, by the goroutine that transfers and with
	// the duties of Progress.
	Conflicts ConflictPolicy
	Resolver  func(Conflict) Resolution
	// DiskReserve is how many bytes a pull leaves free on the disk; 64 MiB when 0, negative for none.
	DiskReserve int64
	// BatchOperations and BatchBytes bound what is sent at once; 64 and 4 MiB when 0.
	BatchOperations, BatchBytes int
	// Interval is the time between two syncs of the background loop, 30 s when 0; PushDelay that between an update and its push, 1 s when 0.
	Interval, PushDelay time.Duration
	// Retry is how long the background loop waits after failures.
	Retry remote.Backoff
	// Gate is asked before each transfer of the background loop; false leaves the network alone until the next one: no Wi-Fi, battery low.
	Gate func() bool
	// Progress is called by the goroutine that transfers, which waits for it. It must not push, pull, sync, stop or close.
	Progress func(Event)
	// Logger gets what happens; nil discards. Keys and payloads never reach it.
	Logger *slog.Logger
	// FS replaces the file system, for the engine's own tests.
	FS disk.FS
}

// FullPolicy says what an update does while the outbox is full.
type FullPolicy uint8

// The policies.
const (
	FullRefuse FullPolicy = iota // it is refused with kind disk_full
	FullWait                     // it waits until the server has acknowledged enough, or its context ends
)

const defaultReserve = 64 << 20

func (o *Options) ensureDefaults() {
	if o.DiskReserve == 0 {
		o.DiskReserve = defaultReserve
	}
	if o.BatchOperations <= 0 {
		o.BatchOperations = 64
	}
	if o.BatchBytes <= 0 {
		o.BatchBytes = 4 << 20
	}
	if o.Interval <= 0 {
		o.Interval = 30 * time.Second
	}
	if o.PushDelay <= 0 {
		o.PushDelay = time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.FS == nil {
		o.FS = disk.Private
	}
}
