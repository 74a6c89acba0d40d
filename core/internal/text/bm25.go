package text

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/text/stem"
	"github.com/qdrant-edge-go/edge/core/internal/text/stopwords"
)

// Params are the parameters of the BM25 weights.
type Params struct {
	K      float64 // saturation of the term frequency
	B      float64 // share of the length normalisation, 0 to 1
	AvgLen float64 // expected number of tokens of a document
}

// DefaultParams are Qdrant's.
var DefaultParams = Params{K: 1.2, B: 0.75, AvgLen: 256}

// Validate refuses parameters that would make weights without meaning.
func (p Params) Validate() error {
	switch {
	case !finite(p.K) || p.K < 0:
		return fmt.Errorf("BM25 k1 must be finite and >= 0, got %v", p.K)
	case !finite(p.B) || p.B < 0 || p.B > 1:
		return fmt.Errorf("BM25 b must be finite and in [0.0, 1.0], got %v", p.B)
	case !finite(p.AvgLen) || p.AvgLen <= 0:
		return fmt.Errorf("BM25 avg_doc_len must be finite and > 0, got %v", p.AvgLen)
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// LanguageDefaults gives the stop word language and the stemmer (empty where there is none) that a BM25 model of a language has unless it
// says otherwise. No language is English; false for an unknown one.
func LanguageDefaults(language string) (words, stemmer string, ok bool) {
	if language == "" {
		language = "english"
	}
	if words, ok = stopwords.Resolve(language); !ok {
		return "", "", false
	}
	stemmer, ok = stem.Resolve(words)
	if !ok {
		stemmer = ""
	}
	return words, stemmer, true
}

// BM25 makes sparse vectors of texts: an index is the hash of a token, a value its weight.
type BM25 struct {
	analyzer *Analyzer
	params   Params
}

// NewBM25 checks the parameters and makes the model.
func NewBM25(p Params, a *Analyzer) (*BM25, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return &BM25{a, p}, nil
}

// Query is the vector of a query: weight one for each distinct token, indices ascending.
func (m *BM25) Query(text string) (indices []uint32, values []float32) {
	m.analyzer.RankingQuery(text, func(token string) { indices = append(indices, TokenID(token)) })
	slices.Sort(indices)
	indices = slices.Compact(indices)
	values = make([]float32, len(indices))
	for i := range values {
		values[i] = 1
	}
	return indices, values
}

type term struct {
	id    uint32
	token string
}

// Document is the vector of a document: each distinct token's weight by its frequency and the document's length, indices ascending.
func (m *BM25) Document(text string) (indices []uint32, values []float32) {
	var terms []term
	m.analyzer.Document(text, func(token string) { terms = append(terms, term{TokenID(token), token}) })
	slices.SortFunc(terms, func(a, b term) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.token, b.token))
	})
	norm := float64(m.params.B*float64(len(terms))) / m.params.AvgLen
	norm = float64(1-m.params.B) + norm
	for i := 0; i < len(terms); {
		start := i
		for i < len(terms) && terms[i] == terms[start] {
			i++
		}
		weight := m.weight(i-start, norm)
		if n := len(indices); n > 0 && indices[n-1] == terms[start].id {
			values[n-1] = weight // two tokens of one hash: the last one stays
			continue
		}
		indices = append(indices, terms[start].id)
		values = append(values, weight)
	}
	return indices, values
}

func (m *BM25) weight(count int, norm float64) float32 {
	n := float64(count)
	return float32(float64(n*(m.params.K+1)) / math.FMA(m.params.K, norm, n))
}

// TokenID is the index of a token: murmur3 with seed 0, as a signed number without its sign.
func TokenID(token string) uint32 {
	h := murmur3(token)
	if int32(h) < 0 {
		return -h
	}
	return h
}

const (
	murmurC1 = 0xcc9e2d51
	murmurC2 = 0x1b873593
)

func murmur3(s string) uint32 {
	var h uint32
	length := uint32(len(s))
	for len(s) >= 4 {
		k := uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
		h ^= scramble(k)
		h = bits.RotateLeft32(h, 13)*5 + 0xe6546b64
		s = s[4:]
	}
	if s != "" {
		var tail [4]byte
		copy(tail[:], s)
		h ^= scramble(binary.LittleEndian.Uint32(tail[:]))
	}
	h ^= length
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}

func scramble(k uint32) uint32 { return bits.RotateLeft32(k*murmurC1, 15) * murmurC2 }
