package kana

import (
	"encoding/binary"
	"errors"
)

const magic = "VaporettoTokenizer 0.5.0\n"

var errCorrupt = errors.New("kana: corrupt model")

// reader reads bincode; after an error it reads zeros.
type reader struct {
	data   []byte
	failed bool
}

func (r *reader) fail() { r.data, r.failed = nil, true }

func (r *reader) byte() byte {
	if len(r.data) == 0 {
		r.fail()
		return 0
	}
	b := r.data[0]
	r.data = r.data[1:]
	return b
}

func (r *reader) number() uint64 {
	b := r.byte()
	size := 0
	switch b {
	case 251:
		size = 2
	case 252:
		size = 4
	case 253:
		size = 8
	case 254, 255:
		r.fail()
		return 0
	default:
		return uint64(b)
	}
	if len(r.data) < size {
		r.fail()
		return 0
	}
	var eight [8]byte
	copy(eight[:], r.data[:size])
	r.data = r.data[size:]
	return binary.LittleEndian.Uint64(eight[:])
}

func (r *reader) signed() int32 {
	n := uint32(r.number())
	return int32(n>>1) ^ -int32(n&1)
}

// count reads the length of a list whose elements have at least one byte.
func (r *reader) count() int {
	n := r.number()
	if n > uint64(len(r.data)) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *reader) text() string {
	n := r.count()
	s := string(r.data[:n])
	r.data = r.data[n:]
	return s
}

func (r *reader) weights() []int32 {
	w := make([]int32, r.count())
	for i := range w {
		w[i] = r.signed()
	}
	return w
}

// decode reads a model.
func decode(data []byte) (*Model, error) {
	if len(data) < len(magic) || string(data[:len(magic)]) != magic {
		return nil, errCorrupt
	}
	r := &reader{data: data[len(magic):]}
	m := &Model{edges: map[edge]int32{}, nodes: make([]node, 1), types: map[string][]int32{}}
	for range r.count() {
		text := r.text()
		n := m.node(text)
		m.nodes[n].ngram = r.weights()
	}
	for range r.count() {
		types := r.text()
		m.types[types] = r.weights()
		m.longestTypes = max(m.longestTypes, len(types))
	}
	for range r.count() {
		word := r.text()
		n := m.node(word)
		m.nodes[n].word = r.weights()
		r.text()
	}
	m.bias = r.signed()
	m.window, m.typeWindow = int(r.byte()), int(r.byte())
	if r.failed {
		return nil, errCorrupt
	}
	return m, nil
}
