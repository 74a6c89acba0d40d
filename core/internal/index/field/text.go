package field

import (
	"encoding/json"
	"fmt"

	"github.com/qdrant-edge-go/edge/core/internal/text"
)

// textParams are the parameters of a text index.
type textParams struct {
	Tokenizer      string          `json:"tokenizer"`
	MinLen         *int            `json:"min_token_len"`
	MaxLen         *int            `json:"max_token_len"`
	Lowercase      *bool           `json:"lowercase"`
	ASCIIFolding   *bool           `json:"ascii_folding"`
	PhraseMatching *bool           `json:"phrase_matching"`
	Stopwords      json.RawMessage `json:"stopwords"`
	Stemmer        *struct {
		Type     string `json:"type"`
		Language string `json:"language"`
	} `json:"stemmer"`
	Scoring json.RawMessage `json:"scoring"`
}

// textParams reads the parameters of the schema, all of which may be absent.
func (s *Schema) textParams() (p textParams, err error) {
	var name string
	if json.Unmarshal(s.Raw, &name) == nil {
		return p, nil
	}
	err = json.Unmarshal(s.Raw, &p)
	return p, err
}

func (p *textParams) phrases() bool { return or(p.PhraseMatching, false) }

// scores reports whether lengths of documents are kept, for ranking.
func (p *textParams) scores() bool {
	s := string(p.Scoring)
	return s != "" && s != "null" && s != "false"
}

func (p *textParams) analyzer() (*text.Analyzer, error) {
	c := text.Config{Lowercase: or(p.Lowercase, true), ASCIIFolding: or(p.ASCIIFolding, false), MinLen: p.MinLen, MaxLen: p.MaxLen}
	var ok bool
	if c.Tokenizer, ok = text.ParseTokenizer(p.Tokenizer); !ok {
		return nil, fmt.Errorf("unknown tokenizer %q", p.Tokenizer)
	}
	if p.Stemmer != nil && p.Stemmer.Type == "snowball" {
		c.Stemmer = p.Stemmer.Language
	}
	if err := p.stopwords(&c); err != nil {
		return nil, err
	}
	return text.NewAnalyzer(c)
}

// stopwords reads the name of a language, or an object with languages and words.
func (p *textParams) stopwords(c *text.Config) error {
	if len(p.Stopwords) == 0 {
		return nil
	}
	var language string
	if json.Unmarshal(p.Stopwords, &language) == nil {
		if language != "" {
			c.Languages = []string{language}
		}
		return nil
	}
	var set struct {
		Languages []string `json:"languages"`
		Custom    []string `json:"custom"`
	}
	if err := json.Unmarshal(p.Stopwords, &set); err != nil {
		return fmt.Errorf("stopwords: %w", err)
	}
	c.Languages, c.Stopwords = set.Languages, set.Custom
	return nil
}

// analyzed is an index that cuts texts.
type analyzed interface{ analyzer() *text.Analyzer }

// Analyzer returns what cuts the texts of the key, when it has a text index.
func (x *Index) Analyzer() (*text.Analyzer, bool) {
	for _, p := range x.parts {
		if t, ok := p.(analyzed); ok {
			return t.analyzer(), true
		}
	}
	return nil, false
}

// Analyzer returns what cuts the texts of a key, when its schema is one of texts.
func (s *Set) Analyzer(key string) (*text.Analyzer, bool) {
	if x := s.Get(key); x != nil {
		return x.Analyzer()
	}
	raw, ok := s.config.Fields[key]
	if !ok {
		return nil, false
	}
	schema, err := ParseSchema(raw)
	if err != nil || schema.Type != Text {
		return nil, false
	}
	p, err := schema.textParams()
	if err != nil {
		return nil, false
	}
	a, err := p.analyzer()
	return a, err == nil
}
