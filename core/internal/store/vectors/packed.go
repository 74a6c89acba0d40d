package vectors

import (
	"bufio"
	"errors"
	"math"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/chunks"
	"github.com/qdrant-edge-go/edge/core/internal/store/flags"
)

const (
	packedDir     = "tq_vectors"
	packedFile    = "tq_vectors.dat"
	packedOffsets = "tq_offsets"
)

var packedPlaces = places{packedDir, packedOffsets}

// Codec packs vectors into records of one size.
type Codec interface {
	Size() int
	Encode(dst []byte, v []float32)
	Decode(dst []float32, record []byte) []float32
}

// Packed is a storage of one packed vector per point.
type Packed interface {
	Single
	// Codec is what packs the vectors.
	Codec() Codec
	// Records are the packed vectors.
	Records() Table[uint8]
}

// PackedMulti is a storage of several packed vectors per point.
type PackedMulti interface {
	Multi
	// SetRecords stores the records of a point as they are.
	SetRecords(off uint32, rows []byte) error
	// Codec is what packs the vectors.
	Codec() Codec
	// Records returns the records of a point, in buf when they lie in two chunks.
	Records(off uint32, buf []byte) ([]byte, error)
}

type packed struct {
	Storage
	records Table[uint8]
	codec   Codec
	dim     int
}

func (p *packed) Dim() int              { return p.dim }
func (p *packed) Codec() Codec          { return p.codec }
func (p *packed) Records() Table[uint8] { return p.records }

func (p *packed) Floats(off uint32, dst []float32) []float32 {
	record := p.records.Row(off)
	if record == nil {
		return dst
	}
	return p.codec.Decode(dst, record)
}

func (p *packed) SetFloats(off uint32, v []float32) error {
	if len(v) != p.dim {
		return &DimError{Want: p.dim, Got: len(v)}
	}
	record := make([]byte, p.codec.Size())
	p.codec.Encode(record, v)
	return p.records.Set(off, record)
}

func (p *packed) rowBytes() (rows, size int) { return p.records.Len(), p.codec.Size() }

func newPacked(t Table[uint8], c Codec, dim int) Packed {
	return &packed{Storage: t, records: t, codec: c, dim: dim}
}

// OpenPacked opens an appendable storage of packed vectors; for writing what is missing is created.
func OpenPacked(fs disk.FS, dir string, dim int, c Codec, readOnly bool) (Packed, error) {
	open := openChunked[uint8]
	if readOnly {
		open = openChunkedReadOnly[uint8]
	}
	if err := checkDim(dim); err != nil {
		return nil, err
	}
	t, err := open(fs, dir, packedDir, c.Size())
	if err != nil {
		return nil, err
	}
	t.blank = make([]byte, c.Size())
	c.Encode(t.blank, ones[float32](dim))
	return newPacked(t, c, dim), nil
}

// OpenPackedFile opens an immutable storage of packed vectors.
func OpenPackedFile(fs disk.FS, dir string, dim int, c Codec, readOnly bool) (Packed, error) {
	if err := checkDim(dim); err != nil {
		return nil, err
	}
	name := filepath.Join(dir, packedFile)
	file, err := fs.Map(name, false)
	if err != nil {
		return nil, err
	}
	r := &records{file: file, size: c.Size(), readOnly: readOnly}
	if n := len(file.Data); n%r.size != 0 || n/r.size > math.MaxUint32 {
		return nil, errors.Join(disk.Corruptf(name, int64(n-n%r.size), "%d bytes are no records of %d", n, r.size), file.Close())
	}
	r.n = len(file.Data) / r.size
	open := flags.Open
	if readOnly {
		open = flags.OpenReadOnly
	}
	if r.deleted, err = open(fs, filepath.Join(dir, deletedDir)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	r.dead = countDead(r.deleted, r.n)
	return newPacked(r, c, dim), nil
}

type packedMulti struct {
	Storage
	rows  *multi[uint8]
	codec Codec
	dim   int
}

// OpenPackedMulti opens a storage of packed multivectors; for writing what is missing is created.
func OpenPackedMulti(fs disk.FS, dir string, dim int, c Codec, readOnly bool) (PackedMulti, error) {
	if err := checkDim(dim); err != nil {
		return nil, err
	}
	array, marks := chunks.Open, flags.Open
	if readOnly {
		array, marks = chunks.OpenReadOnly, flags.OpenReadOnly
	} else if err := fs.MkdirAll(dir); err != nil {
		return nil, err
	}
	m, err := openMulti[uint8](fs, dir, packedPlaces, c.Size(), array, marks, readOnly)
	if err != nil {
		return nil, err
	}
	c.Encode(m.blank, make([]float32, dim))
	return &packedMulti{Storage: m, rows: m, codec: c, dim: dim}, nil
}

func (p *packedMulti) Dim() int     { return p.dim }
func (p *packedMulti) Codec() Codec { return p.codec }

func (p *packedMulti) Records(off uint32, buf []byte) ([]byte, error) { return p.rows.Rows(off, buf) }

func (p *packedMulti) Floats(off uint32, dst []float32) ([]float32, error) {
	rows, err := p.rows.Rows(off, nil)
	for size := p.codec.Size(); len(rows) > 0; rows = rows[size:] {
		dst = p.codec.Decode(dst, rows[:size])
	}
	return dst, err
}

func (p *packedMulti) SetFloats(off uint32, v []float32) error {
	if p.rows.readOnly {
		return disk.ErrReadOnly
	}
	if len(v) == 0 || len(v)%p.dim != 0 {
		return &DimError{Want: p.dim, Got: len(v)}
	}
	size := p.codec.Size()
	rows := make([]byte, len(v)/p.dim*size)
	for i := 0; i*p.dim < len(v); i++ {
		p.codec.Encode(rows[i*size:(i+1)*size], v[i*p.dim:(i+1)*p.dim])
	}
	return p.rows.set(off, rows)
}

// SetRecords stores the records of a point as they are.
func (p *packedMulti) SetRecords(off uint32, rows []byte) error { return p.rows.set(off, rows) }

func (p *packedMulti) rowBytes() (rows, size int) { return p.rows.rowBytes() }

// packedWriter holds what is written last.
type packedWriter struct {
	fs    disk.FS
	dir   string
	codec Codec
	blank []byte
	gone  []uint32
	n     uint32
}

// WritePacked writes an immutable storage into an existing directory: fill calls append for each point, nil for one that has no vector.
func WritePacked(fs disk.FS, dir string, dim int, c Codec, fill func(append func(record []byte) error) error) error {
	w := &packedWriter{fs: fs, dir: dir, codec: c, blank: make([]byte, c.Size())}
	c.Encode(w.blank, ones[float32](dim))
	err := disk.WriteStream(fs, filepath.Join(dir, packedFile), func(out *bufio.Writer) error {
		return fill(func(record []byte) error {
			if record == nil {
				record = w.blank
				w.gone = append(w.gone, w.n)
			}
			w.n++
			_, err := out.Write(record)
			return err
		})
	})
	if err != nil {
		return err
	}
	return w.flags()
}

func (w *packedWriter) flags() error {
	f, err := flags.Open(w.fs, filepath.Join(w.dir, deletedDir))
	if err != nil {
		return err
	}
	for _, off := range w.gone {
		f.Set(off, true)
	}
	return errors.Join(f.Flush(), f.Close())
}
