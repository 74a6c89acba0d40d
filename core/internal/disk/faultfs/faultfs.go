package faultfs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Kind names a changing operation.
type Kind string

// The changing operations.
const (
	KindCreate    Kind = "create" // Create, and OpenFile with a flag that creates or truncates
	KindMkdir     Kind = "mkdir"
	KindRename    Kind = "rename" // path is the new name
	KindExchange  Kind = "exchange"
	KindLink      Kind = "link"
	KindRemove    Kind = "remove"
	KindRemoveAll Kind = "removeall"
	KindTruncate  Kind = "truncate"
	KindWrite     Kind = "write"
	KindSync      Kind = "sync"
	KindSyncDir   Kind = "syncdir"
	KindMsync     Kind = "msync"
)

// Op is one changing operation.
type Op struct {
	Kind Kind
	N    int64 // its number, from 1
}

// ShortWrite, returned by a Hook for a KindWrite, lets the first N bytes reach
// the file before the write fails with Err.
type ShortWrite struct {
	N   int
	Err error
}

// Error implements error.
func (s *ShortWrite) Error() string { return fmt.Sprintf("write cut after %d bytes: %v", s.N, s.Err) }

// Unwrap returns Err.
func (s *ShortWrite) Unwrap() error { return s.Err }

// FS is a disk.FS with a hook. Set Hook before use.
type FS struct {
	disk.FS
	// Hook runs before every changing operation; an error prevents it.
	Hook func(op Op, path string) error

	n atomic.Int64
}

var _ disk.FS = (*FS)(nil)

// New wraps base.
func New(base disk.FS) *FS { return &FS{FS: base} }

// Count returns the number of changing operations so far.
func (f *FS) Count() int64 { return f.n.Load() }

func (f *FS) ask(k Kind, path string) error {
	op := Op{Kind: k, N: f.n.Add(1)}
	if f.Hook == nil {
		return nil
	}
	return f.Hook(op, path)
}

func (f *FS) guard(k Kind, path string, do func() error) error {
	if err := f.ask(k, path); err != nil {
		return err
	}
	return do()
}

// Open implements disk.FS.
func (f *FS) Open(name string) (disk.File, error) {
	file, err := f.FS.Open(name)
	return f.wrap(file, err)
}

// Create implements disk.FS.
func (f *FS) Create(name string) (disk.File, error) {
	if err := f.ask(KindCreate, name); err != nil {
		return nil, err
	}
	file, err := f.FS.Create(name)
	return f.wrap(file, err)
}

// OpenFile implements disk.FS.
func (f *FS) OpenFile(name string, flag int, perm os.FileMode) (disk.File, error) {
	if flag&(os.O_CREATE|os.O_TRUNC) != 0 {
		if err := f.ask(KindCreate, name); err != nil {
			return nil, err
		}
	}
	file, err := f.FS.OpenFile(name, flag, perm)
	return f.wrap(file, err)
}

// Mkdir implements disk.FS.
func (f *FS) Mkdir(name string) error {
	return f.guard(KindMkdir, name, func() error { return f.FS.Mkdir(name) })
}

// MkdirAll implements disk.FS.
func (f *FS) MkdirAll(name string) error {
	return f.guard(KindMkdir, name, func() error { return f.FS.MkdirAll(name) })
}

// Rename implements disk.FS.
func (f *FS) Rename(oldName, newName string) error {
	return f.guard(KindRename, newName, func() error { return f.FS.Rename(oldName, newName) })
}

// Exchange implements disk.FS.
func (f *FS) Exchange(a, b string) error {
	return f.guard(KindExchange, b, func() error { return f.FS.Exchange(a, b) })
}

// Link implements disk.FS.
func (f *FS) Link(oldName, newName string) error {
	return f.guard(KindLink, newName, func() error { return f.FS.Link(oldName, newName) })
}

// Remove implements disk.FS.
func (f *FS) Remove(name string) error {
	return f.guard(KindRemove, name, func() error { return f.FS.Remove(name) })
}

// RemoveAll implements disk.FS.
func (f *FS) RemoveAll(name string) error {
	return f.guard(KindRemoveAll, name, func() error { return f.FS.RemoveAll(name) })
}

// Truncate implements disk.FS.
func (f *FS) Truncate(name string, size int64) error {
	return f.guard(KindTruncate, name, func() error { return f.FS.Truncate(name, size) })
}

// SyncDir implements disk.FS.
func (f *FS) SyncDir(name string) error {
	return f.guard(KindSyncDir, name, func() error { return f.FS.SyncDir(name) })
}

// Map implements disk.FS.
func (f *FS) Map(name string, writable bool) (*disk.Mapping, error) {
	m, err := f.FS.Map(name, writable)
	if err == nil && writable {
		m.BeforeSync = func() error { return f.ask(KindMsync, name) }
	}
	return m, err
}

func (f *FS) wrap(file disk.File, err error) (disk.File, error) {
	if err != nil {
		return nil, err
	}
	return &hooked{File: file, fs: f}, nil
}

// hooked is an open file whose changing operations are asked for.
type hooked struct {
	disk.File
	fs *FS
}

var _ io.Writer = (*hooked)(nil)

func (h *hooked) Write(p []byte) (int, error) {
	return h.write(p, h.File.Write)
}

func (h *hooked) WriteAt(p []byte, off int64) (int, error) {
	return h.write(p, func(b []byte) (int, error) { return h.File.WriteAt(b, off) })
}

func (h *hooked) write(p []byte, do func([]byte) (int, error)) (int, error) {
	err := h.fs.ask(KindWrite, h.Name())
	if err == nil {
		return do(p)
	}
	var short *ShortWrite
	if !errors.As(err, &short) {
		return 0, err
	}
	n, werr := do(p[:min(short.N, len(p))])
	if werr != nil {
		return n, werr
	}
	return n, err
}

// Sync implements disk.File.
func (h *hooked) Sync() error {
	return h.fs.guard(KindSync, h.Name(), h.File.Sync)
}

// Truncate implements disk.File.
func (h *hooked) Truncate(size int64) error {
	return h.fs.guard(KindTruncate, h.Name(), func() error { return h.File.Truncate(size) })
}
