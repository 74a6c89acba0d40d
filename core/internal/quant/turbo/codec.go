package turbo

import (
	"fmt"
	"math"
	"sync"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/quant/params"
)

// Codec is a quantizer. It does not change.
type Codec struct {
	vector params.Vector
	bits   Bits
	plus   bool // rows hold Σ -shift·x
	padded bool // the rotation covers all codes
	fit    *fit // nil without

	codes    int // number of codes
	rotation *rotation
	levels   []float32
	bounds   []float32
	whole    []int16
	scale    float32 // of whole
	scratch  sync.Pool
}

// fit shifts and scales the elements.
type fit struct {
	shift, scale []float32
	weights      []int32 // 1/scale² as whole numbers
	weightScale  float32
	square       float32 // Σ shift²
}

type fitMeta struct {
	Shift []float32 `json:"shift"`
	Scale []float32 `json:"scale"`
}

type meta struct {
	Vector   *params.Vector `json:"vector_parameters"`
	Bits     *Bits          `json:"bits"`
	Mode     string         `json:"mode"`
	Fit      *fitMeta       `json:"error_correction"`
	Rotation *string        `json:"rotation"`
}

// Decode reads quantized.meta.json.
func Decode(file string, data []byte) (*Codec, error) {
	var m meta
	if err := params.Decode(file, data, &m); err != nil {
		return nil, err
	}
	if m.Vector == nil || m.Bits == nil || (m.Mode != "plus" && m.Mode != "normal") {
		return nil, disk.Corruptf(file, 0, "vector_parameters, bits or mode are missing")
	}
	if err := m.Vector.Check(file); err != nil {
		return nil, err
	}
	padded := m.Rotation == nil || *m.Rotation == "padded" // the first versions did not say
	if !padded && (*m.Rotation != "unpadded" || *m.Bits == Bits1And5) {
		return nil, disk.Corruptf(file, 0, "rotation %q of %s", *m.Rotation, *m.Bits)
	}
	n := m.Bits.padded(m.Vector.Dim)
	if m.Fit != nil && (!m.Bits.plus() || len(m.Fit.Shift) != n || len(m.Fit.Scale) != n) {
		return nil, disk.Corruptf(file, 0, "error_correction of %d and %d elements for %d codes of %s", len(m.Fit.Shift), len(m.Fit.Scale), n, *m.Bits)
	}
	var f *fit
	if m.Fit != nil {
		f = newFit(m.Fit.Shift, m.Fit.Scale)
	}
	return newCodec(*m.Vector, *m.Bits, m.Mode == "plus", padded, f), nil
}

func newCodec(v params.Vector, b Bits, plus, padded bool, f *fit) *Codec {
	c := &Codec{vector: v, bits: b, plus: plus, padded: padded, fit: f, codes: b.padded(v.Dim), levels: b.levels()}
	c.bounds = bounds(c.levels)
	c.whole, c.scale = b.whole()
	n := v.Dim
	if padded {
		n = c.codes
	}
	c.rotation = rotationOf(n)
	c.scratch.New = func() any {
		b := make([]float64, 2*c.codes)
		return &b
	}
	return c
}

// Plain is the quantizer of vectors that are stored in this form alone: it needs no training.
func Plain(v params.Vector, b Bits) *Codec { return newCodec(v, b, false, false, nil) }

func newFit(shift, scale []float32) *fit {
	f := &fit{shift: shift, scale: scale, weights: make([]int32, len(scale))}
	squares, most := make([]float32, len(scale)), float32(0)
	for i, s := range scale {
		f.square += float32(shift[i] * shift[i])
		if max(s, -s) > epsilon {
			squares[i] = 1 / float32(s*s)
		}
		most = max(most, squares[i])
	}
	const top = 32766
	f.weightScale = 1
	if most > epsilon {
		f.weightScale = top / most
	}
	for i, x := range squares {
		f.weights[i] = int32(min(max(params.Round(float32(x*f.weightScale)), 0), top))
	}
	return f
}

const epsilon = 1.1920929e-7 // of float32

// AppendMeta appends quantized.meta.json.
func (c *Codec) AppendMeta(dst []byte) []byte {
	dst = c.vector.AppendJSON(append(dst, `{"vector_parameters":`...))
	mode, span := "normal", "unpadded"
	if c.plus {
		mode = "plus"
	}
	if c.padded {
		span = "padded"
	}
	dst = fmt.Appendf(dst, `,"bits":"%s","mode":"%s","error_correction":`, c.bits, mode)
	if c.fit == nil {
		dst = append(dst, "null"...)
	} else {
		dst = params.AppendFloats(append(dst, `{"shift":`...), c.fit.shift)
		dst = append(params.AppendFloats(append(dst, `,"scale":`...), c.fit.scale), '}')
	}
	return fmt.Appendf(dst, `,"rotation":"%s"}`, span)
}

// Params is what the vectors are.
func (c *Codec) Params() *params.Vector { return &c.vector }

// Rescores reports whether results are to be scored again with the vectors themselves.
func (c *Codec) Rescores() bool { return c.bits <= Bits2 }

func (c *Codec) codeBytes() int { return c.codes * c.bits.width() / 8 }

// Size is the length of a row.
func (c *Codec) Size() int {
	n := c.codeBytes() + 4
	if c.vector.Distance == params.L2 {
		n += 4
	}
	if c.plus {
		n += 4
	}
	return n
}

// buffers lends two slices of the length of the codes.
func (c *Codec) buffers() (x, spare []float64, done func()) {
	b := c.scratch.Get().(*[]float64)
	return (*b)[:c.codes], (*b)[c.codes:], func() { c.scratch.Put(b) }
}

// turn writes v to x, rotated unless it is already.
func (c *Codec) turn(x, spare []float64, v []float32, rotate bool) {
	for i, f := range v {
		x[i] = float64(f)
	}
	clear(x[len(v):])
	if rotate {
		c.rotation.apply(x[:c.rotation.n], spare)
	}
}

func squareSum(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v * v)
	}
	return sum
}

// prepare is turn and, but for Cosine, the length; the elements are scaled as if the length were that of the normal distribution.
func (c *Codec) prepare(x, spare []float64, v []float32, rotate bool) (length float32) {
	c.turn(x, spare, v, rotate)
	length = 1
	if c.vector.Distance != params.Cosine {
		length = float32(math.Sqrt(squareSum(x)))
	}
	if length > 0 {
		scale := math.Sqrt(float64(c.codes)) / float64(length)
		for i := range x {
			x[i] *= scale
		}
	}
	return length
}
