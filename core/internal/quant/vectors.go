package quant

import (
	bin "encoding/binary"
	"errors"
	"math"
	"path"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/quant/binary"
	"github.com/qdrant-edge-go/edge/core/internal/quant/turbo"
	"github.com/qdrant-edge-go/edge/core/internal/store/chunks"
)

// Vectors is the quantized form of a storage. It may be read by many goroutines at once; Set, Flush and Close need exclusive access.
type Vectors struct {
	spec     Spec
	about    description
	codec    codec
	dir      string
	readOnly bool
	size     int

	file  *disk.Mapping // immutable: the rows
	spans *disk.Mapping // immutable multivectors
	rows  *chunks.Array // appendable
	ends  *chunks.Array // appendable multivectors
	count int           // rows
}

// Open opens the quantized form of a storage; nil when it has none.
func Open(fs disk.FS, dir string, s Spec, readOnly bool) (*Vectors, error) {
	name := filepath.Join(dir, ConfigFile)
	ok, err := disk.Exists(fs, name)
	if err != nil || !ok {
		return nil, err
	}
	data, err := disk.ReadFile(fs, name)
	if err != nil {
		return nil, err
	}
	about, err := readDescription(name, data, &s)
	if err != nil {
		return nil, err
	}
	c, err := readCodec(fs, dir, about, &s)
	if err != nil {
		return nil, err
	}
	v := &Vectors{spec: s, about: *about, codec: c, dir: dir, readOnly: readOnly, size: c.Size()}
	open := v.openFiles
	if about.mutable {
		open = v.openArrays
	}
	if err := open(fs); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return v, nil
}

func (v *Vectors) openFiles(fs disk.FS) (err error) {
	if v.file, err = mapRows(fs, filepath.Join(v.dir, dataFile), v.size); err != nil {
		return err
	}
	v.count = len(v.file.Data) / v.size
	if v.spec.Multi {
		v.spans, err = mapRows(fs, filepath.Join(v.dir, offsetsFile), spanBytes)
	}
	return err
}

func mapRows(fs disk.FS, name string, size int) (*disk.Mapping, error) {
	m, err := fs.Map(name, false)
	if err != nil {
		return nil, err
	}
	if n := len(m.Data); n%size != 0 || n/size > math.MaxUint32 {
		return nil, errors.Join(disk.Corruptf(name, int64(n-n%size), "%d bytes are no rows of %d", n, size), m.Close())
	}
	m.Advise(disk.AdviseRandom)
	return m, nil
}

func (v *Vectors) openArrays(fs disk.FS) (err error) {
	open := chunks.Open
	if v.readOnly {
		open = chunks.OpenReadOnly
	}
	if v.rows, err = open(fs, filepath.Join(v.dir, dataDir), v.size, v.size); err != nil {
		return err
	}
	v.count = v.rows.Len()
	if v.spec.Multi {
		v.ends, err = open(fs, filepath.Join(v.dir, offsetsDir), spanBytes, 1)
	}
	return err
}

// Config is the quantization that the form was made with.
func (v *Vectors) Config() api.QuantizationConfig { return v.about.config }

// Grows reports whether the form is appendable.
func (v *Vectors) Grows() bool { return v.about.mutable }

// Len is the number of points that have rows.
func (v *Vectors) Len() int {
	switch {
	case v.ends != nil:
		return v.ends.Len()
	case v.spans != nil:
		return len(v.spans.Data) / spanBytes
	}
	return v.count
}

// Rescores reports whether results are to be scored again with the vectors themselves unless a request says otherwise.
func (v *Vectors) Rescores() bool {
	switch c := v.codec.(type) {
	case *binary.Codec:
		return true
	case *turbo.Codec:
		return c.Rescores()
	}
	return false
}

// RowBytes is the size of one row.
func (v *Vectors) RowBytes() int { return v.size }

// Row is the row of a point of single vectors; nil beyond the end.
func (v *Vectors) Row(off uint32) []byte { return v.run(int(off), 1) }

// RowAlign is the alignment of rows wherever they stand between other things.
func (v *Vectors) RowAlign() int {
	if _, ok := v.codec.(*binary.Codec); ok && !v.spec.Multi {
		return 16
	}
	return 1
}

// Set stores the rows of a point of an appendable form.
func (v *Vectors) Set(off uint32, rows []float32) error {
	if !v.about.mutable || v.readOnly {
		return disk.ErrReadOnly
	}
	return v.set(off, rows, v.codec.Encode)
}

