package shard

import (
	"bytes"
	"iter"
	"reflect"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Fits compares the vectors that two configurations have in common. Vectors that one side lacks are no contradiction.
func Fits(theirs, ours *api.EdgeConfig) error {
	for _, v := range theirs.Vectors {
		have, known := vectorOf(ours, v.Name)
		if !known {
			continue
		}
		if have.Sparse {
			return api.Errorf(api.Incompatible, "vector %q is dense on one side and sparse on the other", v.Name)
		}
		if err := compatibleVectors(vectorParams(ours, v.Name), v.Params); err != nil {
			return api.Wrap(api.Incompatible, err, "vector %q", v.Name)
		}
	}
	for _, v := range theirs.SparseVectors {
		have, known := vectorOf(ours, v.Name)
		if !known {
			continue
		}
		if !have.Sparse {
			return api.Errorf(api.Incompatible, "vector %q is sparse on one side and dense on the other", v.Name)
		}
		if modifier(theirs, v.Name) != modifier(ours, v.Name) {
			return api.Errorf(api.Incompatible, "vector %q has another modifier", v.Name)
		}
	}
	return nil
}

func modifier(c *api.EdgeConfig, name string) api.Modifier {
	for _, v := range c.SparseVectors {
		if v.Name == name && v.Params != nil && v.Params.Modifier != nil {
			return *v.Params.Modifier
		}
	}
	return api.ModifierNone
}

// Stored is a visible point as it is stored; false when there is none.
func (v *View) Stored(id api.PointID) (p api.Point, ok bool, err error) {
	part, off, ok := v.Find(id)
	if !ok {
		return api.Point{}, false, nil
	}
	s, err := v.Parts[part].Seg.Copy(off)
	if err != nil {
		return api.Point{}, false, err
	}
	return api.Point{ID: id, Vector: s.Vectors, Payload: s.Payload}, true, nil
}

// All lists the visible points with their versions, which are of the base or of the shard's own log.
func (v *View) All() iter.Seq2[api.PointID, uint64] {
	return func(yield func(api.PointID, uint64) bool) {
		for i := range v.Parts {
			p := &v.Parts[i]
			for id, off := range p.Seg.IDs().From(nil) {
				if p.Visible(off) && !yield(id, p.Seg.IDs().Version(off)) {
					return
				}
			}
		}
	}
}

// View is what reads of the base see. It is not to be released.
func (b *Base) View() *View { return newView(b.segments()) }

// SamePoint compares points as they are stored.
func SamePoint(a, b *api.Point) bool {
	if !bytes.Equal(objectOf(a.Payload), objectOf(b.Payload)) || len(a.Vector) != len(b.Vector) {
		return false
	}
	for i := range a.Vector {
		if !reflect.DeepEqual(vectorIn(b.Vector, a.Vector[i].Name), a.Vector[i].Vector) {
			return false
		}
	}
	return true
}

// objectOf is the payload of a point; an empty one is stored or not.
func objectOf(p api.Payload) []byte {
	if len(p) == 0 {
		return []byte("{}")
	}
	return p
}

func vectorIn(vs api.VectorStruct, name string) api.Vector {
	for i := range vs {
		if vs[i].Name == name {
			return vs[i].Vector
		}
	}
	return nil
}
