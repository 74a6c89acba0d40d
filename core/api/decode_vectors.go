package api

import (
	"math"

	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// arenaKey marks a dense vector that lies in the arena: {"$f32":[offset,count]}, or with rows for a multivector:
// {"$f32":[offset,count,rows]}.
const arenaKey = "$f32"

// decVectorStruct reads a bare vector or an object of vectors by name.
func (d *decoder) decVectorStruct(v []byte) VectorStruct {
	if rawjson.KindOf(v) != rawjson.Obj {
		return VectorStruct{{Vector: d.decVector(v)}}
	}
	out := VectorStruct{}
	for o := rawjson.OpenObject(v); d.err == nil && o.Next(); {
		name := string(d.key(o.Key))
		if name == arenaKey && rawjson.KindOf(o.Value) == rawjson.Arr {
			return VectorStruct{{Vector: d.decVector(v)}}
		}
		d.push(name)
		if len(name) > MaxNameLength {
			d.fail("name of %d bytes, at most %d are accepted", len(name), MaxNameLength)
		}
		out = appendNamed(out, name, d.decVector(o.Value))
		d.pop()
	}
	return out
}

// appendNamed adds a vector; the last of equal names wins.
func appendNamed(vs VectorStruct, name string, v Vector) VectorStruct {
	for i := range vs {
		if vs[i].Name == name {
			vs[i].Vector = v
			return vs
		}
	}
	return append(vs, NamedVector{name, v})
}

// decVector reads a dense, multi or sparse vector.
func (d *decoder) decVector(v []byte) Vector {
	switch rawjson.KindOf(v) {
	case rawjson.Arr:
		if a := rawjson.OpenArray(v); a.Next() && rawjson.KindOf(a.Value) != rawjson.Num && !isNonFinite(a.Value) {
			return d.multi(v)
		}
		return d.dense(v)
	case rawjson.Obj:
		o := rawjson.OpenObject(v)
		if o.Next() && string(d.key(o.Key)) == arenaKey {
			return d.fromArena(o.Value)
		}
		return d.sparse(v)
	}
	d.expect(v, rawjson.Arr)
	return nil
}

func (d *decoder) dense(v []byte) Vector {
	out := DenseVector(make([]float32, 0, min(len(v)/2, 256)))
	for a := rawjson.OpenArray(v); d.err == nil && a.Next(); {
		out = append(out, d.decF32(a.Value))
	}
	return out
}

func (d *decoder) multi(v []byte) Vector {
	m := MultiDenseVector{Dim: -1}
	for a := rawjson.OpenArray(v); d.err == nil && a.Next(); {
		before := len(m.Flat)
		m.Flat = append(m.Flat, d.floats(a.Value)...)
		n := len(m.Flat) - before
		if m.Dim >= 0 && n != m.Dim {
			d.fail("rows of a multivector differ in length: %d and %d", m.Dim, n)
		}
		m.Dim = n
	}
	return m
}

func (d *decoder) sparse(v []byte) Vector {
	var s SparseVector
	var seen uint64
	for o := rawjson.OpenObject(v); d.err == nil && o.Next(); {
		switch string(d.key(o.Key)) {
		case "indices":
			seen |= 1
			s.Indices = decodeList(d, o.Value, (*decoder).decU32)
		case "values":
			seen |= 2
			s.Values = d.floats(o.Value)
		}
	}
	d.require(seen, "indices", "values")
	return s
}

// floats reads an array of numbers or a reference to the arena.
func (d *decoder) floats(v []byte) []float32 {
	if rawjson.KindOf(v) == rawjson.Obj {
		if f, ok := d.fromArena(d.envelope(v, arenaKey)).(DenseVector); ok {
			return f
		}
		return nil
	}
	return decodeList(d, v, (*decoder).decF32)
}

func (d *decoder) fromArena(v []byte) Vector {
	if !d.expect(v, rawjson.Arr) {
		return nil
	}
	var n [3]uint64
	i := 0
	for a := rawjson.OpenArray(v); d.err == nil && a.Next(); i++ {
		if i < len(n) {
			n[i] = d.decU64(a.Value)
		}
	}
	size := uint64(len(d.arena))
	if i < 2 || i > 3 || n[0] > size || n[1] > size-n[0] || n[0] > math.MaxInt || i == 3 && n[2] != 0 && n[1]%n[2] != 0 {
		d.fail("vector reference %s lies outside of the %d packed floats", v, size)
		return nil
	}
	flat := d.arena[n[0] : n[0]+n[1] : n[0]+n[1]]
	if i == 2 {
		return DenseVector(flat)
	}
	if n[2] == 0 {
		return MultiDenseVector{}
	}
	return MultiDenseVector{Dim: int(n[1] / n[2]), Flat: flat}
}
