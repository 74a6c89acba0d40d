package check

import (
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/hnsw"
	index "github.com/qdrant-edge-go/edge/core/internal/index/sparse"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/store/grid"
	"github.com/qdrant-edge-go/edge/core/internal/store/sparse"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// payloads reads every payload.
func (c *collector) payloads(s *segment.Segment) error {
	dir := segment.Layout(s.Dir()).Payload()
	if err := grid.Check(c.fs, dir); err != nil {
		c.failed(dir, err)
		return nil
	}
	var buf []byte
	for id, off := range s.IDs().From(nil) {
		raw, err := s.Payload(off, buf[:0])
		if err != nil {
			return err
		}
		if raw == nil {
			continue
		}
		buf = raw
		if err := rawjson.Valid(raw); err != nil || rawjson.KindOf(raw) != rawjson.Obj {
			c.add(Damage, dir, "the payload of point %s in slot %d is no JSON object", id, off)
		}
	}
	return nil
}

// vector reads every vector of a storage.
func (c *collector) vector(s *segment.Segment, v *segment.Vector) error {
	dir := segment.Layout(s.Dir()).Vectors(v.Name)
	total := s.IDs().Total()
	if v.Store.Len() < total {
		c.add(Repair, dir, "%d vectors for %d slots", v.Store.Len(), total)
	}
	if st, ok := v.Store.(*sparse.Store); ok {
		if err := grid.Check(c.fs, filepath.Join(dir, "store")); err != nil {
			c.failed(dir, err)
		}
		return c.sparse(s, v, st)
	}
	var buf []float32
	for off := range uint32(min(v.Store.Len(), total)) {
		if !v.Has(off) || s.IDs().IsDeleted(off) {
			continue
		}
		switch st := v.Store.(type) {
		case vectors.Single:
			buf = st.Floats(off, buf[:0])
			if len(buf) != v.Size {
				c.add(Damage, dir, "the vector of slot %d has %d elements, not %d", off, len(buf), v.Size)
			}
		case vectors.Multi:
			var err error
			if buf, err = st.Floats(off, buf[:0]); err != nil {
				return err
			}
		}
		if !api.Finite(buf) {
			c.add(Note, dir, "the vector of slot %d has elements that are no finite numbers", off)
		}
	}
	return nil
}

// sparse compares the storage of a sparse vector with its index.
func (c *collector) sparse(s *segment.Segment, v *segment.Vector, st *sparse.Store) error {
	dir := segment.Layout(s.Dir()).Index(v.Name)
	x, err := s.Inverted(v)
	if err != nil {
		return err
	}
	frozen, inFiles := x.(*index.Frozen)
	lists := map[uint32]map[uint32]bool{}
	if inFiles {
		for _, dim := range frozen.Dims() {
			points := map[uint32]bool{}
			if err := frozen.Each(dim, func(point uint32, _ float32) { points[point] = true }); err != nil {
				return err
			}
			lists[dim] = points
		}
	}
	var dims []uint32
	var weights []float32
	for off := range uint32(st.Len()) {
		if !v.Has(off) || s.IDs().IsDeleted(off) {
			continue
		}
		if dims, weights, err = st.Get(off, dims[:0], weights[:0]); err != nil {
			return err
		}
		if !api.Finite(weights) {
			c.add(Note, dir, "the vector of slot %d has weights that are no finite numbers", off)
		}
		for _, dim := range dims {
			if inFiles && !lists[dim][off] {
				c.add(Damage, dir, "the list of dimension %d lacks slot %d", dim, off)
			}
		}
	}
	for dim, points := range lists {
		for off := range points {
			if int(off) >= st.Len() {
				c.add(Damage, dir, "the list of dimension %d has slot %d of %d", dim, off, st.Len())
			}
		}
	}
	return nil
}

// graph walks every list of a graph.
func (c *collector) graph(s *segment.Segment, v *segment.Vector) error {
	dir := segment.Layout(s.Dir()).Index(v.Name)
	if v.Graph == nil {
		if v.Hnsw != nil {
			c.add(Repair, dir, "the graph is missing")
		}
		return nil
	}
	if stored := v.Graph.Config(); stored.M != int(v.Hnsw.M) || stored.EfConstruct != int(v.Hnsw.EfConstruct) {
		c.add(Note, filepath.Join(dir, hnsw.ConfigFile), "m %d and ef_construct %d; segment.json says %d and %d",
			stored.M, stored.EfConstruct, v.Hnsw.M, v.Hnsw.EfConstruct)
	}
	linked, alive := 0, 0
	var row []uint32
	for p := range uint32(v.Graph.Points()) {
		for level := v.Graph.Level(p); level >= 0; level-- {
			var err error
			if row, err = v.Graph.Links(row[:0], p, level); err != nil {
				return err
			}
			c.links(dir, v.Graph, p, level, row)
		}
		if len(row) > 0 {
			linked++
		}
		if v.Has(p) && !s.IDs().IsDeleted(p) {
			alive++
		}
	}
	if alive > 1 && linked == 0 && v.Graph.Config().HasLinks() {
		c.add(Damage, dir, "%d points and no links", alive)
	}
	if v.Graph.Points() < s.IDs().Total() {
		c.add(Note, dir, "the graph has %d of %d slots", v.Graph.Points(), s.IDs().Total())
	}
	return nil
}

func (c *collector) links(dir string, g *hnsw.Graph, p uint32, level int, row []uint32) {
	for _, to := range row {
		switch {
		case to == p:
			c.add(Note, dir, "point %d links to itself on level %d", p, level)
		case g.Level(to) < level:
			c.add(Damage, dir, "point %d links on level %d to point %d, which ends on level %d", p, level, to, g.Level(to))
		}
	}
}

// fields compares payload indexes with the payloads.
func (c *collector) fields(s *segment.Segment) error {
	set := s.Fields()
	if set == nil {
		return nil
	}
	dir := filepath.Join(s.Dir(), "payload_index")
	for _, x := range set.Indexes() {
		if !c.try(dir, func() error { return set.Verify(x) }) {
			continue
		}
		if err := c.field(s, dir, x); err != nil {
			return err
		}
	}
	return nil
}
