package fulltext

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/slots"
)

// memory is the content of a mutable index.
type memory struct {
	params  Params
	words   vocab
	posts   []slots.Set // by token
	docs    documents   // by slot: tokens, distinct and ascending, or as they are in the texts
	lengths []uint32    // by slot, when lengths are kept
	total   uint64      // sum of lengths, rounded
	count   int         // slots with tokens
	scratch []uint32
}

func newMemory(p Params) *memory { return &memory{params: p, words: newVocab()} }

// once returns the tokens of a document, each once.
func (m *memory) once(doc []uint32) []uint32 {
	if !m.params.ordered() {
		return doc
	}
	m.scratch = distinct(append(m.scratch[:0], doc...))
	return m.scratch
}

// set gives an empty slot its document.
func (m *memory) set(off uint32, doc []uint32, length uint32) {
	if n := m.words.len(); n > len(m.posts) {
		m.posts = slices.Grow(m.posts, n-len(m.posts))[:n]
	}
	m.docs.set(off, doc)
	for _, n := range m.once(doc) {
		m.posts[n].Add(off)
	}
	if len(doc) > 0 {
		m.count++
	}
	if m.params.Lengths {
		if int(off) >= len(m.lengths) {
			m.lengths = append(m.lengths, make([]uint32, int(off)+1-len(m.lengths))...)
		}
		m.lengths[off] = length
		m.total += uint64(rounded(length))
	}
}

// remove empties a slot; false when it was empty.
func (m *memory) remove(off uint32) bool {
	doc, ok := m.docs.get(off)
	if !ok {
		return false
	}
	for _, n := range m.once(doc) {
		m.posts[n].Remove(off)
	}
	if len(doc) > 0 {
		m.count--
	}
	if m.params.Lengths {
		m.total -= uint64(rounded(m.lengths[off]))
		m.lengths[off] = 0
	}
	m.docs.remove(off)
	return true
}

// post returns the slots of a token.
func (m *memory) post(n uint32) *slots.Set {
	if int(n) >= len(m.posts) {
		return &slots.Set{}
	}
	return &m.posts[n]
}

// has reports whether a slot has a token.
func (m *memory) has(off, n uint32) bool {
	if m.params.ordered() {
		return m.post(n).Has(off)
	}
	doc, _ := m.docs.get(off)
	_, found := slices.BinarySearch(doc, n)
	return found
}

// times counts a token in a document.
func times(doc []uint32, n uint32) (count uint32) {
	for _, t := range doc {
		if t == n {
			count++
		}
	}
	return count
}

// inRow reports whether a document has the tokens of a phrase one after another.
func inRow(doc, phrase []uint32) bool {
	for ; len(doc) >= len(phrase); doc = doc[1:] {
		if slices.Equal(doc[:len(phrase)], phrase) {
			return true
		}
	}
	return false
}
