package wal

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sort"
	"strconv"
	"sync"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// ErrClosed is returned by every call after Close.
var ErrClosed = errors.New("wal: log is closed")

// Defaults of Options, as in the engine this log is compatible with.
const (
	DefaultSegmentCapacity = 32 << 20
	DefaultRetainClosed    = 1
)

// Options tunes a log. Zero fields take the defaults.
type Options struct {
	// SegmentCapacity is the size in bytes of new segment files, rounded down to
	// a multiple of 8. An entry larger than it gets a segment of its own size.
	SegmentCapacity int64
	// RetainClosed is the number of closed segments kept even when everything in
	// them is acknowledged.
	RetainClosed int
}

func (o *Options) ensureDefaults() {
	if o.SegmentCapacity == 0 {
		o.SegmentCapacity = DefaultSegmentCapacity
	}
	if o.RetainClosed == 0 {
		o.RetainClosed = DefaultRetainClosed
	}
}

func (o *Options) validate() error {
	var errs []error
	if o.SegmentCapacity < headerLen {
		errs = append(errs, fmt.Errorf("wal: segment capacity %d is below %d bytes", o.SegmentCapacity, headerLen))
	}
	if o.RetainClosed < 0 {
		errs = append(errs, fmt.Errorf("wal: negative number of retained segments %d", o.RetainClosed))
	}
	return errors.Join(errs...)
}

// Log is an open write-ahead log. It may be used from several goroutines.
type Log struct {
	mu      sync.Mutex
	fs      disk.FS
	dir     string
	opts    Options
	lock    io.Closer
	closed  []closedSegment
	active  openSegmentFile
	spares  []openSegmentFile // empty, younger than active
	ack     uint64
	hasAck  bool
	scratch []byte
	shut    bool
}

// maxScratch bounds the encode buffer kept between appends.
const maxScratch = 1 << 20

// Append adds an entry and returns its index. When it returns the entry survives
// the death of the process; Flush makes it durable. After an error the log is
// unchanged.
func (l *Log) Append(data []byte) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shut {
		return 0, ErrClosed
	}
	if !l.active.fits(len(data)) {
		if l.active.count > 0 {
			if err := l.retire(); err != nil {
				return 0, err
			}
		}
		if err := l.active.ensure(len(data)); err != nil {
			return 0, err
		}
	}
	index := l.next()
	buf, err := l.active.append(l.scratch, data)
	if cap(buf) <= maxScratch {
		l.scratch = buf
	}
	return index, err
}

// retire closes the active segment and makes an empty one active.
func (l *Log) retire() error {
	next, err := l.takeSpare()
	if err != nil {
		return err
	}
	if err := l.closeActive(); err != nil {
		l.spares = append([]openSegmentFile{next}, l.spares...)
		return err
	}
	l.active = next
	return l.fs.SyncDir(l.dir)
}

func (l *Log) takeSpare() (openSegmentFile, error) {
	if len(l.spares) == 0 {
		return l.create(l.active.id + 1)
	}
	s := l.spares[0]
	l.spares = l.spares[1:]
	return s, nil
}

// closeActive syncs the active segment and renames it to closed-<start>. An
// empty last closed segment has that very name and is replaced by the rename, so
// the index it carries is never lost.
func (l *Log) closeActive() error {
	start := l.activeStart()
	if err := l.active.flush(); err != nil {
		return err
	}
	if err := l.active.rename(filepath.Join(l.dir, "closed-"+strconv.FormatUint(start, 10))); err != nil {
		return err
	}
	if n := len(l.closed); n > 0 && l.closed[n-1].count == 0 {
		// Nothing was written through this descriptor, and its file is gone.
		_ = l.closed[n-1].file.Close()
		l.closed = l.closed[:n-1]
	}
	l.closed = append(l.closed, closedSegment{start, l.active.segment})
	return nil
}

// activeStart returns the index of the first entry of the active segment.
func (l *Log) activeStart() uint64 {
	if len(l.closed) == 0 {
		return 0
	}
	return l.closed[len(l.closed)-1].end()
}

func (l *Log) next() uint64 { return l.activeStart() + l.active.count }

// oldest returns the first index held by a file.
func (l *Log) oldest() uint64 {
	if len(l.closed) == 0 {
		return 0
	}
	return l.closed[0].start
}

// last returns the index of the last entry, or the oldest index if there is none.
func (l *Log) last() uint64 {
	if n := l.next(); n > l.oldest() {
		return n - 1
	}
	return l.oldest()
}

// NextIndex returns the index the next Append will get.
func (l *Log) NextIndex() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next()
}

// FirstIndex returns the index replay starts at: the acknowledged index if there
// is one, else the oldest. In an empty log it equals NextIndex or lies before it.
func (l *Log) FirstIndex() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hasAck {
		return l.ack
	}
	return l.oldest()
}

// OldestIndex returns the index of the oldest entry still in a file.
func (l *Log) OldestIndex() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.oldest()
}

// Read calls fn for every entry with an index of at least from, in order, and
// stops at the first error. data is only valid during the call. The log must not
// be used inside fn.
func (l *Log) Read(from uint64, fn func(i uint64, data []byte) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shut {
		return ErrClosed
	}
	first := sort.Search(len(l.closed), func(i int) bool { return l.closed[i].end() > from })
	for _, c := range l.closed[first:] {
		if err := readFrom(c.segment, c.start, from, fn); err != nil {
			return err
		}
	}
	return readFrom(l.active.segment, l.activeStart(), from, fn)
}

// readFrom walks the entries of s, which starts at index start.
func readFrom(s *segment, start, from uint64, fn func(i uint64, data []byte) error) error {
	if start+s.count <= from {
		return nil
	}
	return s.walk(max(from, start)-start, func(i uint64, data []byte) error { return fn(start+i, data) })
}

// Flush makes every appended entry durable.
func (l *Log) Flush() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shut {
		return ErrClosed
	}
	return l.active.flush()
}

// Close flushes the log, closes its files and gives the lock back. The lock is
// released even when the flush fails. A second Close does nothing.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shut {
		return nil
	}
	l.shut = true
	return errors.Join(l.active.flush(), l.release())
}
