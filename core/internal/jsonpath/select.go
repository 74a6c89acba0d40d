package jsonpath

import "github.com/qdrant-edge-go/edge/core/internal/rawjson"

// Selector chooses parts of a document. With Include, values are kept that lie on the way to a path or
// below one; with Exclude, values at and below a path are dropped. Elements of arrays are named by [],
// never by their index.
type Selector struct {
	Exclude bool
	Paths   []Path
}

// Append appends what the selector leaves of doc.
func (s Selector) Append(dst, doc []byte) []byte {
	return s.object(dst, doc, nil)
}

func (s Selector) value(dst, v []byte, at []Item) []byte {
	switch rawjson.KindOf(v) {
	case rawjson.Obj:
		return s.object(dst, v, at)
	case rawjson.Arr:
		return s.array(dst, v, append(at, Item{Kind: Wildcard}))
	}
	return append(dst, v...)
}

func (s Selector) object(dst, v []byte, at []Item) []byte {
	dst = append(dst, '{')
	for o := rawjson.OpenObject(v); o.Next(); {
		here := append(at, Item{Key: string(rawjson.Text(nil, o.Key))})
		if !s.keeps(here) {
			continue
		}
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		dst = append(append(dst, o.Key...), ':')
		dst = s.value(dst, o.Value, here)
	}
	return append(dst, '}')
}

func (s Selector) array(dst, v []byte, here []Item) []byte {
	dst = append(dst, '[')
	keeps := s.keeps(here)
	for a := rawjson.OpenArray(v); keeps && a.Next(); {
		if dst[len(dst)-1] != '[' {
			dst = append(dst, ',')
		}
		dst = s.value(dst, a.Value, here)
	}
	return append(dst, ']')
}

func (s Selector) keeps(at []Item) bool {
	for _, p := range s.Paths {
		if p.First != at[0].Key {
			continue
		}
		if common := min(len(p.Rest), len(at)-1); (!s.Exclude || common == len(p.Rest)) &&
			equal(p.Rest[:common], at[1:1+common]) {
			return !s.Exclude
		}
	}
	return s.Exclude
}

func equal(a, b []Item) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
