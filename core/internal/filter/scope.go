package filter

import "github.com/qdrant-edge-go/edge/core/internal/rawjson"

// scope is the object that keys are looked up in: the payload of the point, or an element of an array.
// All first keys of a scope are found in one walk.
type scope struct {
	load   func() []byte
	loaded bool
	keys   []string
	values [][]byte // nil: the key is absent
}

// slot returns the place in which the value of a first key will be.
func (s *scope) slot(key string) int {
	for i, k := range s.keys {
		if k == key {
			return i
		}
	}
	s.keys = append(s.keys, key)
	s.values = append(s.values, nil)
	return len(s.keys) - 1
}

func (s *scope) value(slot int) []byte {
	if !s.loaded {
		s.walk(s.load())
	}
	return s.values[slot]
}

// walk looks up all keys of the scope in doc.
func (s *scope) walk(doc []byte) {
	s.loaded = true
	clear(s.values)
	missing := len(s.keys)
	for o := rawjson.OpenObject(doc); missing > 0 && o.Next(); {
		for i, key := range s.keys {
			if s.values[i] == nil && rawjson.TextIs(o.Key, key) {
				s.values[i] = o.Value
				missing--
				break
			}
		}
	}
}
