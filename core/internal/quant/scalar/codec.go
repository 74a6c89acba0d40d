package scalar

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/quant/params"
)

const (
	alignment = 16
	ownBytes  = 4
	top       = 127
)

// Codec is a trained quantizer. It does not change.
type Codec struct {
	vector     params.Vector
	actual     int
	alpha      float32
	offset     float32
	multiplier float32
	shift      float32 // alpha and offset's share of a row's own
	filler     uint8
}

type meta struct {
	Actual     *int           `json:"actual_dim"`
	Alpha      *float32       `json:"alpha"`
	Offset     *float32       `json:"offset"`
	Multiplier *float32       `json:"multiplier"`
	Vector     *params.Vector `json:"vector_parameters"`
}

// Decode reads quantized.meta.json.
func Decode(file string, data []byte) (*Codec, error) {
	var m meta
	if err := params.Decode(file, data, &m); err != nil {
		return nil, err
	}
	if m.Actual == nil || m.Alpha == nil || m.Offset == nil || m.Multiplier == nil || m.Vector == nil {
		return nil, disk.Corruptf(file, 0, "a part of the description is missing")
	}
	if err := m.Vector.Check(file); err != nil {
		return nil, err
	}
	if *m.Actual != padded(m.Vector.Dim) {
		return nil, disk.Corruptf(file, 0, "%d codes for %d elements", *m.Actual, m.Vector.Dim)
	}
	return newCodec(*m.Vector, *m.Alpha, *m.Offset, *m.Multiplier), nil
}

func padded(dim int) int { return (dim + alignment - 1) / alignment * alignment }

func newCodec(v params.Vector, alpha, offset, multiplier float32) *Codec {
	c := &Codec{vector: v, actual: padded(v.Dim), alpha: alpha, offset: offset, multiplier: multiplier}
	if v.Distance.Inner() {
		c.shift = float32(float32(float32(c.actual)*offset) * offset)
	}
	if v.Invert {
		c.shift = -c.shift
	}
	c.filler = c.code(offset)
	if v.Distance.Inner() {
		c.filler = c.code(0)
	}
	return c
}

// between makes a codec for elements in a range.
func between(v params.Vector, low, high float32) *Codec {
	alpha := (high - low) / top
	var multiplier float32
	switch v.Distance {
	case params.L1:
		multiplier = alpha
	case params.L2:
		multiplier = float32(float32(-2*alpha) * alpha)
	default:
		multiplier = float32(alpha * alpha)
	}
	if v.Invert {
		multiplier = -multiplier
	}
	return newCodec(v, alpha, low, multiplier)
}

// AppendMeta appends quantized.meta.json.
func (c *Codec) AppendMeta(dst []byte) []byte {
	dst = append(dst, `{"actual_dim":`...)
	dst = strconv.AppendInt(dst, int64(c.actual), 10)
	dst = params.AppendFloat(append(dst, `,"alpha":`...), c.alpha)
	dst = params.AppendFloat(append(dst, `,"offset":`...), c.offset)
	dst = params.AppendFloat(append(dst, `,"multiplier":`...), c.multiplier)
	return append(c.vector.AppendJSON(append(dst, `,"vector_parameters":`...)), '}')
}

// Params is what the vectors are.
func (c *Codec) Params() *params.Vector { return &c.vector }

// Size is the length of a row.
func (c *Codec) Size() int { return ownBytes + c.actual }

func (c *Codec) code(x float32) uint8 {
	at := (x - c.offset) / c.alpha
	switch {
	case at >= top:
		return top
	case at > 0:
		return uint8(math.Round(float64(at)))
	}
	return 0 // not a number, too
}

// codes writes the codes of a vector and returns what it adds to its scores itself.
func (c *Codec) codes(dst []uint8, v []float32) (own float32) {
	for i, x := range v {
		dst[i] = c.code(x)
	}
	for i := len(v); i < c.actual; i++ {
		dst[i] = c.filler
	}
	switch c.vector.Distance {
	case params.L1:
		return c.signed(0)
	case params.L2:
		for _, q := range dst[:c.actual] {
			own += float32(float32(q) * float32(q))
		}
		return c.signed(float32(float32(own*c.alpha) * c.alpha))
	}
	for _, q := range dst[:c.actual] {
		own += float32(q)
	}
	return c.signed(float32(float32(own*c.alpha) * c.offset))
}

func (c *Codec) signed(x float32) float32 {
	if c.vector.Invert {
		return -x
	}
	return x
}

// Encode writes the row of a vector to dst, which has Size bytes.
func (c *Codec) Encode(dst []byte, v []float32) {
	own := c.codes(dst[ownBytes:], v)
	binary.LittleEndian.PutUint32(dst, math.Float32bits(c.shift+own))
}

// Query is a vector to compare rows with.
type Query struct {
	codec *Codec
	codes []uint8
	own   float32
}

// Query prepares a vector.
func (c *Codec) Query(v []float32) *Query {
	q := &Query{codec: c, codes: make([]uint8, c.actual)}
	q.own = c.codes(q.codes, v)
	return q
}

// StoredQuery compares with a row as it is stored.
func (c *Codec) StoredQuery(row []byte) *Query {
	return &Query{codec: c, codes: row[ownBytes:], own: ownOf(row) - c.shift}
}

func ownOf(row []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(row)) }

// Score writes the scores of the rows that lie one after the other to out.
func (q *Query) Score(rows []byte, out []float32) {
	c, size := q.codec, q.codec.Size()
	for i := range out {
		row := rows[i*size:][:size]
		out[i] = c.finish(q.sum(row[ownBytes:]), q.own, ownOf(row))
	}
}

// Gather writes the scores of the rows of these numbers to out.
func (q *Query) Gather(rows []byte, ids []uint32, out []float32) {
	c, size := q.codec, q.codec.Size()
	for i, id := range ids {
		row := rows[int(id)*size:][:size]
		out[i] = c.finish(q.sum(row[ownBytes:]), q.own, ownOf(row))
	}
}

func (q *Query) sum(codes []uint8) int {
	if q.codec.vector.Distance == params.L1 {
		return kernel.ByteDistance(q.codes, codes)
	}
	return kernel.CodeDot(q.codes, codes)
}

func (c *Codec) finish(sum int, a, b float32) float32 {
	return float32(c.multiplier*float32(sum)) + a + b
}

// Between is the score of two rows.
func (c *Codec) Between(a, b []byte) float32 {
	q := Query{codec: c, codes: a[ownBytes:]}
	return c.finish(q.sum(b[ownBytes:]), ownOf(a)-c.shift, ownOf(b))
}
