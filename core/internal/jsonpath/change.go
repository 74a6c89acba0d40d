package jsonpath

import (
	"bytes"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// Merge appends doc with the members of src put into it: at the top, or at path when it is given. A null
// in src removes the key. What stands in the way of the path is replaced by objects and empty arrays.
// An empty doc is an object without members.
func Merge(dst, doc []byte, path *Path, src []byte) []byte {
	if path != nil {
		return setMember(dst, doc, path.First, path.Rest, src)
	}
	return mergeObject(dst, doc, src)
}

// Delete appends doc without what path finds and reports whether there was anything to remove. A path
// that ends with [] empties the array; one that ends with an index removes nothing.
func Delete(dst, doc []byte, path Path) ([]byte, bool) {
	items := make([]Item, 0, 1+len(path.Rest))
	items = append(append(items, Item{Key: path.First}), path.Rest...)
	return deleteIn(dst, doc, items)
}

// members is an object being changed.
type members []pair

type pair struct{ key, value []byte }

func membersOf(v []byte) members {
	var m members
	for o := rawjson.OpenObject(v); o.Next(); {
		m = append(m, pair{o.Key, o.Value})
	}
	return m
}

func (m members) find(rawKey []byte) int {
	return slices.IndexFunc(m, func(p pair) bool { return bytes.Equal(p.key, rawKey) })
}

func (m members) findText(key string) int {
	return slices.IndexFunc(m, func(p pair) bool { return rawjson.TextIs(p.key, key) })
}

// remove puts the last member into the place of the removed one.
func (m members) remove(i int) members {
	m[i] = m[len(m)-1]
	return m[:len(m)-1]
}

// write prints the object; the value of member at is printed by fn.
func (m members) write(dst []byte, at int, fn func(dst, value []byte) []byte) []byte {
	dst = append(dst, '{')
	for i, p := range m {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(dst, p.key...), ':')
		if i == at {
			dst = fn(dst, p.value)
		} else {
			dst = append(dst, p.value...)
		}
	}
	return append(dst, '}')
}

// writeArray prints an array; the elements that want chooses are printed by fn.
func writeArray(dst, v []byte, want Item, fn func(dst, value []byte) []byte) []byte {
	dst = append(dst, '[')
	i := uint64(0)
	for a := rawjson.OpenArray(v); a.Next(); i++ {
		if i > 0 {
			dst = append(dst, ',')
		}
		if want.Kind == Wildcard || want.Index == i {
			dst = fn(dst, a.Value)
		} else {
			dst = append(dst, a.Value...)
		}
	}
	return append(dst, ']')
}

func mergeObject(dst, v, src []byte) []byte {
	m := membersOf(v)
	for o := rawjson.OpenObject(src); o.Next(); {
		i := m.find(o.Key)
		switch isNull := rawjson.KindOf(o.Value) == rawjson.Null; {
		case isNull && i >= 0:
			m = m.remove(i)
		case isNull:
		case i >= 0:
			m[i].value = o.Value
		default:
			m = append(m, pair{o.Key, o.Value})
		}
	}
	return m.write(dst, -1, nil)
}

func setMember(dst, v []byte, key string, rest []Item, src []byte) []byte {
	m := membersOf(v)
	i := m.findText(key)
	if i < 0 {
		i = len(m)
		m = append(m, pair{key: rawjson.AppendString(nil, key)})
	}
	return m.write(dst, i, func(dst, value []byte) []byte { return setIn(dst, value, rest, src) })
}

func setIn(dst, v []byte, items []Item, src []byte) []byte {
	if len(items) == 0 {
		return mergeObject(dst, v, src)
	}
	if items[0].Kind == Key {
		return setMember(dst, v, items[0].Key, items[1:], src)
	}
	return writeArray(dst, v, items[0], func(dst, value []byte) []byte { return setIn(dst, value, items[1:], src) })
}

func deleteIn(dst, v []byte, items []Item) (_ []byte, removed bool) {
	head, last := items[0], len(items) == 1
	deeper := func(dst, value []byte) []byte {
		dst, found := deleteIn(dst, value, items[1:])
		removed = removed || found
		return dst
	}
	switch kind := rawjson.KindOf(v); {
	case head.Kind == Key && kind == rawjson.Obj:
		m := membersOf(v)
		i := m.findText(head.Key)
		if last && i >= 0 {
			m, i, removed = m.remove(i), -1, true
		}
		dst = m.write(dst, i, deeper)
	case head.Kind != Key && kind == rawjson.Arr && !last:
		dst = writeArray(dst, v, head, deeper)
	case head.Kind == Wildcard && kind == rawjson.Arr:
		dst, removed = append(dst, "[]"...), true
	default:
		dst = append(dst, v...)
	}
	return dst, removed
}
