package edge

import (
	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/text"
)

// Bm25 makes sparse vectors of texts, as Qdrant's local BM25 model does. It is safe for concurrent use.
type Bm25 struct{ m *text.BM25 }

// NewBm25 makes a model; a nil configuration is the default one. What the configuration leaves open comes from its language.
func NewBm25(c *api.Bm25Config) (*Bm25, error) {
	if c == nil {
		c = api.DefaultBm25Config()
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	a, err := bm25Analyzer(c)
	if err != nil {
		return nil, err
	}
	m, err := text.NewBM25(text.Params{K: c.K, B: c.B, AvgLen: c.AvgLen}, a)
	if err != nil {
		return nil, api.Wrap(api.InvalidArgument, err, "bm25")
	}
	return &Bm25{m}, nil
}

func bm25Analyzer(c *api.Bm25Config) (*text.Analyzer, error) {
	language := "english"
	if c.Language != nil {
		language = *c.Language
	}
	words, stemmer, ok := text.LanguageDefaults(language)
	if !ok || language == "" {
		return nil, api.Errorf(api.InvalidArgument, "unsupported language: %q", language)
	}
	conf := text.Config{Lowercase: c.Lowercase == nil || *c.Lowercase, ASCIIFolding: c.AsciiFolding != nil && *c.AsciiFolding,
		MinLen: length(c.MinTokenLen), MaxLen: length(c.MaxTokenLen)}
	conf.Tokenizer, _ = text.ParseTokenizer(c.Tokenizer.String())
	switch stop := c.Stopwords.(type) {
	case nil:
		conf.Languages = []string{words}
	case *api.LanguageStopwords:
		conf.Languages = []string{stop.Language.String()}
	case *api.StopwordsSet:
		for _, l := range stop.Languages {
			conf.Languages = append(conf.Languages, l.String())
		}
		conf.Stopwords = stop.Custom
	}
	switch stem := c.Stemmer.(type) {
	case nil:
		conf.Stemmer = stemmer
	case *api.SnowballParams:
		conf.Stemmer = stem.Language.String()
	}
	a, err := text.NewAnalyzer(conf)
	if err != nil {
		return nil, api.Wrap(api.InvalidArgument, err, "bm25")
	}
	return a, nil
}

// length bounds a number of characters to what an int holds.
func length(n *uint64) *int {
	if n == nil {
		return nil
	}
	i := int(min(*n, 1<<31-1))
	return &i
}

// EmbedQuery gives each distinct token of a query the weight one.
func (b *Bm25) EmbedQuery(query string) api.SparseVector {
	indices, values := b.m.Query(query)
	return api.SparseVector{Indices: indices, Values: values}
}

// EmbedDocument weighs each distinct token of a document by its frequency and the length of the document.
func (b *Bm25) EmbedDocument(document string) api.SparseVector {
	indices, values := b.m.Document(document)
	return api.SparseVector{Indices: indices, Values: values}
}
