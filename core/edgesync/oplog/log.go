package oplog

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sort"
	"sync"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Options tune a log. The zero value is usable.
type Options struct {
	// FileSize is where a file ends and the next begins, in bytes; 4 MiB when 0.
	FileSize int64
	// NoSync leaves it to Sync, Rotate and Close to make records durable. They survive the end of the process all the same.
	NoSync bool
	// Salvage takes damage as the end of the log, instead of refusing to open it.
	Salvage bool
}

const defaultFileSize = 4 << 20

// Log is an open log. It is safe for concurrent use.
type Log struct {
	fs   disk.FS
	dir  string
	opts Options

	mu     sync.Mutex
	files  []*file // in order; the last one grows
	buf    []byte
	broken error
	lost   int64 // bytes taken off the end by Open
}

// file is one file of the log with the places of its records.
type file struct {
	name  string
	first uint64
	offs  []int64
	size  int64
	f     disk.File // open while it grows, and for reads
}

func (f *file) next() uint64 { return f.first + uint64(len(f.offs)) }

// First is the index of the oldest record kept, Next that of the next one.
func (l *Log) First() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.files[0].first
}

// Next is the index that the next record will have.
func (l *Log) Next() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tail().next()
}

// Size is the number of bytes of all files.
func (l *Log) Size() (n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.files {
		n += f.size
	}
	return n
}

// Lost is how many bytes of an unfinished append Open took off.
func (l *Log) Lost() int64 { return l.lost }

func (l *Log) tail() *file { return l.files[len(l.files)-1] }

// Append adds a record and returns its index. When it returns the record is durable, unless the log was opened with NoSync. After an error the
// record is not in the log; when even that cannot be made sure the log takes no more.
func (l *Log) Append(kind byte, data []byte) (uint64, error) {
	return l.AppendMany(Record{Kind: kind, Data: data})
}

// AppendMany adds records with one sync, all or none of them while the process lives; a power cut may leave those at the front. It returns the index of the first.
func (l *Log) AppendMany(records ...Record) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil {
		return 0, l.broken
	}
	if l.tail().size >= l.fileSize() && len(l.tail().offs) > 0 {
		if err := l.rotate(); err != nil {
			return 0, err
		}
	}
	t := l.tail()
	first, at := t.next(), len(t.offs)
	l.buf = l.buf[:0]
	for i, r := range records {
		if len(r.Data) > MaxRecord {
			return 0, api.Errorf(api.InvalidArgument, "an operation of %d bytes exceeds %d", len(r.Data), MaxRecord)
		}
		t.offs = append(t.offs, t.size+int64(len(l.buf)))
		l.buf = appendRecord(l.buf, Record{Index: first + uint64(i), Kind: r.Kind, Data: r.Data})
	}
	if err := l.write(t); err != nil {
		t.offs = t.offs[:at]
		return 0, err
	}
	if cap(l.buf) > 1<<20 {
		l.buf = nil
	}
	return first, nil
}

// write puts buf at the end of a file. What fails is taken back.
func (l *Log) write(t *file) error {
	if _, err := t.f.WriteAt(l.buf, t.size); err != nil {
		if terr := t.f.Truncate(t.size); terr != nil {
			l.broken = api.Wrap(api.IO, errors.Join(err, terr), "the log cannot be brought to a known state: open it again")
		}
		return fmt.Errorf("oplog: %w", err)
	}
	if !l.opts.NoSync {
		if err := t.f.Sync(); err != nil {
			l.broken = api.Wrap(api.IO, err, "the log could not be synced: open it again")
			return l.broken
		}
	}
	t.size += int64(len(l.buf))
	return nil
}

func (l *Log) fileSize() int64 {
	if l.opts.FileSize > 0 {
		return l.opts.FileSize
	}
	return defaultFileSize
}

// rotate starts the next file.
func (l *Log) rotate() error {
	if err := l.tail().f.Sync(); err != nil {
		l.broken = api.Wrap(api.IO, err, "the log could not be synced: open it again")
		return l.broken
	}
	f, err := l.create(l.tail().next())
	if err != nil {
		return err
	}
	l.files = append(l.files, f)
	return nil
}

// Sync makes all records durable.
func (l *Log) Sync() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil {
		return l.broken
	}
	if err := l.tail().f.Sync(); err != nil {
		l.broken = api.Wrap(api.IO, err, "the log could not be synced: open it again")
		return l.broken
	}
	return nil
}

// Drop removes the files whose records are all below an index.
func (l *Log) Drop(below uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil {
		return l.broken
	}
	if t := l.tail(); below >= t.next() && t.size > l.fileSize()/4 {
		if err := l.rotate(); err != nil {
			return err
		}
	}
	removed := false
	for len(l.files) > 1 && l.files[0].next() <= below {
		if err := l.fs.Remove(l.files[0].name); err != nil {
			return fmt.Errorf("oplog: %w", err)
		}
		_ = l.files[0].f.Close()
		l.files = l.files[1:]
		removed = true
	}
	if !removed {
		return nil
	}
	return l.fs.SyncDir(l.dir)
}

// Get reads one record.
func (l *Log) Get(index uint64) (Record, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := sort.Search(len(l.files), func(i int) bool { return l.files[i].first > index }) - 1
	if i < 0 || index >= l.files[i].next() {
		return Record{}, api.Errorf(api.NotFound, "the log has no record %d", index)
	}
	return l.files[i].read(index)
}

func (f *file) read(index uint64) (Record, error) {
	n := int(index - f.first)
	end := f.size
	if n+1 < len(f.offs) {
		end = f.offs[n+1]
	}
	data := make([]byte, end-f.offs[n])
	if _, err := f.f.ReadAt(data, f.offs[n]); err != nil && !errors.Is(err, io.EOF) {
		return Record{}, fmt.Errorf("oplog: %w", err)
	}
	r, _, ok := recordAt(data)
	if !ok || r.Index != index {
		return Record{}, disk.Corruptf(f.name, f.offs[n], "record %d is damaged", index)
	}
	return r, nil
}

// Read hands records to fn, from an index on to the last that is there when it begins. What Salvage left out is left out.
func (l *Log) Read(from uint64, fn func(Record) error) error {
	for i, end := max(from, l.First()), l.Next(); i < end; i++ {
		r, err := l.Get(i)
		if l.opts.Salvage && errors.Is(err, api.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if err := fn(r); err != nil {
			return err
		}
	}
	return nil
}

// Close syncs and releases the log.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var errs []error
	if l.broken == nil {
		errs = append(errs, l.tail().f.Sync())
	}
	l.broken = api.Errorf(api.Closed, "the log is closed")
	return errors.Join(append(errs, l.closeFiles())...)
}

func (l *Log) closeFiles() error {
	var errs []error
	for _, f := range l.files {
		errs = append(errs, f.f.Close())
	}
	return errors.Join(errs...)
}

func (l *Log) path(first uint64) string { return filepath.Join(l.dir, fmt.Sprintf("%020d.log", first)) }
