package chunks

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	configFile = "config.json"
	statusFile = "status.dat"
	statusSize = 8

	defaultChunkBytes = 32 << 20
)

// Array is an open chunked array.
type Array struct {
	fs       disk.FS
	dir      string
	item     int
	cfg      config
	n        int // items, unflushed growth included
	status   *disk.Mapping
	chunks   []*disk.Mapping
	dirty    []bool // per chunk: written since the last Flush
	newNames bool   // files were created since the last Flush
	readOnly bool
}

// Create writes the configuration of an array with chunks of about chunkBytes
// bytes; Open follows it. Without Create, Open uses Qdrant's 32 MiB.
func Create(fsys disk.FS, dir string, itemBytes, dim, chunkBytes int) error {
	if itemBytes <= 0 || dim <= 0 || chunkBytes < itemBytes {
		return fmt.Errorf("chunks: item of %d bytes, dim %d, chunk of %d bytes", itemBytes, dim, chunkBytes)
	}
	if err := fsys.MkdirAll(dir); err != nil {
		return err
	}
	per := chunkBytes / itemBytes
	c := config{ChunkBytes: per * itemBytes, PerChunk: per, Dim: dim}
	return disk.WriteFileAtomic(fsys, filepath.Join(dir, configFile), c.encode())
}

// Open opens an array for reading and writing; what is missing is created.
// itemBytes is the size of one whole item, dim the number of elements in it.
func Open(fsys disk.FS, dir string, itemBytes, dim int) (*Array, error) {
	exists, err := disk.Exists(fsys, filepath.Join(dir, configFile))
	if err != nil {
		return nil, err
	}
	if !exists {
		if err := Create(fsys, dir, itemBytes, dim, max(defaultChunkBytes, itemBytes)); err != nil {
			return nil, err
		}
	}
	return open(fsys, dir, itemBytes, dim, false)
}

// OpenReadOnly opens an existing array without changing any file.
func OpenReadOnly(fsys disk.FS, dir string, itemBytes, dim int) (*Array, error) {
	return open(fsys, dir, itemBytes, dim, true)
}

func open(fsys disk.FS, dir string, itemBytes, dim int, readOnly bool) (*Array, error) {
	a := &Array{fs: fsys, dir: dir, item: itemBytes, readOnly: readOnly}
	if err := disk.Guard(func() error { return a.open(dim) }); err != nil {
		_ = a.Close()
		return nil, err
	}
	return a, nil
}

func (a *Array) open(dim int) error {
	var err error
	if a.cfg, err = readConfig(a.fs, a.path(configFile), a.item, dim); err != nil {
		return err
	}
	if err := a.openStatus(); err != nil {
		return err
	}
	count, err := a.countChunks()
	if err != nil {
		return err
	}
	for range count {
		if err := a.mapChunk(); err != nil {
			return err
		}
	}
	n := binary.LittleEndian.Uint64(a.status.Data)
	if room := uint64(count) * uint64(a.cfg.PerChunk); n > room || n > math.MaxUint32+1 {
		return disk.Corruptf(a.path(statusFile), 0, "%d items, but %d chunks hold %d", n, count, room)
	}
	a.n = int(n)
	return nil
}

func (a *Array) openStatus() error {
	name := a.path(statusFile)
	info, err := a.fs.Stat(name)
	if errors.Is(err, fs.ErrNotExist) && !a.readOnly {
		if err := disk.EnsureFile(a.fs, name, statusSize); err != nil {
			return err
		}
		a.newNames = true
	} else if err != nil {
		return err
	} else if info.Size() != statusSize {
		return disk.Corruptf(name, info.Size(), "status has %d bytes, want %d", info.Size(), statusSize)
	}
	a.status, err = a.fs.Map(name, !a.readOnly)
	return err
}

// countChunks returns the number of chunk files and checks that they are
// numbered without a hole.
func (a *Array) countChunks() (int, error) {
	entries, err := a.fs.ReadDir(a.dir)
	if err != nil {
		return 0, err
	}
	count, last := 0, -1
	for _, e := range entries {
		i, ok := chunkIndex(e.Name())
		if !ok {
			continue
		}
		count++
		last = max(last, i)
	}
	if last+1 != count {
		return 0, disk.Corruptf(a.dir, 0, "%d chunk files, but the last is %s", count, chunkName(last))
	}
	return count, nil
}

func chunkName(i int) string { return "chunk_" + strconv.Itoa(i) + ".mmap" }

