package check

import (
	"bytes"
	"context"

	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// quantized quantizes the vectors again: the rows must be those that are stored. The vectors beside the links of a graph must be these rows too.
func (c *collector) quantized(s *segment.Segment, v *segment.Vector) error {
	if v.Quantized == nil {
		return nil
	}
	dir := segment.Layout(s.Dir()).Vectors(v.Name)
	differing, err := v.Quantized.Verify(context.Background(), v.Store)
	if err != nil {
		return err
	}
	if differing > 0 {
		c.add(Damage, dir, "the quantized vectors of %d slots are not those of their vectors", differing)
	}
	if v.Graph == nil || !v.Graph.HasVectors() {
		return nil
	}
	return c.beside(s, v)
}

// beside compares the vectors beside links with the quantized rows of the points that they lead to.
func (c *collector) beside(s *segment.Segment, v *segment.Vector) error {
	dir, size := segment.Layout(s.Dir()).Index(v.Name), v.Quantized.RowBytes()
	var row []uint32
	for p := range uint32(v.Graph.Points()) {
		for level := v.Graph.Level(p); level >= 0; level-- {
			var err error
			if row, err = v.Graph.Links(row[:0], p, level); err != nil {
				return err
			}
			all, err := v.Graph.LinkVectors(p, level, len(row))
			if err != nil {
				return err
			}
			if len(all) != len(row)*size {
				c.add(Damage, dir, "the vectors beside the links of point %d have %d bytes, not %d each", p, len(all), size)
				continue
			}
			for i, to := range row {
				if !bytes.Equal(all[i*size:(i+1)*size], v.Quantized.Row(to)) {
					c.add(Damage, dir, "beside a link of point %d stands another vector than that of point %d", p, to)
				}
			}
		}
	}
	return nil
}
