package binary

import (
	"fmt"
	"math"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/quant/params"
)

// Encoding is how many bits an element has in a row.
type Encoding uint8

// The encodings.
const (
	OneBit Encoding = iota
	TwoBits
	OneAndHalfBits
)

// QueryEncoding is how a query is kept.
type QueryEncoding uint8

// The encodings of queries.
const (
	SameAsStorage QueryEncoding = iota
	Scalar4bits
	Scalar8bits
)

var (
	encodings      = []string{"OneBit", "TwoBits", "OneAndHalfBits"}
	queryEncodings = []string{"SameAsStorage", "Scalar4bits", "Scalar8bits"}
)

// UnmarshalText reads a name.
func (e *Encoding) UnmarshalText(b []byte) error { return named((*uint8)(e), encodings, b) }

// UnmarshalText reads a name.
func (e *QueryEncoding) UnmarshalText(b []byte) error { return named((*uint8)(e), queryEncodings, b) }

func named(to *uint8, names []string, b []byte) error {
	for i, n := range names {
		if n == string(b) {
			*to = uint8(i)
			return nil
		}
	}
	return fmt.Errorf("encoding %q", b)
}

type element struct {
	Min    float32 `json:"min"`
	Max    float32 `json:"max"`
	Mean   float32 `json:"mean"`
	Stddev float32 `json:"stddev"`
}

type stats struct {
	Elements []element `json:"elements_stats"`
}

type meta struct {
	Vector   *params.Vector `json:"vector_parameters"`
	Encoding Encoding       `json:"encoding"`
	Query    QueryEncoding  `json:"query_encoding"`
	Stats    *stats         `json:"vector_stats"`
}

// Codec is a quantizer. It does not change.
type Codec struct {
	meta
	size int
}

// Decode reads quantized.meta.json. multi says that the rows are those of multivectors.
func Decode(file string, data []byte, multi bool) (*Codec, error) {
	var m meta
	if err := params.Decode(file, data, &m); err != nil {
		return nil, err
	}
	if m.Vector == nil {
		return nil, disk.Corruptf(file, 0, "vector_parameters are missing")
	}
	if err := m.Vector.Check(file); err != nil {
		return nil, err
	}
	if m.Stats != nil && len(m.Stats.Elements) != m.Vector.Dim {
		return nil, disk.Corruptf(file, 0, "stats of %d elements, not %d", len(m.Stats.Elements), m.Vector.Dim)
	}
	return newCodec(m, multi), nil
}

func newCodec(m meta, multi bool) *Codec {
	width := m.width()
	word := 128
	if multi {
		switch {
		case width <= 32:
			word = 8
		case width <= 64:
			word = 32
		case width <= 128:
			word = 64
		}
	}
	return &Codec{meta: m, size: (width + word - 1) / word * word / 8}
}

// width is the number of bits in use.
func (m *meta) width() int {
	switch m.Encoding {
	case TwoBits:
		return 2 * m.Vector.Dim
	case OneAndHalfBits:
		return (3*m.Vector.Dim + 1) / 2
	}
	return m.Vector.Dim
}

// AppendMeta appends quantized.meta.json.
func (c *Codec) AppendMeta(dst []byte) []byte {
	dst = c.Vector.AppendJSON(append(dst, `{"vector_parameters":`...))
	if c.Encoding != OneBit {
		dst = append(append(append(dst, `,"encoding":"`...), encodings[c.Encoding]...), '"')
	}
	if c.meta.Query != SameAsStorage {
		dst = append(append(append(dst, `,"query_encoding":"`...), queryEncodings[c.meta.Query]...), '"')
	}
	if c.Stats != nil {
		dst = append(dst, `,"vector_stats":{"elements_stats":[`...)
		for i, e := range c.Stats.Elements {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = params.AppendFloat(append(dst, `{"min":`...), e.Min)
			dst = params.AppendFloat(append(dst, `,"max":`...), e.Max)
			dst = params.AppendFloat(append(dst, `,"mean":`...), e.Mean)
			dst = append(params.AppendFloat(append(dst, `,"stddev":`...), e.Stddev), '}')
		}
		dst = append(dst, "]}"...)
	}
	return append(dst, '}')
}

// Params is what the vectors are.
func (c *Codec) Params() *params.Vector { return c.Vector }

