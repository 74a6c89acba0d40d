package check

import (
	"bytes"
	"errors"
	"reflect"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// Difference is a point that two shards do not have alike.
type Difference struct {
	ID   api.PointID `json:"id"`
	What []string    `json:"what"` // "only in a", "only in b", "payload", "vector NAME", "version"
}

// Diff compares the points of two shards as they are in the segments; versions count only when asked for. The second result is how many
// points are alike.
func Diff(fsys disk.FS, a, b string, versions bool) (list []Difference, same int, err error) {
	err = disk.Guard(func() (err error) {
		var va, vb *shard.View
		if va, err = inspect(fsys, a); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, va.Release()) }()
		if vb, err = inspect(fsys, b); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, vb.Release()) }()
		list, same, err = diff(va, vb, versions)
		return err
	})
	return list, same, err
}

func inspect(fsys disk.FS, path string) (*shard.View, error) {
	var failed error
	v, err := shard.Inspect(fsys, path, func(_ string, err error) { failed = errors.Join(failed, err) })
	if err == nil && failed != nil {
		return nil, errors.Join(failed, v.Release())
	}
	return v, err
}

func diff(a, b *shard.View, versions bool) (list []Difference, same int, err error) {
	err = each(a, func(id api.PointID, part int, off uint32) error {
		bPart, bOff, ok := b.Find(id)
		if !ok {
			list = append(list, Difference{id, []string{"only in a"}})
			return nil
		}
		what, err := compare(&a.Parts[part], off, &b.Parts[bPart], bOff, versions)
		if len(what) > 0 {
			list = append(list, Difference{id, what})
		} else {
			same++
		}
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	err = each(b, func(id api.PointID, _ int, _ uint32) error {
		if _, _, ok := a.Find(id); !ok {
			list = append(list, Difference{id, []string{"only in b"}})
		}
		return nil
	})
	return list, same, err
}

// each calls fn for what is visible.
func each(v *shard.View, fn func(id api.PointID, part int, off uint32) error) error {
	for i := range v.Parts {
		for id, off := range v.Parts[i].Seg.IDs().From(nil) {
			if !v.Parts[i].Visible(off) {
				continue
			}
			if err := fn(id, i, off); err != nil {
				return err
			}
		}
	}
	return nil
}

func compare(a *shard.Part, aOff uint32, b *shard.Part, bOff uint32, versions bool) (what []string, err error) {
	if versions && a.Seg.IDs().Version(aOff) != b.Seg.IDs().Version(bOff) {
		what = append(what, "version")
	}
	x, err := a.Seg.Copy(aOff)
	if err != nil {
		return nil, err
	}
	y, err := b.Seg.Copy(bOff)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(whole(x.Payload), whole(y.Payload)) {
		what = append(what, "payload")
	}
	names := map[string]bool{}
	for _, v := range x.Vectors {
		names[v.Name] = true
		if !reflect.DeepEqual(v.Vector, vectorNamed(y.Vectors, v.Name)) {
			what = append(what, strings.TrimSpace("vector "+v.Name))
		}
	}
	for _, v := range y.Vectors {
		if !names[v.Name] {
			what = append(what, strings.TrimSpace("vector "+v.Name))
		}
	}
	return what, nil
}

// whole is the payload of a point; an empty one is stored or not.
func whole(payload []byte) []byte {
	if len(payload) == 0 {
		return []byte("{}")
	}
	return payload
}

func vectorNamed(vs []api.NamedVector, name string) api.Vector {
	for i := range vs {
		if vs[i].Name == name {
			return vs[i].Vector
		}
	}
	return nil
}

// Manifest is that of the segments as they are on disk.
func Manifest(fsys disk.FS, path string) (m snapshot.Manifest, err error) {
	err = disk.Guard(func() (err error) {
		v, err := inspect(fsys, path)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, v.Release()) }()
		m, err = v.Manifest()
		return err
	})
	return m, err
}
