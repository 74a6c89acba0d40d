package field

import "github.com/qdrant-edge-go/edge/core/internal/text"

// Ranking is what a text index knows of the words of its documents.
type Ranking interface {
	// Documents returns the number of points with tokens, and of all their tokens; those that were removed from an optimized segment count.
	Documents() (documents int, tokens uint64)
	// Frequency is the number of points that have a token.
	Frequency(token string) (int, error)
	// Occurrences yields the points that have a token, in any order, and how often; deleted points may be among them.
	Occurrences(token string, yield func(off, times uint32) bool) error
	// Length is the number of tokens of a point, rounded down to 13 significant bits.
	Length(off uint32) uint32
}

// Ranking returns what ranks the points by their texts, when the key has a text index that keeps enough for it.
func (x *Index) Ranking() (Ranking, bool) {
	for _, p := range x.parts {
		if r, ok := p.(Ranking); ok {
			return r, true
		}
	}
	return nil, false
}

// Ranks reports whether a schema of texts asks for what ranking needs.
func (s *Schema) Ranks() bool {
	p, err := s.textParams()
	return err == nil && p.scores()
}

// Analyzer returns what cuts the texts of the key.
func (s *Schema) Analyzer() (*text.Analyzer, error) {
	p, err := s.textParams()
	if err != nil {
		return nil, err
	}
	return p.analyzer()
}

// Schema returns what config.json says of a key; nil when it does not name it.
func (s *Set) Schema(key string) (*Schema, error) {
	raw, ok := s.config.Fields[key]
	if !ok {
		return nil, nil
	}
	return ParseSchema(raw)
}
