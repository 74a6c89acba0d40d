package text

import (
	"fmt"

	"github.com/qdrant-edge-go/edge/core/internal/text/stem"
	"github.com/qdrant-edge-go/edge/core/internal/text/stopwords"
	"github.com/qdrant-edge-go/edge/core/internal/text/ucd"
)

// Tokenizer is the way text is cut.
type Tokenizer uint8

// The tokenizers; Word is the default.
const (
	Word Tokenizer = iota
	Whitespace
	Prefix
	Multilingual
	Code
)

var tokenizerNames = [...]string{Word: "word", Whitespace: "whitespace", Prefix: "prefix", Multilingual: "multilingual", Code: "code"}

// ParseTokenizer reads a tokenizer's name; the empty name is the default.
func ParseTokenizer(name string) (Tokenizer, bool) {
	if name == "" {
		return Word, true
	}
	for i, n := range tokenizerNames {
		if n == name {
			return Tokenizer(i), true
		}
	}
	return 0, false
}

// Config says how text becomes tokens. The zero value keeps case; Qdrant's default has Lowercase set.
type Config struct {
	Tokenizer    Tokenizer
	Lowercase    bool
	ASCIIFolding bool
	Languages    []string // stop words of these languages: full names or short forms
	Stopwords    []string // further stop words
	Stemmer      string   // Snowball language, empty for none
	MinLen       *int     // shortest token in characters
	MaxLen       *int     // longest token in characters
}

// UnknownLanguageError says that there are no stop words or no stemmer for a language.
type UnknownLanguageError struct {
	Use      string // "stopwords" or "stemmer"
	Language string
}

func (e *UnknownLanguageError) Error() string {
	return fmt.Sprintf("%s: unsupported language: %q", e.Use, e.Language)
}

// Analyzer cuts text into tokens; it may be used by many goroutines.
type Analyzer struct {
	tokenizer Tokenizer
	lower     bool
	fold      bool
	stop      map[string]struct{}
	stemmer   *stem.Stemmer
	min, max  int // 0: no lower bound; noMax: no upper bound
	minGram   int
}

const noMax = int(^uint(0) >> 1)

// NewAnalyzer checks the languages and makes the analyzer.
func NewAnalyzer(c Config) (*Analyzer, error) {
	a := &Analyzer{tokenizer: c.Tokenizer, lower: c.Lowercase, fold: c.ASCIIFolding, max: noMax, minGram: 1}
	if c.MinLen != nil {
		a.min, a.minGram = max(0, *c.MinLen), max(0, *c.MinLen)
	}
	if c.MaxLen != nil {
		a.max = max(0, *c.MaxLen)
	}
	if c.Stemmer != "" {
		name, ok := stem.Resolve(c.Stemmer)
		if !ok {
			return nil, &UnknownLanguageError{"stemmer", c.Stemmer}
		}
		a.stemmer = stem.For(name)
	}
	for _, language := range c.Languages {
		name, ok := stopwords.Resolve(language)
		if !ok {
			return nil, &UnknownLanguageError{"stopwords", language}
		}
		a.addStopwords(stopwords.Words(name))
	}
	a.addStopwords(c.Stopwords)
	return a, nil
}

func (a *Analyzer) addStopwords(words []string) {
	if a.stop == nil && len(words) > 0 {
		a.stop = make(map[string]struct{}, len(words))
	}
	for _, w := range words {
		if a.lower {
			w = string(ucd.AppendLower(nil, w))
		}
		a.stop[w] = struct{}{}
	}
}
