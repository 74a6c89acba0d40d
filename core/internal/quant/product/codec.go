package product

import (
	"math"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/quant/params"
)

const centroids = 256

type group struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Codec is a trained quantizer. It does not change.
type Codec struct {
	vector    params.Vector
	groups    []group
	centroids [][]float32
	columns   [][centroids]float32 // by element, over the centroids
}

type meta struct {
	Centroids [][]float32    `json:"centroids"`
	Groups    []group        `json:"vector_division"`
	Vector    *params.Vector `json:"vector_parameters"`
}

// Decode reads quantized.meta.json.
func Decode(file string, data []byte) (*Codec, error) {
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
	if len(m.Centroids) != centroids {
		return nil, disk.Corruptf(file, 0, "%d centroids, not %d", len(m.Centroids), centroids)
	}
	for i, c := range m.Centroids {
		if len(c) != m.Vector.Dim {
			return nil, disk.Corruptf(file, 0, "centroid %d has %d elements, not %d", i, len(c), m.Vector.Dim)
		}
	}
	at := 0
	for _, g := range m.Groups {
		if g.Start != at || g.End <= at || g.End > m.Vector.Dim {
			return nil, disk.Corruptf(file, 0, "group %d..%d after %d", g.Start, g.End, at)
		}
		at = g.End
	}
	if at != m.Vector.Dim {
		return nil, disk.Corruptf(file, 0, "groups end at %d of %d elements", at, m.Vector.Dim)
	}
	c := &Codec{vector: *m.Vector, groups: m.Groups, centroids: m.Centroids}
	c.arrange(0, m.Vector.Dim)
	return c, nil
}

// arrange fills the columns of some elements.
func (c *Codec) arrange(from, to int) {
	if c.columns == nil {
		c.columns = make([][centroids]float32, c.vector.Dim)
	}
	for i, f := range c.centroids {
		for k := from; k < to; k++ {
			c.columns[k][i] = f[k]
		}
	}
}

// sums adds up how the elements of a vector and those of each centroid of a group compare.
func (c *Codec) sums(into *[centroids]float32, m kernel.Metric, g group, v []float32) {
	for k := g.Start; k < g.End; k++ {
		kernel.AddColumn(m, into, &c.columns[k], v[k])
	}
}

// AppendMeta appends quantized.meta.json.
func (c *Codec) AppendMeta(dst []byte) []byte {
	dst = append(dst, `{"centroids":[`...)
	for i, f := range c.centroids {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = params.AppendFloats(dst, f)
	}
	dst = append(dst, `],"vector_division":[`...)
	for i, g := range c.groups {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(append(dst, `{"start":`...), int64(g.Start), 10)
		dst = append(strconv.AppendInt(append(dst, `,"end":`...), int64(g.End), 10), '}')
	}
	return append(c.vector.AppendJSON(append(dst, `],"vector_parameters":`...)), '}')
}

// Params is what the vectors are.
func (c *Codec) Params() *params.Vector { return &c.vector }

// Size is the length of a row.
func (c *Codec) Size() int { return len(c.groups) }

// Encode writes the row of a vector to dst, which has Size bytes.
func (c *Codec) Encode(dst []byte, v []float32) {
	for j, g := range c.groups {
		at, _ := c.nearest(g, v)
		dst[j] = uint8(at)
	}
}

// nearest is the first of the centroids of a group that are nearest to a vector.
func (c *Codec) nearest(g group, v []float32) (at int, distance float32) {
	var sums [centroids]float32
	c.sums(&sums, kernel.MetricEuclid, g, v)
	distance = math.MaxFloat32
	for i, d := range sums {
		if d < distance {
			at, distance = i, d
		}
	}
	return at, distance
}

// compare is the score of two groups of elements.
func (c *Codec) compare(a, b []float32) float32 {
	sum := float32(math.Copysign(0, -1))
	b = b[:len(a)]
	switch c.vector.Distance {
	case params.L1:
		for i, x := range a {
			d := x - b[i]
			sum += max(d, -d)
		}
	case params.L2:
		for i, x := range a {
			d := x - b[i]
			sum += float32(d * d)
		}
	default:
		for i, x := range a {
			sum += float32(x * b[i])
		}
	}
	return sum
}

func (c *Codec) metric() kernel.Metric {
	switch c.vector.Distance {
	case params.L1:
		return kernel.MetricManhattan
	case params.L2:
		return kernel.MetricEuclid
	}
	return kernel.MetricDot
}

func (c *Codec) signed(x float32) float32 {
	if c.vector.Invert {
		return -x
	}
	return x
}

// Query is a vector to compare rows with.
type Query struct {
	size  int
	table []float32
}

// Query prepares a vector.
func (c *Codec) Query(v []float32) *Query {
	q := &Query{size: len(c.groups), table: make([]float32, 0, centroids*len(c.groups))}
	for _, g := range c.groups {
		var sums [centroids]float32
		for i := range sums {
			sums[i] = float32(math.Copysign(0, -1))
		}
		c.sums(&sums, c.metric(), g, v)
		for _, x := range sums {
			q.table = append(q.table, c.signed(x))
		}
	}
	return q
}

// Score writes the scores of the rows that lie one after the other to out.
func (q *Query) Score(rows []byte, out []float32) {
	for i := range out {
		out[i] = kernel.LookupSum(q.table, rows[i*q.size:][:q.size])
	}
}

// Gather writes the scores of the rows of these numbers to out.
func (q *Query) Gather(rows []byte, ids []uint32, out []float32) {
	for i, id := range ids {
		out[i] = kernel.LookupSum(q.table, rows[int(id)*q.size:][:q.size])
	}
}

// Between is the score of two rows.
func (c *Codec) Between(a, b []byte) float32 {
	sum := float32(0)
	for j, g := range c.groups {
		sum += c.compare(c.centroids[a[j]][g.Start:g.End], c.centroids[b[j]][g.Start:g.End])
	}
	return c.signed(sum)
}
