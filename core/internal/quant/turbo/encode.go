package turbo

import (
	"encoding/binary"
	"math"

	"github.com/qdrant-edge-go/edge/core/internal/quant/params"
)

// tiny is the squared length up to which a vector counts as zero.
const tiny = 1e-12

// Encode writes the row of a vector to dst, which has Size bytes.
func (c *Codec) Encode(dst []byte, v []float32) { c.encode(dst, v, true) }

// EncodeRotated is Encode of what Rotated returned.
func (c *Codec) EncodeRotated(dst []byte, v []float32) { c.encode(dst, v, false) }

func (c *Codec) encode(dst []byte, v []float32, rotate bool) {
	x, spare, done := c.buffers()
	defer done()
	length := c.prepare(x, spare, v, rotate)
	own := float32(0)
	if c.fit != nil {
		own = c.fit.apply(x)
	}
	var norm float32
	if most, ok := c.bits.grid(); ok {
		norm = c.grid(dst, x, most)
	} else {
		norm = c.pack(dst, x)
	}
	if c.vector.Distance == params.Cosine && squareSum(x) < tiny {
		norm = float32(math.Sqrt(float64(float32(c.codes))))
	}
	factor := length
	if c.vector.Distance != params.L1 {
		factor = length / norm
	}
	c.putOwn(dst[c.codeBytes():], factor, length, own)
}

func (c *Codec) putOwn(dst []byte, factor, length, own float32) {
	put := func(f float32) {
		binary.LittleEndian.PutUint32(dst, math.Float32bits(f))
		dst = dst[4:]
	}
	put(factor)
	if c.vector.Distance == params.L2 {
		put(length)
	}
	if c.plus {
		put(own)
	}
}

// apply shifts and scales the elements and returns Σ -shift·x.
func (f *fit) apply(x []float64) float32 {
	if squareSum(x) < tiny {
		return 0
	}
	sum := 0.0
	for i, v := range x {
		sum += float64(v * float64(-f.shift[i]))
		x[i] = float64((v + float64(f.shift[i])) * float64(f.scale[i]))
	}
	return float32(sum)
}

// level is the element that a level stands for.
func (c *Codec) level(i int, level float64) float64 {
	if c.fit == nil {
		return level
	}
	return level/float64(c.fit.scale[i]) - float64(c.fit.shift[i])
}

// pack writes the codes and returns the length of their levels.
func (c *Codec) pack(dst []byte, x []float64) float32 {
	clear(dst[:c.codeBytes()])
	width, sum := c.bits.width(), 0.0
	for i, v := range x {
		code := 0
		for _, b := range c.bounds {
			if float32(v) > b {
				code++
			}
		}
		bit := i * width
		dst[bit/8] |= byte(code) << (bit % 8)
		r := c.level(i, float64(c.levels[code]))
		sum += float64(r * r)
	}
	return float32(math.Sqrt(sum))
}

// grid writes codes that are whole numbers and returns their length.
func (c *Codec) grid(dst []byte, x []float64, most float64) float32 {
	largest := 0.0
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	if largest > 0 {
		scale := most / largest
		for i := range x {
			x[i] *= scale
		}
	}
	sum := 0.0
	for i, v := range x {
		r := min(max(math.Round(v), -most), most)
		if math.IsNaN(r) {
			r = 0
		}
		sum += r * r
		if c.bits == Bits8 {
			dst[i] = byte(int(r) + 128)
		} else {
			binary.LittleEndian.PutUint16(dst[2*i:], uint16(int16(r)))
		}
	}
	if sum > 0 {
		return float32(math.Sqrt(sum))
	}
	return 1
}

// own is what a row holds beside its codes.
type own struct{ factor, length, shifted float32 }

func (c *Codec) own(row []byte) (o own) {
	rest := row[c.codeBytes():]
	get := func() float32 {
		f := math.Float32frombits(binary.LittleEndian.Uint32(rest))
		rest = rest[4:]
		return f
	}
	o.factor = get()
	if c.vector.Distance == params.L2 {
		o.length = get()
	}
	if c.plus {
		o.shifted = get()
	}
	return o
}

// unpack writes the levels of a row, still rotated and scaled, to x.
func (c *Codec) unpack(x []float64, row []byte) {
	switch c.bits {
	case Bits8:
		for i := range x {
			x[i] = float64(int(row[i]) - 128)
		}
	case Bits16:
		for i := range x {
			x[i] = float64(int16(binary.LittleEndian.Uint16(row[2*i:])))
		}
	default:
		width := c.bits.width()
		for i := range x {
			bit := i * width
			x[i] = float64(c.levels[int(row[bit/8])>>(bit%8)&(1<<width-1)])
		}
	}
}

// rotated writes the elements of a row, still rotated, to x.
func (c *Codec) rotated(x []float64, row []byte) {
	c.unpack(x, row)
	norm := math.Sqrt(squareSum(x))
	for i, v := range x {
		x[i] = c.level(i, v)
	}
	o, length := c.own(row), 0.0
	switch c.vector.Distance {
	case params.L2:
		length = float64(o.length)
	case params.L1:
		length = float64(o.factor)
	default:
		length = float64(o.factor) * math.Sqrt(squareSum(x))
	}
	scale := length / math.Sqrt(float64(c.codes))
	if _, whole := c.bits.grid(); whole {
		scale = 0
		if norm > 0 {
			scale = length / norm
		}
	}
	for i := range x {
		x[i] *= scale
	}
}

// Rotated appends the elements of a row as they are before they are turned back.
func (c *Codec) Rotated(dst []float32, row []byte) []float32 { return c.decode(dst, row, false) }

// Decode appends the vector that a row stands for.
func (c *Codec) Decode(dst []float32, row []byte) []float32 { return c.decode(dst, row, true) }

func (c *Codec) decode(dst []float32, row []byte, back bool) []float32 {
	x, spare, done := c.buffers()
	defer done()
	c.rotated(x, row)
	if back {
		c.rotation.revert(x[:c.rotation.n], spare)
	}
	for _, v := range x[:c.vector.Dim] {
		dst = append(dst, float32(v))
	}
	return dst
}