func chunkIndex(name string) (int, bool) {
	s, ok := strings.CutSuffix(name, ".mmap")
	if !ok {
		return 0, false
	}
	if s, ok = strings.CutPrefix(s, "chunk_"); !ok {
		return 0, false
	}
	i, err := strconv.ParseUint(s, 10, 31)
	return int(i), err == nil && chunkName(int(i)) == name
}

// mapChunk maps the next existing chunk file.
func (a *Array) mapChunk() error {
	name := a.path(chunkName(len(a.chunks)))
	m, err := a.fs.Map(name, !a.readOnly)
	if err != nil {
		return err
	}
	if len(m.Data) != a.cfg.ChunkBytes {
		_ = m.Close()
		return disk.Corruptf(name, int64(len(m.Data)), "chunk has %d bytes, want %d", len(m.Data), a.cfg.ChunkBytes)
	}
	a.chunks = append(a.chunks, m)
	a.dirty = append(a.dirty, false)
	return nil
}

func (a *Array) path(name string) string { return filepath.Join(a.dir, name) }

// Len returns the number of items, unflushed growth included.
func (a *Array) Len() int { return a.n }

// PerChunk returns the number of items in one chunk.
func (a *Array) PerChunk() int { return a.cfg.PerChunk }

// ItemBytes returns the size of one item.
func (a *Array) ItemBytes() int { return a.item }

// Get returns item i, aliasing the map; nil when i is not below Len.
func (a *Array) Get(i int) []byte {
	if i < 0 || i >= a.n {
		return nil
	}
	off := i % a.cfg.PerChunk * a.item
	return a.chunks[i/a.cfg.PerChunk].Data[off : off+a.item : off+a.item]
}

// Chunk returns the valid items of chunk c as one run, aliasing the map; nil
// when the chunk holds none.
func (a *Array) Chunk(c int) []byte {
	first := c * a.cfg.PerChunk
	if c < 0 || first >= a.n {
		return nil
	}
	end := min(a.n-first, a.cfg.PerChunk) * a.item
	return a.chunks[c].Data[:end:end]
}

// Set stores item i and grows the array to hold it. Items that a growth skips
// read as zero bytes unless old data lies there.
func (a *Array) Set(i int, b []byte) error {
	if a.readOnly {
		return disk.ErrReadOnly
	}
	if len(b) != a.item || i < 0 || int64(i) > math.MaxUint32 {
		return fmt.Errorf("chunks: item %d of %d bytes, want %d", i, len(b), a.item)
	}
	c := i / a.cfg.PerChunk
	for len(a.chunks) <= c {
		if err := a.addChunk(); err != nil {
			return err
		}
	}
	copy(a.chunks[c].Data[i%a.cfg.PerChunk*a.item:], b)
	a.dirty[c] = true
	a.n = max(a.n, i+1)
	return nil
}

func (a *Array) addChunk() error {
	name := a.path(chunkName(len(a.chunks)))
	if err := disk.EnsureFile(a.fs, name, int64(a.cfg.ChunkBytes)); err != nil {
		return err
	}
	a.newNames = true
	return a.mapChunk()
}

// Flush makes the items durable, then the length.
func (a *Array) Flush() error {
	if a.readOnly {
		return disk.ErrReadOnly
	}
	for c, m := range a.chunks {
		if !a.dirty[c] {
			continue
		}
		if err := m.Sync(); err != nil {
			return err
		}
		a.dirty[c] = false
	}
	if a.newNames {
		if err := a.fs.SyncDir(a.dir); err != nil {
			return err
		}
		a.newNames = false
	}
	if binary.LittleEndian.Uint64(a.status.Data) == uint64(a.n) {
		return nil
	}
	binary.LittleEndian.PutUint64(a.status.Data, uint64(a.n))
	return a.status.Sync()
}

// Close releases the maps. An unflushed growth is lost.
func (a *Array) Close() error {
	var errs []error
	if a.status != nil {
		errs = append(errs, a.status.Close())
	}
	for _, m := range a.chunks {
		errs = append(errs, m.Close())
	}
	a.status, a.chunks, a.n = nil, nil, 0
	return errors.Join(errs...)
}

// Files returns the names of the files, relative to the directory.
func (a *Array) Files() []string {
	names := []string{configFile, statusFile}
	for i := range a.chunks {
		names = append(names, chunkName(i))
	}
	return names
}

// ImmutableFiles returns those of Files that never change.
func (a *Array) ImmutableFiles() []string { return []string{configFile} }
