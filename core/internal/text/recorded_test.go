package text

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

type recordedConfig struct {
	K            *float64 `json:"k"`
	B            *float64 `json:"b"`
	AvgLen       *float64 `json:"avg_len"`
	Tokenizer    string   `json:"tokenizer"`
	Language     string   `json:"language"`
	Lowercase    *bool    `json:"lowercase"`
	ASCIIFolding bool     `json:"ascii_folding"`
	Stemmer      *string  `json:"stemmer"`
	Stopwords    *struct {
		Languages, Custom []string
	} `json:"stopwords"`
	MinLen *int `json:"min_token_len"`
	MaxLen *int `json:"max_token_len"`
}

type recordedCase struct {
	Name     string
	Config   recordedConfig
	Text     string
	Document [2]json.RawMessage
	Query    []uint32
}

func (c recordedConfig) model(t testing.TB) *BM25 {
	words, stemmer, ok := LanguageDefaults(c.Language)
	require.True(t, ok, c.Language)
	kind, ok := ParseTokenizer(c.Tokenizer)
	require.True(t, ok, c.Tokenizer)
	cfg := Config{
		Tokenizer: kind, Lowercase: c.Lowercase == nil || *c.Lowercase, ASCIIFolding: c.ASCIIFolding,
		Languages: []string{words}, Stemmer: stemmer, MinLen: c.MinLen, MaxLen: c.MaxLen,
	}
	if c.Stemmer != nil {
		cfg.Stemmer = *c.Stemmer
	}
	if c.Stopwords != nil {
		cfg.Languages, cfg.Stopwords = c.Stopwords.Languages, c.Stopwords.Custom
	}
	a, err := NewAnalyzer(cfg)
	require.NoError(t, err)
	p := DefaultParams
	for _, x := range []struct {
		from *float64
		to   *float64
	}{{c.K, &p.K}, {c.B, &p.B}, {c.AvgLen, &p.AvgLen}} {
		if x.from != nil {
			*x.to = *x.from
		}
	}
	m, err := NewBM25(p, a)
	require.NoError(t, err)
	return m
}

func recorded(t testing.TB) []recordedCase {
	f, err := os.Open(recordedFile())
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	var cases []recordedCase
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c recordedCase
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		cases = append(cases, c)
	}
	require.NoError(t, lines.Err())
	return cases
}

// TestRecorded: indices and weights are those of the reference, for every text and configuration.
func TestRecorded(t *testing.T) {
	cases := recorded(t)
	require.Greater(t, len(cases), 700)
	for _, c := range cases {
		var indices []uint32
		var values []float32
		require.NoError(t, json.Unmarshal(c.Document[0], &indices))
		require.NoError(t, json.Unmarshal(c.Document[1], &values))
		m := c.Config.model(t)
		gotIndices, gotValues := m.Document(c.Text)
		about := func() string {
			cfg, _ := json.Marshal(c.Config)
			var tokens []string
			m.analyzer.Document(c.Text, func(s string) { tokens = append(tokens, s) })
			return c.Name + " " + string(cfg) + " " + missing(tokens, indices)
		}
		if len(indices)+len(gotIndices) > 0 && !equal(indices, gotIndices) {
			t.Errorf("document: %s", about())
			continue
		}
		if len(values) > 0 {
			require.Equal(t, values, gotValues, c.Name)
		}
		if c.Query == nil {
			c.Query = indices
		}
		got, ones := m.Query(c.Text)
		if len(got)+len(c.Query) > 0 && !equal(c.Query, got) {
			t.Errorf("query: %s", about())
		}
		require.Len(t, ones, len(got))
	}
}

func equal(a, b []uint32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// missing lists our tokens that the reference does not have, and how many of its tokens we lack.
func missing(tokens []string, want []uint32) string {
	ids := map[uint32]bool{}
	for _, id := range want {
		ids[id] = true
	}
	out := "ours only:"
	for _, tok := range tokens {
		if !ids[TokenID(tok)] {
			out += " " + tok
		}
		delete(ids, TokenID(tok))
	}
	b, _ := json.Marshal(len(ids))
	return out + "; lacking " + string(b)
}

// recordedFile may be set to another recording, such as a long one of random texts.
func recordedFile() string {
	if f := os.Getenv("BM25_RECORDED"); f != "" {
		return f
	}
	return "testdata/bm25.jsonl.gz"
}
