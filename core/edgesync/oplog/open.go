package oplog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Open opens the log in dir, made when it is missing. A new log begins with record 1. The owner of the directory holds the lock.
func Open(fs disk.FS, dir string, o Options) (*Log, error) {
	l := &Log{fs: fs, dir: dir, opts: o}
	if err := l.open(); err != nil {
		return nil, errors.Join(err, l.closeFiles())
	}
	return l, nil
}

func (l *Log) open() error {
	if err := l.fs.MkdirAll(l.dir); err != nil {
		return fmt.Errorf("oplog: %w", err)
	}
	firsts, err := l.list()
	if err != nil {
		return err
	}
	for i, first := range firsts {
		last := i == len(firsts)-1
		f, rest, err := l.load(first, last)
		if f != nil {
			l.files = append(l.files, f)
		}
		if err == nil && f != nil && len(rest) > 0 {
			err = l.cutTail(f, rest, last)
		}
		if err != nil {
			return err
		}
		if f != nil && !last && f.next() != firsts[i+1] && !l.opts.Salvage {
			return disk.Corruptf(f.name, f.size, "records %d to %d are missing", f.next(), firsts[i+1]-1)
		}
	}
	if len(l.files) > 0 {
		return nil
	}
	f, err := l.create(1)
	if err == nil {
		l.files = []*file{f}
	}
	return err
}

// list returns the first indices of the files.
func (l *Log) list() (firsts []uint64, err error) {
	entries, err := l.fs.ReadDir(l.dir)
	if err != nil {
		return nil, fmt.Errorf("oplog: %w", err)
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".log")
		first, err := strconv.ParseUint(name, 10, 64)
		if !ok || err != nil || filepath.Base(l.path(first)) != e.Name() {
			return nil, disk.Corruptf(filepath.Join(l.dir, e.Name()), 0, "no file of a log")
		}
		firsts = append(firsts, first)
	}
	slices.Sort(firsts)
	return firsts, nil
}

// load opens a file and finds its records; rest is what stands behind them. A last file whose head was not finished is removed: f is nil then.
func (l *Log) load(first uint64, last bool) (f *file, rest []byte, err error) {
	f = &file{name: l.path(first), first: first}
	if f.f, err = l.fs.OpenFile(f.name, os.O_RDWR, 0); err != nil {
		return nil, nil, fmt.Errorf("oplog: %w", err)
	}
	data, err := disk.ReadFile(l.fs, f.name)
	if err != nil {
		return f, nil, fmt.Errorf("oplog: %w", err)
	}
	got, vers, ok := headerOf(data)
	switch {
	case !ok && last && len(data) <= fileHeader:
		return nil, nil, errors.Join(f.f.Close(), l.restart(first))
	case !ok || got != first:
		return f, nil, disk.Corruptf(f.name, 0, "the head of the file is damaged")
	case vers != version:
		return f, nil, api.Errorf(api.Unsupported, "%s has version %d, this release reads %d", f.name, vers, version)
	}
	f.size = fileHeader
	for {
		r, n, ok := recordAt(data[f.size:])
		if !ok || r.Index != f.next() {
			return f, data[f.size:], nil
		}
		f.offs = append(f.offs, f.size)
		f.size += int64(n)
	}
}

// restart removes a file that was being started. The first one there is is made anew.
func (l *Log) restart(first uint64) error {
	name := l.path(first)
	if err := l.fs.Remove(name); err != nil {
		return fmt.Errorf("oplog: %w", err)
	}
	if len(l.files) > 0 {
		return nil
	}
	f, err := l.create(first)
	if err == nil {
		l.files = append(l.files, f)
	}
	return err
}

// cutTail takes an unfinished append off the end. What has a sound record behind it is damage.
func (l *Log) cutTail(f *file, rest []byte, last bool) error {
	if _, lost := soundBehind(rest, f.next()); (lost || !last) && !l.opts.Salvage {
		return disk.Corruptf(f.name, f.size, "record %d is damaged and others follow it", f.next())
	}
	if err := f.f.Truncate(f.size); err != nil {
		return fmt.Errorf("oplog: %w", err)
	}
	l.lost += int64(len(rest))
	return f.f.Sync()
}

// create makes a new file, durable before it is used. What fails leaves none.
func (l *Log) create(first uint64) (_ *file, err error) {
	f := &file{name: l.path(first), first: first, size: fileHeader}
	if f.f, err = l.fs.OpenFile(f.name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600); err != nil {
		return nil, fmt.Errorf("oplog: %w", err)
	}
	if _, err = f.f.WriteAt(appendHeader(nil, first), 0); err == nil {
		if err = f.f.Sync(); err == nil {
			err = l.fs.SyncDir(l.dir)
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("oplog: %w", err), f.f.Close(), l.fs.Remove(f.name))
	}
	return f, nil
}
