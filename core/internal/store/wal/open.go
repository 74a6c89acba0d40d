package wal

import (
	"cmp"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

type openSegmentFile struct {
	id uint64
	*segment
}

type closedSegment struct {
	start uint64
	*segment
}

// end returns the index behind the last entry.
func (c closedSegment) end() uint64 { return c.start + c.count }

// Open opens the log in dir, which it creates if missing. The directory is
// locked until Close; disk.ErrLocked says that another process has it.
func Open(fs disk.FS, dir string, opts Options) (*Log, error) {
	opts.ensureDefaults()
	if err := opts.validate(); err != nil {
		return nil, err
	}
	if err := fs.MkdirAll(dir); err != nil {
		return nil, err
	}
	lock, err := fs.LockDir(dir)
	if err != nil {
		return nil, err
	}
	l := &Log{fs: fs, dir: dir, opts: opts, lock: lock}
	if err := l.load(); err != nil {
		return nil, errors.Join(err, l.release())
	}
	return l, nil
}

// load reads the directory, checks the chain of segments and settles which open
// segment is active.
func (l *Log) load() error {
	opens, err := l.readDir()
	if err != nil {
		return err
	}
	if err := l.checkClosed(); err != nil {
		return err
	}
	if err := l.adopt(opens); err != nil {
		return err
	}
	if l.active.segment == nil {
		if l.active, err = l.create(1); err != nil {
			return err
		}
	}
	return l.loadAck()
}

// readDir opens every segment: closed ones into l.closed, open ones returned in
// order of their ids. Both are known to the log, so release closes them.
func (l *Log) readDir() ([]openSegmentFile, error) {
	entries, err := l.fs.ReadDir(l.dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		if err := l.readFile(e.Name()); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(l.closed, func(a, b closedSegment) int { return cmp.Compare(a.start, b.start) })
	slices.SortFunc(l.spares, func(a, b openSegmentFile) int { return cmp.Compare(a.id, b.id) })
	opens := slices.Clone(l.spares)
	return opens, nil
}

// readFile takes one file of the directory into the log, by its name.
func (l *Log) readFile(name string) error {
	kind, rest, found := strings.Cut(name, "-")
	path := filepath.Join(l.dir, name)
	switch {
	case !found:
		return nil
	case kind == "tmp":
		return l.fs.Remove(path)
	case kind != "open" && kind != "closed":
		return nil
	}
	n, err := strconv.ParseUint(rest, 10, 64)
	if err != nil {
		return disk.Corruptf(path, 0, "unexpected file name in the wal directory")
	}
	s, err := openSegment(l.fs, path)
	if err != nil {
		return err
	}
	if kind == "open" {
		l.spares = append(l.spares, openSegmentFile{n, s})
	} else {
		l.closed = append(l.closed, closedSegment{n, s})
	}
	return nil
}

// checkClosed checks that each closed segment starts where the one before ends.
func (l *Log) checkClosed() error {
	for i := 1; i < len(l.closed); i++ {
		prev, next := l.closed[i-1], l.closed[i]
		switch {
		case next.start > prev.end():
			return disk.Corruptf(prev.path, prev.size,
				"wal entries %d to %d are missing before %s", prev.end(), next.start, filepath.Base(next.path))
		case next.start < prev.end():
			return disk.Corruptf(next.path, 0,
				"wal segment starts at %d but %s reaches %d", next.start, filepath.Base(prev.path), prev.end())
		}
	}
	return nil
}

// adopt picks the active segment: the last non-empty one, else the first. Older
// non-empty ones were retired without a durable rename and are closed now; empty
// ones stay as spares.
func (l *Log) adopt(opens []openSegmentFile) error {
	l.spares = nil
	for i, s := range opens {
		var err error
		switch {
		case l.active.segment == nil:
			l.active = s
		case s.count == 0:
			l.spares = append(l.spares, s)
		case l.active.count == 0:
			l.spares = append(l.spares, l.active)
			l.active = s
		default:
			if err = l.closeActive(); err == nil {
				l.active = s
			}
		}
		if err != nil {
			l.spares = append(l.spares, opens[i:]...)
			return err
		}
	}
	// A spare older than the active segment would come before it at the next
	// open, so only younger ones are kept.
	for len(l.spares) > 0 && l.spares[0].id < l.active.id {
		if err := l.spares[0].remove(); err != nil {
			return err
		}
		l.spares = l.spares[1:]
	}
	return nil
}

// create makes open-<id> and syncs the directory.
func (l *Log) create(id uint64) (openSegmentFile, error) {
	s, err := createSegment(l.fs, l.dir, "open-"+strconv.FormatUint(id, 10), l.opts.SegmentCapacity&^7)
	if err != nil {
		return openSegmentFile{}, err
	}
	if err := l.fs.SyncDir(l.dir); err != nil {
		return openSegmentFile{}, errors.Join(err, s.file.Close())
	}
	return openSegmentFile{id, s}, nil
}

// release closes every file and gives the lock back.
func (l *Log) release() error {
	var errs []error
	for _, c := range l.closed {
		errs = append(errs, c.file.Close())
	}
	for _, s := range l.spares {
		errs = append(errs, s.file.Close())
	}
	if l.active.segment != nil {
		errs = append(errs, l.active.file.Close())
	}
	return errors.Join(append(errs, l.lock.Close())...)
}