// Size is the length of a row.
func (c *Codec) Size() int { return c.size }

// Encode writes the row of a vector to dst, which has Size bytes.
func (c *Codec) Encode(dst []byte, v []float32) {
	clear(dst)
	for i, x := range v {
		low, high := c.bits(i, x)
		if low {
			dst[i/8] |= 1 << (i % 8)
		}
		if high {
			j := len(v) + i
			if c.Encoding == OneAndHalfBits {
				j = len(v) + i/2
			}
			dst[j/8] |= 1 << (j % 8)
		}
	}
}

const epsilon = 1.1920929e-7 // of float32

func (c *Codec) bits(i int, x float32) (low, high bool) {
	const sigmas = float32(2.0) / 3
	switch {
	case c.Encoding == OneBit:
		return x > 0, false
	case c.Stats == nil:
		return x > 0, x > 0
	}
	e := &c.Stats.Elements[i]
	if e.Stddev < epsilon {
		return x > 0, false
	}
	z := (x - e.Mean) / e.Stddev
	switch {
	case z <= -sigmas:
		return false, false
	case z < sigmas:
		return true, false
	}
	return true, true
}

// Query is a vector to compare rows with.
type Query struct {
	codec  *Codec
	row    []byte
	planes [][]byte // bit by bit, when the query is a scalar one
}

// Query prepares a vector.
func (c *Codec) Query(v []float32) *Query {
	q := &Query{codec: c}
	switch c.meta.Query {
	case Scalar4bits:
		q.planes = c.planes(v, 4)
	case Scalar8bits:
		q.planes = c.planes(v, 8)
	default:
		q.row = make([]byte, c.size)
		c.Encode(q.row, v)
	}
	return q
}

// StoredQuery compares with a row as it is stored.
func (c *Codec) StoredQuery(row []byte) *Query { return &Query{codec: c, row: row} }

// planes keeps the elements in some bits each, plane b the bits of value 2^b.
func (c *Codec) planes(v []float32, n int) [][]byte {
	switch c.Encoding {
	case TwoBits:
		v = append(append(make([]float32, 0, 2*len(v)), v...), v...)
	case OneAndHalfBits:
		wide := append(make([]float32, 0, 2*len(v)), v...)
		for i := 0; i < len(v); i += 2 {
			x := v[i]
			if i+1 < len(v) && !(x >= v[i+1]) {
				x = v[i+1]
			}
			wide = append(wide, x)
		}
		v = wide
	}
	most := float32(0)
	for _, x := range v {
		most = max(most, max(x, -x))
	}
	ranges := 1<<n - 1
	delta := (most + most) / float32(ranges)
	planes := make([][]byte, n)
	for b := range planes {
		planes[b] = make([]byte, c.size)
	}
	for i, x := range v {
		at := 0
		if delta > epsilon {
			if r := math.Round(float64((x + most) / delta)); r > 0 && r < 1<<20 {
				at = int(r) % (ranges + 1)
			}
		}
		for b := range planes {
			planes[b][i/8] |= byte(at>>b&1) << (i % 8)
		}
	}
	return planes
}

func (q *Query) one(row []byte) float32 {
	if q.planes == nil {
		return q.codec.finish(float32(kernel.Differing(q.row, row)))
	}
	sum := 0
	for b, plane := range q.planes {
		sum += kernel.Differing(plane, row) << b
	}
	return q.codec.finish(float32(sum) / float32(int(1)<<len(q.planes)-1))
}

// finish turns differing bits into a score.
func (c *Codec) finish(differing float32) float32 {
	same := float32(c.Vector.Dim) - differing
	if c.Vector.Distance.Inner() == c.Vector.Invert {
		return differing - same
	}
	return same - differing
}

// Score writes the scores of the rows that lie one after the other to out.
func (q *Query) Score(rows []byte, out []float32) {
	size := q.codec.size
	for i := range out {
		out[i] = q.one(rows[i*size:][:size])
	}
}

// Gather writes the scores of the rows of these numbers to out.
func (q *Query) Gather(rows []byte, ids []uint32, out []float32) {
	size := q.codec.size
	for i, id := range ids {
		out[i] = q.one(rows[int(id)*size:][:size])
	}
}

// Between is the score of two rows.
func (c *Codec) Between(a, b []byte) float32 { return c.finish(float32(kernel.Differing(a, b))) }