func (v *Vectors) set(off uint32, rows []float32, encode func(dst []byte, v []float32)) error {
	row := make([]byte, v.size)
	if !v.spec.Multi {
		encode(row, rows)
		return v.setRow(int(off), row)
	}
	s, n := span{}, uint32(len(rows)/v.spec.Dim)
	if int(off) < v.ends.Len() {
		if b := v.ends.Get(int(off)); b != nil {
			s = readSpan(b)
		}
	}
	if n > s.count {
		if int64(v.count)+int64(n) > math.MaxUint32 {
			return disk.Corruptf(filepath.Join(v.dir, dataDir), 0, "%d rows are full", v.count)
		}
		s.first = uint32(v.count)
	}
	for i := range n {
		encode(row, rows[int(i)*v.spec.Dim:][:v.spec.Dim])
		if err := v.setRow(int(s.first+i), row); err != nil {
			return err
		}
	}
	var b [spanBytes]byte
	bin.LittleEndian.PutUint32(b[:], s.first)
	bin.LittleEndian.PutUint32(b[4:], n)
	return v.ends.Set(int(off), b[:])
}

func (v *Vectors) setRow(i int, row []byte) error {
	if err := v.rows.Set(i, row); err != nil {
		return err
	}
	v.count = v.rows.Len()
	return nil
}

// span says which rows belong to a point.
type span struct{ first, count uint32 }

func readSpan(b []byte) span {
	return span{bin.LittleEndian.Uint32(b), bin.LittleEndian.Uint32(b[4:])}
}

// span returns the checked rows of a point of a multivector; none beyond the end.
func (v *Vectors) span(off uint32) (s span, err error) {
	switch {
	case int(off) >= v.Len():
		return s, nil
	case v.ends != nil:
		b := v.ends.Get(int(off))
		if b == nil {
			return s, nil
		}
		s = readSpan(b)
	default:
		s = readSpan(v.spans.Data[int(off)*spanBytes:])
	}
	if int64(s.first)+int64(s.count) > int64(v.count) {
		return span{}, disk.Corruptf(filepath.Join(v.dir, offsetsFile), int64(off)*spanBytes, "point %d has rows %d+%d of %d", off, s.first, s.count, v.count)
	}
	return s, nil
}

// run returns the rows that lie one after the other from one on, at most n; nil beyond the end.
func (v *Vectors) run(from, n int) []byte {
	if from >= v.count {
		return nil
	}
	n = min(n, v.count-from)
	if v.file != nil {
		return v.file.Data[from*v.size : (from+n)*v.size]
	}
	per := v.rows.PerChunk()
	chunk := v.rows.Chunk(from / per)[from%per*v.size:]
	return chunk[:min(n*v.size, len(chunk))]
}

// together returns the rows of a span in one piece, in buf when they are not.
func (v *Vectors) together(s span, buf []byte) []byte {
	want := int(s.count) * v.size
	rows := v.run(int(s.first), int(s.count))
	if len(rows) == want || rows == nil {
		return rows
	}
	buf = append(buf[:0], rows...)
	for len(buf) < want {
		done := len(buf) / v.size
		buf = append(buf, v.run(int(s.first)+done, int(s.count)-done)...)
	}
	return buf
}

// Flush makes what Set stored durable, rows before their spans.
func (v *Vectors) Flush() error {
	if v.rows == nil || v.readOnly {
		return nil
	}
	if err := v.rows.Flush(); err != nil || v.ends == nil {
		return err
	}
	return v.ends.Flush()
}

// Close releases the files without flushing.
func (v *Vectors) Close() error {
	var errs []error
	for _, m := range []*disk.Mapping{v.file, v.spans} {
		if m != nil {
			errs = append(errs, m.Close())
		}
	}
	for _, a := range []*chunks.Array{v.rows, v.ends} {
		if a != nil {
			errs = append(errs, a.Close())
		}
	}
	v.count = 0
	return errors.Join(errs...)
}

// Files lists the files, '/' separated, relative to the directory of the storage.
func (v *Vectors) Files() []string { return v.list((*chunks.Array).Files) }

// ImmutableFiles lists those that never change once they are written.
func (v *Vectors) ImmutableFiles() []string { return v.list((*chunks.Array).ImmutableFiles) }

func (v *Vectors) list(of func(*chunks.Array) []string) []string {
	files := []string{ConfigFile, metaFile}
	if v.file != nil {
		files = append(files, dataFile)
	}
	if v.spans != nil {
		files = append(files, offsetsFile)
	}
	add := func(dir string, a *chunks.Array) {
		if a != nil {
			for _, f := range of(a) {
				files = append(files, path.Join(dir, f))
			}
		}
	}
	add(dataDir, v.rows)
	add(offsetsDir, v.ends)
	return files
}
