package kana

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"sync"
)

//go:embed bccwj-suw_c1.0.model.gz
var packed []byte

// maxUnpacked bounds the unpacked model, which has 818 kB.
const maxUnpacked = 4 << 20

// edge leads from a node of the trie by a character.
type edge struct {
	from int32
	by   rune
}

// node stands for the characters on the way to it.
type node struct {
	ngram []int32 // weights of the n-gram, nil if it is none
	word  []int32 // weights of the dictionary word, nil if it is none
}

// Model is the weights by n-gram and word, in a trie.
type Model struct {
	edges        map[edge]int32
	nodes        []node
	types        map[string][]int32
	longestTypes int
	bias         int32
	window       int
	typeWindow   int
}

// Default gives the model; the first call unpacks it. A test reads the packed file; an unreadable one would find one word in any text.
var Default = sync.OnceValue(func() *Model {
	empty := &Model{}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return empty
	}
	data, err := io.ReadAll(io.LimitReader(r, maxUnpacked))
	if err != nil {
		return empty
	}
	m, err := decode(data)
	if err != nil {
		return empty
	}
	return m
})

func (m *Model) node(text string) int32 {
	at := int32(0)
	for _, r := range text {
		next, ok := m.edges[edge{at, r}]
		if !ok {
			next = int32(len(m.nodes))
			m.nodes = append(m.nodes, node{})
			m.edges[edge{at, r}] = next
		}
		at = next
	}
	return at
}

// Words calls do with each word of a text, in order; all of them together are the text.
func (m *Model) Words(text string, do func(string)) {
	chars := make([]rune, 0, len(text))
	starts := make([]int, 0, len(text))
	for i, r := range text {
		chars, starts = append(chars, r), append(starts, i)
	}
	if len(chars) == 0 {
		return
	}
	scores := m.scores(chars)
	start := 0
	for i, s := range scores {
		if s > 0 {
			do(text[start:starts[i+1]])
			start = starts[i+1]
		}
	}
	do(text[start:])
}

// scores gives the sum of weights for each place between two characters.
func (m *Model) scores(chars []rune) []int32 {
	scores := make([]int32, len(chars)-1)
	for i := range scores {
		scores[i] = m.bias
	}
	for start := range chars {
		at := int32(0)
		for end := start; end < len(chars); end++ {
			next, ok := m.edges[edge{at, chars[end]}]
			if !ok {
				break
			}
			at = next
			n := &m.nodes[at]
			if n.ngram != nil {
				add(scores, end-m.window, n.ngram)
			}
			if n.word != nil {
				add(scores, start-1, n.word)
			}
		}
	}
	m.addTypes(scores, chars)
	return scores
}

func (m *Model) addTypes(scores []int32, chars []rune) {
	types := make([]byte, len(chars))
	for i, r := range chars {
		types[i] = typeOf(r)
	}
	for start := range types {
		for end := start; end < min(len(types), start+m.longestTypes); end++ {
			if w, ok := m.types[string(types[start:end+1])]; ok {
				add(scores, end-m.typeWindow, w)
			}
		}
	}
}

// add adds weights to the scores from a place on, which may lie before the first.
func add(scores []int32, at int, weights []int32) {
	if at < 0 {
		weights = weights[min(-at, len(weights)):]
		at = 0
	}
	for i, w := range weights {
		if at+i >= len(scores) {
			return
		}
		scores[at+i] += w
	}
}

// typeOf classes a character as the model does: digit, Roman, hiragana, katakana, ideograph, other.
func typeOf(r rune) byte {
	switch {
	case '0' <= r && r <= '9' || 0xff10 <= r && r <= 0xff19:
		return 1
	case 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || 0xff21 <= r && r <= 0xff3a || 0xff41 <= r && r <= 0xff5a:
		return 2
	case 0x3040 <= r && r <= 0x3096:
		return 3
	case 0x30a0 <= r && r <= 0x30fa || 0x30fc <= r && r <= 0x30ff || 0xff66 <= r && r <= 0xff9f:
		return 4
	case 0x3400 <= r && r <= 0x4dbf || 0x4e00 <= r && r <= 0x9fff || 0xf900 <= r && r <= 0xfaff || 0x20000 <= r && r <= 0x2a6df ||
		0x2a700 <= r && r <= 0x2ceaf || 0x2f800 <= r && r <= 0x2fa1f:
		return 5
	}
	return 6
}
