package quant

import (
	"bufio"
	"context"
	bin "encoding/binary"
	"errors"
	"math"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/par"
	"github.com/qdrant-edge-go/edge/core/internal/quant/binary"
	"github.com/qdrant-edge-go/edge/core/internal/quant/params"
	"github.com/qdrant-edge-go/edge/core/internal/quant/product"
	"github.com/qdrant-edge-go/edge/core/internal/quant/scalar"
	"github.com/qdrant-edge-go/edge/core/internal/quant/turbo"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// Create makes the appendable form of a storage and quantizes what it already holds.
func Create(ctx context.Context, fs disk.FS, dir string, s Spec, config api.QuantizationConfig, src vectors.Storage) error {
	return (&builder{ctx: ctx, fs: fs, dir: dir, spec: s, src: src, turned: s.Rotated(config), about: description{config: config, mutable: true}}).make()
}

// Build makes the immutable form of a storage.
func Build(ctx context.Context, fs disk.FS, dir string, s Spec, config api.QuantizationConfig, src vectors.Storage) error {
	return (&builder{ctx: ctx, fs: fs, dir: dir, spec: s, src: src, turned: s.Rotated(config), about: description{config: config}}).make()
}

type builder struct {
	ctx    context.Context
	fs     disk.FS
	dir    string
	spec   Spec
	src    vectors.Storage
	about  description
	turned bool // the source keeps its vectors rotated, and so they are quantized
	codec  codec
	err    error
}

// make writes the config last.
func (b *builder) make() error {
	if err := b.fs.MkdirAll(b.dir); err != nil {
		return err
	}
	rows, live := b.tally()
	var count *uint64
	if !b.about.mutable {
		count = &rows
	}
	b.about.vector = b.spec.parameters(b.about.config, count)
	b.codec = b.train(live)
	if err := errors.Join(b.err, b.ctx.Err()); err != nil {
		return err
	}
	write := b.files
	if b.about.mutable {
		write = b.arrays
	}
	if err := disk.WriteFileAtomic(b.fs, filepath.Join(b.dir, metaFile), b.codec.AppendMeta(nil)); err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	return disk.WriteFileAtomic(b.fs, filepath.Join(b.dir, ConfigFile), b.about.encode())
}

// checkEvery is after how many points the context is asked.
const checkEvery = 256

// points walks over the rows of all points until yield says no or there is an error.
func (b *builder) points(yield func(off uint32, rows []float32) bool) {
	var buf []float32
	for off := uint32(0); int(off) < b.src.Len() && b.err == nil; off++ {
		if off%checkEvery == 0 && b.ctx.Err() != nil {
			b.err = b.ctx.Err()
			return
		}
		if buf, b.err = appendRows(buf[:0], b.src, off, b.turned); b.err != nil {
			return
		}
		for at := 0; at < len(buf); at += b.spec.Dim {
			b.spec.preprocess(b.about.config, buf[at:at+b.spec.Dim])
		}
		if !yield(off, buf) {
			return
		}
	}
}

// tally counts the rows and those that are not deleted.
func (b *builder) tally() (rows uint64, live int) {
	if !b.spec.Multi {
		for off := range b.src.Len() {
			if !b.src.IsDeleted(uint32(off)) {
				live++
			}
		}
		return uint64(b.src.Len()), live
	}
	b.points(func(off uint32, v []float32) bool {
		n := len(v) / b.spec.Dim
		rows += uint64(n)
		if !b.src.IsDeleted(off) {
			live += n
		}
		return true
	})
	return rows, live
}

// living walks over the rows to train with.
func (b *builder) living(yield func(v []float32) bool) {
	b.points(func(off uint32, rows []float32) bool {
		if b.src.IsDeleted(off) {
			return true
		}
		for at := 0; at < len(rows); at += b.spec.Dim {
			if !yield(rows[at : at+b.spec.Dim]) {
				return false
			}
		}
		return true
	})
}

func (b *builder) train(live int) codec {
	v, seq := b.about.vector, params.Seq(b.living)
	switch q := b.about.config.(type) {
	case *api.ScalarQuantization:
		return scalar.Train(v, seq, live, q.Quantile)
	case *api.ProductQuantization:
		return product.Train(v, seq, live, groupSize(q.Compression), func() bool { return b.ctx.Err() != nil })
	case *api.BinaryQuantization:
		return binary.Train(v, seq, bits(q), queryBits(q), b.spec.Multi)
	}
	return turbo.Train(v, seq, live, turboBits(b.about.config.(*api.TurboQuantization)), b.turned)
}

// batch is how many rows are encoded at a time.
const batch = 1024

// files writes quantized.data and, for multivectors, quantized.offsets.data.
func (b *builder) files() error {
	var spans []byte
	err := disk.WriteStream(b.fs, filepath.Join(b.dir, dataFile), func(w *bufio.Writer) error {
		e := &encoder{encode: b.encode(), size: b.codec.Size(), dim: b.spec.Dim, w: w}
		first := uint64(0)
		b.points(func(_ uint32, rows []float32) bool {
			n := uint64(len(rows) / b.spec.Dim)
			if first+n > math.MaxUint32 {
				b.err = api.Errorf(api.InvalidArgument, "more than %d rows cannot be quantized", uint32(math.MaxUint32))
				return false
			}
			if b.spec.Multi {
				spans = bin.LittleEndian.AppendUint32(bin.LittleEndian.AppendUint32(spans, uint32(first)), uint32(n))
			}
			first += n
			b.err = e.add(rows)
			return b.err == nil
		})
		return errors.Join(b.err, e.flush())
	})
	if err != nil || !b.spec.Multi {
		return err
	}
	return disk.WriteStream(b.fs, filepath.Join(b.dir, offsetsFile), func(w *bufio.Writer) error {
		_, err := w.Write(spans)
		return err
	})
}

// encoder encodes rows in batches on all processors.
type encoder struct {
	encode func(dst []byte, v []float32)
	size   int
	dim    int
	w      *bufio.Writer
	in     []float32
	out    []byte
}

// encode is what writes rows of vectors as the source gives them.
func (b *builder) encode() func(dst []byte, v []float32) {
	if c, ok := b.codec.(*turbo.Codec); ok && b.turned {
		return c.EncodeRotated
	}
	return b.codec.Encode
}

func (e *encoder) add(rows []float32) error {
	e.in = append(e.in, rows...)
	if len(e.in) < batch*e.dim {
		return nil
	}
	return e.flush()
}

func (e *encoder) flush() error {
	const piece = 64
	n, size := len(e.in)/e.dim, e.size
	if cap(e.out) < n*size {
		e.out = make([]byte, n*size)
	}
	out := e.out[:n*size]
	par.Do((n+piece-1)/piece, func(p int) {
		for i := p * piece; i < min((p+1)*piece, n); i++ {
			e.encode(out[i*size:(i+1)*size], e.in[i*e.dim:(i+1)*e.dim])
		}
	})
	e.in = e.in[:0]
	_, err := e.w.Write(out)
	return err
}

// arrays fills the arrays of an appendable form.
func (b *builder) arrays() error {
	v := &Vectors{spec: b.spec, about: b.about, codec: b.codec, dir: b.dir, size: b.codec.Size()}
	for _, dir := range []string{dataDir, offsetsDir} {
		if err := b.fs.RemoveAll(filepath.Join(b.dir, dir)); err != nil {
			return err
		}
	}
	err := v.openArrays(b.fs)
	if err == nil {
		b.points(func(off uint32, rows []float32) bool {
			b.err = v.set(off, rows, b.encode())
			return b.err == nil
		})
		err = errors.Join(b.err, v.Flush())
	}
	return errors.Join(err, v.Close())
}
