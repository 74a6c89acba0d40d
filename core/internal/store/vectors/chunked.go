package vectors

import (
	"errors"
	"path"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/chunks"
	"github.com/qdrant-edge-go/edge/core/internal/store/flags"
)

const (
	vectorsDir = "vectors"
	deletedDir = "deleted"
)

// chunked is the appendable form.
type chunked[T Element] struct {
	sub      string // the directory of the rows
	rows     *chunks.Array
	deleted  *flags.Flags
	readOnly bool

	dim      int
	perChunk uint32
	n        int
	dead     int    // deleted rows below n
	bases    [][]T  // the rows of each chunk
	blank    []byte // the placeholder row, made when first needed
}

// OpenChunked opens an appendable storage, creating it when it is missing.
func OpenChunked[T Element](fs disk.FS, dir string, dim int) (Table[T], error) {
	return table[T](openChunked[T](fs, dir, vectorsDir, dim))
}

// table makes a nil pointer a nil interface.
func table[T Element](c *chunked[T], err error) (Table[T], error) {
	if err != nil {
		return nil, err
	}
	return c, nil
}

func openChunked[T Element](fs disk.FS, dir, sub string, dim int) (*chunked[T], error) {
	if err := checkDim(dim); err != nil {
		return nil, err
	}
	if err := fs.MkdirAll(dir); err != nil {
		return nil, err
	}
	rows, err := chunks.Open(fs, filepath.Join(dir, sub), dim*elemBytes[T](), dim)
	if err != nil {
		return nil, err
	}
	deleted, err := flags.Open(fs, filepath.Join(dir, deletedDir))
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	return newChunked[T](dir, sub, rows, deleted, dim, false)
}

// OpenChunkedReadOnly opens an existing appendable storage without writing
// anything.
func OpenChunkedReadOnly[T Element](fs disk.FS, dir string, dim int) (Table[T], error) {
	return table[T](openChunkedReadOnly[T](fs, dir, vectorsDir, dim))
}

func openChunkedReadOnly[T Element](fs disk.FS, dir, sub string, dim int) (*chunked[T], error) {
	if err := checkDim(dim); err != nil {
		return nil, err
	}
	rows, err := chunks.OpenReadOnly(fs, filepath.Join(dir, sub), dim*elemBytes[T](), dim)
	if err != nil {
		return nil, err
	}
	deleted, err := flags.OpenReadOnly(fs, filepath.Join(dir, deletedDir))
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	return newChunked[T](dir, sub, rows, deleted, dim, true)
}

func newChunked[T Element](dir, sub string, rows *chunks.Array, deleted *flags.Flags, dim int, readOnly bool) (*chunked[T], error) {
	c := &chunked[T]{sub: sub, rows: rows, deleted: deleted, readOnly: readOnly, dim: dim}
	if per := rows.PerChunk(); int64(per) >= maxLen {
		err := disk.Corruptf(filepath.Join(dir, sub), 0, "chunks of %d vectors", per)
		return nil, errors.Join(err, c.Close())
	}
	c.perChunk = uint32(rows.PerChunk())
	c.refresh()
	c.dead = countDead(c.deleted, c.n)
	return c, nil
}

// countDead ignores flags beyond the n rows: after a crash they may be longer.
func countDead(deleted *flags.Flags, n int) int {
	if deleted.Len() <= n {
		return deleted.Ones()
	}
	dead := 0
	for off := range n {
		if deleted.Get(uint32(off)) {
			dead++
		}
	}
	return dead
}

// refresh follows the growth of the array: the last known chunk and later ones.
func (c *chunked[T]) refresh() {
	c.n = c.rows.Len()
	count := (c.n + int(c.perChunk) - 1) / int(c.perChunk)
	if len(c.bases) > 0 {
		c.bases = c.bases[:len(c.bases)-1]
	}
	for i := len(c.bases); i < count; i++ {
		c.bases = append(c.bases, elements[T](c.rows.Chunk(i)))
	}
}

