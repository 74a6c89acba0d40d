package jsonpath

import "github.com/qdrant-edge-go/edge/core/internal/rawjson"

// Visit calls fn with each value that the path finds in doc, in order, until fn returns true. It reports
// whether fn did.
func (p Path) Visit(doc []byte, fn func(value []byte) bool) bool {
	if v, ok := member(doc, p.First); ok {
		return VisitRest(p.Rest, v, fn)
	}
	return false
}

// VisitRest is Visit for a value that the first key has found already.
func VisitRest(items []Item, value []byte, fn func(value []byte) bool) bool {
	for i, item := range items {
		if item.Kind == Wildcard {
			for a := rawjson.OpenArray(value); a.Next(); {
				if VisitRest(items[i+1:], a.Value, fn) {
					return true
				}
			}
			return false
		}
		var ok bool
		if item.Kind == Key {
			value, ok = member(value, item.Key)
		} else {
			value, ok = element(value, item.Index)
		}
		if !ok {
			return false
		}
	}
	return fn(value)
}

func member(v []byte, key string) ([]byte, bool) {
	for o := rawjson.OpenObject(v); o.Next(); {
		if rawjson.TextIs(o.Key, key) {
			return o.Value, true
		}
	}
	return nil, false
}

func element(v []byte, index uint64) ([]byte, bool) {
	for a := rawjson.OpenArray(v); a.Next(); index-- {
		if index == 0 {
			return a.Value, true
		}
	}
	return nil, false
}
