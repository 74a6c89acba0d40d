//go:build linux

package faultfs

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Power is a disk.FS that knows what a power cut would leave: of a file what it held when it was last synced, of a directory the names that it had then. Nothing
// else is left, which is the least that a file system promises.
type Power struct {
	disk.FS

	mu    sync.Mutex
	nodes map[uint64]*node // by inode; those that exist
}

// node is a file or a directory.
type node struct {
	data  sparse           // of a file, as it was synced
	names map[string]*node // of a directory, as they were synced; nil of a file
}

var _ disk.FS = (*Power)(nil)

// NewPower wraps base.
func NewPower(base disk.FS) *Power { return &Power{FS: base, nodes: map[uint64]*node{}} }

// Cut writes what would be left of a directory to another one, which does not exist yet, by way of the wrapped file system's like.
func (p *Power) Cut(dir, to string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.of(dir)
	if n == nil || n.names == nil {
		return os.Mkdir(to, 0o700)
	}
	return n.write(to)
}

func (n *node) write(to string) error {
	if n.names == nil {
		return n.data.write(to)
	}
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	for name, child := range n.names {
		if err := child.write(filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

// of is the node at a path, nil when there is none. The caller holds mu.
func (p *Power) of(path string) *node {
	info, err := os.Lstat(path)
	if err != nil {
		return nil
	}
	ino := info.Sys().(*syscall.Stat_t).Ino
	if p.nodes[ino] == nil {
		p.nodes[ino] = newNode(info.IsDir())
	}
	return p.nodes[ino]
}

func newNode(dir bool) *node {
	if dir {
		return &node{names: map[string]*node{}}
	}
	return &node{}
}

// made notes that a path is new: its inode may have been another's.
func (p *Power) made(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if info, err := os.Lstat(path); err == nil {
		p.nodes[info.Sys().(*syscall.Stat_t).Ino] = newNode(info.IsDir())
	}
}

func exists(path string) bool { _, err := os.Lstat(path); return err == nil }

// Create implements disk.FS.
func (p *Power) Create(name string) (disk.File, error) {
	before := exists(name)
	f, err := p.FS.Create(name)
	return p.opened(f, err, name, before)
}

// OpenFile implements disk.FS.
func (p *Power) OpenFile(name string, flag int, perm os.FileMode) (disk.File, error) {
	before := exists(name)
	f, err := p.FS.OpenFile(name, flag, perm)
	return p.opened(f, err, name, before)
}

func (p *Power) opened(f disk.File, err error, name string, before bool) (disk.File, error) {
	if err != nil {
		return nil, err
	}
	if !before {
		p.made(name)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return &synced{File: f, p: p, node: p.of(name)}, nil
}

// Mkdir implements disk.FS.
func (p *Power) Mkdir(name string) error {
	err := p.FS.Mkdir(name)
	if err == nil {
		p.made(name)
	}
	return err
}

// MkdirAll implements disk.FS.
func (p *Power) MkdirAll(name string) error {
	if exists(name) {
		return p.FS.MkdirAll(name)
	}
	if parent := filepath.Dir(name); parent != name {
		if err := p.MkdirAll(parent); err != nil {
			return err
		}
	}
	return p.Mkdir(name)
}

// SyncDir implements disk.FS.
func (p *Power) SyncDir(name string) error {
	if err := p.FS.SyncDir(name); err != nil {
		return err
	}
	entries, err := p.ReadDir(name)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	names := map[string]*node{}
	for _, e := range entries {
		if n := p.of(filepath.Join(name, e.Name())); n != nil {
			names[e.Name()] = n
		}
	}
	if n := p.of(name); n != nil {
		clear(n.names)
		maps.Copy(n.names, names)
	}
	return nil
}

// Map implements disk.FS.
func (p *Power) Map(name string, writable bool) (*disk.Mapping, error) {
	m, err := p.FS.Map(name, writable)
	if err != nil || !writable {
		return m, err
	}
	p.mu.Lock()
	n := p.of(name)
	p.mu.Unlock()
	m.BeforeSync = func() error { return p.save(n, name) }
	return m, nil
}

// save notes what a file holds. A file that has no name any more is nobody's.
func (p *Power) save(n *node, name string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of(name) != n {
		return nil
	}
	data, err := readSparse(name)
	if err == nil {
		n.data = data
	}
	return err
}

// synced is an open file whose syncs are noted.
type synced struct {
	disk.File
	p    *Power
	node *node
}

// Sync implements disk.File.
func (s *synced) Sync() error {
	if err := s.File.Sync(); err != nil {
		return err
	}
	return s.p.save(s.node, s.Name())
}

// sparse is the content of a file without its holes.
type sparse struct {
	size    int64
	extents []extent
}

type extent struct {
	at   int64
	data []byte
}

func readSparse(name string) (s sparse, err error) {
	f, err := os.Open(name)
	if err != nil {
		return s, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return s, err
	}
	s.size = info.Size()
	for at := int64(0); at < s.size; {
		begin, err := unix.Seek(int(f.Fd()), at, unix.SEEK_DATA)
		if errors.Is(err, unix.ENXIO) {
			return s, nil
		}
		if err != nil {
			return s, err
		}
		end, err := unix.Seek(int(f.Fd()), begin, unix.SEEK_HOLE)
		if err != nil {
			return s, err
		}
		e := extent{begin, make([]byte, min(end, s.size)-begin)}
		if _, err := f.ReadAt(e.data, begin); err != nil {
			return s, err
		}
		s.extents = append(s.extents, e)
		at = end
	}
	return s, nil
}

func (s *sparse) write(name string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = f.Truncate(s.size)
	for _, e := range s.extents {
		if err == nil {
			_, err = f.WriteAt(e.data, e.at)
		}
	}
	return errors.Join(err, f.Close())
}

// Copy writes a directory as it is, synced or not, to another one that does not exist: what the end of a process leaves.
func (p *Power) Copy(dir, to string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	for _, e := range entries {
		from, name := filepath.Join(dir, e.Name()), filepath.Join(to, e.Name())
		if e.IsDir() {
			if err := p.Copy(from, name); err != nil {
				return err
			}
			continue
		}
		data, err := readSparse(from)
		if err == nil {
			err = data.write(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
