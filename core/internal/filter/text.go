package filter

import (
	"sync"
	"unsafe"

	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
	"github.com/qdrant-edge-go/edge/core/internal/text"
)

// unindexed is the analyzer for keys without a text index: words, in lower case.
var unindexed = sync.OnceValue(func() *text.Analyzer {
	a, err := text.NewAnalyzer(text.Config{Lowercase: true})
	if err != nil {
		panic(err) // it has no languages that could be unknown
	}
	return a
})

type textMode uint8

const (
	allTokens textMode = iota
	anyToken
	phrase
)

// textMatch wants a string with the tokens of a query: all of them, one of them, or all in a row.
type textMatch struct {
	analyzer *text.Analyzer
	mode     textMode
	tokens   []string
	fallback []int // of a phrase: how many tokens still match when the next one does not

	seen    []uint32 // per token, the round in which it was found
	round   uint32
	found   int // tokens found, or of a phrase: in a row
	done    bool
	yield   func(token string, detached bool)
	scratch []byte
}

func newTextMatch(a *text.Analyzer, mode textMode, query string) *textMatch {
	m := &textMatch{analyzer: a, mode: mode}
	known := map[string]bool{}
	a.Query(query, func(token string) {
		if mode == phrase || !known[token] {
			m.tokens = append(m.tokens, token)
		}
		known[token] = true
	})
	m.seen = make([]uint32, len(m.tokens))
	if m.yield = m.look; mode == phrase {
		m.yield = m.follow
		m.fallback = fallbacks(m.tokens)
	}
	return m
}

// fallbacks gives for every number of matched tokens the length of the longest proper beginning of the phrase that they end with.
func fallbacks(tokens []string) []int {
	next := make([]int, len(tokens)+1)
	for i, j := 1, 0; i < len(tokens); i++ {
		for j > 0 && tokens[i] != tokens[j] {
			j = next[j]
		}
		if tokens[i] == tokens[j] {
			j++
		}
		next[i+1] = j
	}
	return next
}

func (*textMatch) cost() int { return costNested }

func (m *textMatch) check(v []byte) bool {
	if rawjson.KindOf(v) != rawjson.Str || len(m.tokens) == 0 {
		return false
	}
	raw := rawjson.Text(m.scratch, v)
	if len(raw) == 0 {
		return false
	}
	if len(v) > 1 && &raw[0] != &v[1] {
		m.scratch = raw[:0]
	}
	m.round++
	m.found, m.done = 0, false
	m.analyzer.DocumentDetached(unsafe.String(&raw[0], len(raw)), m.yield)
	return m.done
}

// look counts the tokens of the query that come along.
func (m *textMatch) look(token string, _ bool) {
	for i, want := range m.tokens {
		if m.seen[i] != m.round && token == want {
			m.seen[i] = m.round
			m.found++
			m.done = m.mode == anyToken || m.found == len(m.tokens)
			return
		}
	}
}

// follow goes along the phrase.
func (m *textMatch) follow(token string, detached bool) {
	if m.done || detached {
		return
	}
	for m.found > 0 && m.tokens[m.found] != token {
		m.found = m.fallback[m.found]
	}
	if m.tokens[m.found] == token {
		m.found++
	}
	m.done = m.found == len(m.tokens)
}