func (c *chunked[T]) Dim() int  { return c.dim }
func (c *chunked[T]) Len() int  { return c.n }
func (c *chunked[T]) Live() int { return c.n - c.dead }

func (c *chunked[T]) Row(off uint32) []T {
	if int(off) >= c.n {
		return nil
	}
	first := int(off%c.perChunk) * c.dim
	return c.bases[off/c.perChunk][first : first+c.dim : first+c.dim]
}

func (c *chunked[T]) Rows(from uint32) ([]T, int) {
	if int(from) >= c.n {
		return nil, 0
	}
	run := c.bases[from/c.perChunk][int(from%c.perChunk)*c.dim:]
	return run, len(run) / c.dim
}

func (c *chunked[T]) Refs(ids []uint32, at []*T) bool {
	if len(c.bases) == 1 {
		return refsOf(c.bases[0], c.dim, ids, at)
	}
	at, complete := at[:len(ids)], true
	for i, id := range ids {
		if int(id) >= c.n {
			at[i], complete = nil, false
			continue
		}
		chunk := id / c.perChunk
		at[i] = &c.bases[chunk][int(id-chunk*c.perChunk)*c.dim]
	}
	return complete
}

func (c *chunked[T]) IsDeleted(off uint32) bool {
	return int(off) >= c.n || c.deleted.Get(off)
}

func (c *chunked[T]) Set(off uint32, v []T) error {
	if c.readOnly {
		return disk.ErrReadOnly
	}
	if len(v) != c.dim {
		return &DimError{Want: c.dim, Got: len(v)}
	}
	if int(off) >= c.n {
		return c.grow(off, raw(v), false)
	}
	if err := c.rows.Set(int(off), raw(v)); err != nil {
		return err
	}
	if c.deleted.Get(off) {
		c.deleted.Set(off, false)
		c.dead--
	}
	return nil
}

func (c *chunked[T]) Floats(off uint32, dst []float32) []float32 {
	return widen(dst, c.Row(off))
}

func (c *chunked[T]) SetFloats(off uint32, v []float32) error { return c.Set(off, narrow[T](v)) }

func (c *chunked[T]) Delete(off uint32) (bool, error) {
	if c.readOnly {
		return false, disk.ErrReadOnly
	}
	if int(off) >= c.n {
		return false, c.grow(off, c.placeholder(), true)
	}
	if c.deleted.Get(off) {
		return false, nil
	}
	c.deleted.Set(off, true)
	c.dead++
	return true, nil
}

// grow appends placeholders up to off and then the row of off itself.
func (c *chunked[T]) grow(off uint32, row []byte, deleted bool) error {
	for at := uint32(c.n); at < off; at++ {
		if err := c.push(at, c.placeholder(), true); err != nil {
			return err
		}
	}
	return c.push(off, row, deleted)
}

// push appends one row. A flag may be there already: flags that were flushed
// before a crash outlive their rows.
func (c *chunked[T]) push(off uint32, row []byte, deleted bool) error {
	if err := c.rows.Set(int(off), row); err != nil {
		return err
	}
	c.refresh()
	if deleted != c.deleted.Get(off) {
		c.deleted.Set(off, deleted)
	}
	if deleted {
		c.dead++
	}
	return nil
}

func (c *chunked[T]) placeholder() []byte {
	if c.blank == nil {
		c.blank = raw(ones[T](c.dim))
	}
	return c.blank
}

func (c *chunked[T]) Flush() error {
	if c.readOnly {
		return nil
	}
	if err := c.rows.Flush(); err != nil {
		return err
	}
	return c.deleted.Flush()
}

func (c *chunked[T]) Close() error {
	c.bases, c.n = nil, 0
	return errors.Join(c.rows.Close(), c.deleted.Close())
}

func (c *chunked[T]) Files() []string {
	return append(within(c.sub, c.rows.Files()), within(deletedDir, c.deleted.Files())...)
}

func (c *chunked[T]) ImmutableFiles() []string {
	return within(c.sub, c.rows.ImmutableFiles())
}

func within(dir string, names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = path.Join(dir, name)
	}
	return out
}
