package turbo

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/quant/params"
)

// Query is a vector to compare rows with.
type Query struct {
	codec   *Codec
	codes   []int16
	sum     int // of codes
	scale   float32
	length  float32
	shifted float32
	vector  []float32 // L1 alone
}

// Query prepares a vector.
func (c *Codec) Query(v []float32) *Query {
	x, spare, done := c.buffers()
	defer done()
	c.turn(x, spare, v, true)
	q := &Query{codec: c, length: 1}
	switch c.vector.Distance {
	case params.L1:
		q.vector = append([]float32(nil), v...)
		return q
	case params.Cosine:
	default:
		q.length = float32(math.Sqrt(squareSum(x)))
	}
	if c.fit != nil {
		sum := 0.0
		for i, f := range x {
			sum += float64(f * float64(-c.fit.shift[i]))
			x[i] = f / float64(c.fit.scale[i])
		}
		q.shifted = float32(sum)
	}
	q.narrow(x)
	return q
}

// most is the largest code of a query.
func (c *Codec) most() float32 {
	switch {
	case c.bits > Bits1And5:
		return 8127
	case c.fit != nil:
		return 32639
	}
	return 127
}

// narrow turns the rotated elements into codes.
func (q *Query) narrow(x []float64) {
	c := q.codec
	largest := float32(0)
	for _, f := range x {
		largest = max(largest, float32(math.Abs(f)))
	}
	largest = max(largest, epsilon)
	q.codes = make([]int16, len(x))
	if c.bits == Bits16 {
		scale := 32767 / float64(largest)
		for i, f := range x {
			q.codes[i] = int16(min(max(math.Round(float64(float64(float32(f))*scale)), -32767), 32767))
		}
		q.scale = float32(1 / scale)
		return
	}
	most := c.most()
	scale := most / largest
	for i, f := range x {
		q.codes[i] = int16(min(max(params.Round(float32(float32(f)*scale)), -most), most))
		q.sum += int(q.codes[i])
	}
	q.scale = 1 / float32(scale*c.scale)
}

// dot is the inner product of the codes of the query and those of a row.
func (q *Query) dot(row []byte) float32 {
	c := q.codec
	codes := row[:c.codeBytes()]
	var sum int
	switch c.bits {
	case Bits16:
		return q.scale * float32(kernel.WordDot(q.codes, codes))
	case Bits8:
		sum = kernel.OctetDot(q.codes, codes) - 128*q.sum
	case Bits4:
		sum = kernel.NibbleDot(q.codes, codes, c.whole)
	case Bits2:
		sum = kernel.PairDot(q.codes, codes, c.whole)
	default:
		sum = 64 * (2*kernel.BitDot(q.codes, codes) - q.sum)
	}
	return float32(q.scale * float32(sum))
}

func (q *Query) one(row []byte) float32 {
	c := q.codec
	if c.vector.Distance == params.L1 {
		return c.signed(q.manhattan(row))
	}
	dot, o := q.dot(row)+q.shifted, c.own(row)
	if c.vector.Distance == params.L2 {
		return c.signed(float32(q.length*q.length) + float32(o.length*o.length) - float32(float32(2*dot)*o.factor))
	}
	return c.signed(float32(dot * o.factor))
}

func (c *Codec) signed(x float32) float32 {
	if c.vector.Invert {
		return -x
	}
	return x
}

func (q *Query) manhattan(row []byte) float32 {
	c := q.codec
	x, spare, done := c.buffers()
	defer done()
	c.rotated(x, row)
	c.rotation.revert(x[:c.rotation.n], spare)
	sum := float32(0)
	for i, f := range q.vector {
		sum += float32(math.Abs(float64(f) - x[i]))
	}
	return sum
}

// Score writes the scores of the rows that lie one after the other to out.
func (q *Query) Score(rows []byte, out []float32) {
	size := q.codec.Size()
	for i := range out {
		out[i] = q.one(rows[i*size:][:size])
	}
}

// Gather writes the scores of the rows of these numbers to out.
func (q *Query) Gather(rows []byte, ids []uint32, out []float32) {
	size := q.codec.Size()
	for i, id := range ids {
		out[i] = q.one(rows[int(id)*size:][:size])
	}
}

// Between is the score of two rows.
func (c *Codec) Between(a, b []byte) float32 {
	if c.vector.Distance == params.L1 {
		return c.signed(c.apart(a, b))
	}
	l, r := c.own(a), c.own(b)
	dot := c.symmetric(a[:c.codeBytes()], b[:c.codeBytes()])
	if c.fit != nil && c.bits >= Bits2 {
		dot = dot + l.shifted + r.shifted - c.fit.square
	}
	if c.vector.Distance == params.L2 {
		return c.signed(float32(l.length*l.length) + float32(r.length*r.length) - float32(float32(float32(2*l.factor)*r.factor)*dot))
	}
	return c.signed(float32(float32(dot*l.factor) * r.factor))
}

// symmetric is the inner product of the levels of two rows.
func (c *Codec) symmetric(a, b []byte) float32 {
	switch c.bits {
	case Bits1, Bits1And5:
		differing := 0
		for i, x := range a {
			differing += bits.OnesCount8(x ^ b[i])
		}
		level := levels1[1]
		return float32(level*level) * float32(8*len(a)-2*differing)
	case Bits8:
		sum := 0
		for i, x := range a {
			sum += (int(x) - 128) * (int(b[i]) - 128)
		}
		return float32(sum)
	case Bits16:
		sum := 0
		for i := 0; i+1 < len(a); i += 2 {
			sum += int(int16(binary.LittleEndian.Uint16(a[i:]))) * int(int16(binary.LittleEndian.Uint16(b[i:])))
		}
		return float32(sum)
	}
	square := float32(c.scale * c.scale)
	if c.fit == nil {
		return float32(c.products(a, b)) / square
	}
	return float32(c.products(a, b)) / float32(c.fit.weightScale*square)
}

// products adds up the products of the levels, weighted when there is a fit.
func (c *Codec) products(a, b []byte) (sum int) {
	width := c.bits.width()
	mask, per := byte(1<<width-1), 8/width
	for i, x := range a {
		y := b[i]
		for k := range per {
			p := int(c.whole[x>>(k*width)&mask]) * int(c.whole[y>>(k*width)&mask])
			if c.fit != nil {
				p *= int(c.fit.weights[i*per+k])
			}
			sum += p
		}
	}
	return sum
}

// apart is the Manhattan distance of what two rows stand for.
func (c *Codec) apart(a, b []byte) float32 {
	x, spare, done := c.buffers()
	defer done()
	y := make([]float64, len(x))
	c.rotated(x, a)
	c.rotated(y, b)
	for i := range x {
		x[i] -= y[i]
	}
	c.rotation.revert(x[:c.rotation.n], spare)
	sum := float32(0)
	for _, v := range x {
		sum += float32(math.Abs(v))
	}
	return sum
}
