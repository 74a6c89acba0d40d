package field

import (
	"unsafe"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/index/field/fulltext"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
	"github.com/qdrant-edge-go/edge/core/internal/text"
)

// textPart is an index of the tokens of texts.
type textPart struct {
	index *fulltext.Index
	cut   *text.Analyzer
	texts []string
}

// rankedText is a textPart that keeps what ranking needs.
type rankedText struct{ *textPart }

// Documents is part of Ranking.
func (p rankedText) Documents() (documents int, tokens uint64) { return p.index.Documents() }

// Frequency is part of Ranking.
func (p rankedText) Frequency(token string) (int, error) { return p.index.Frequency(token) }

// Occurrences is part of Ranking.
func (p rankedText) Occurrences(token string, yield func(off, times uint32) bool) error {
	return p.index.Occurrences(token, yield)
}

// Length is part of Ranking.
func (p rankedText) Length(off uint32) uint32 { return p.index.Length(off) }

// fulltext are the parameters of the index of a schema of texts.
func (s *Schema) fulltext() (fulltext.Params, error) {
	p, err := s.textParams()
	if err != nil {
		return fulltext.Params{}, err
	}
	a, err := p.analyzer()
	return fulltext.Params{Analyzer: a, Positions: p.phrases(), Lengths: p.scores()}, err
}

func openText(p *place) (part, error) {
	params, err := p.schema.fulltext()
	if err != nil {
		return nil, err
	}
	x, err := fulltext.Open(p.fs, p.dir, fulltext.Options{Params: params, ReadOnly: p.readOnly, Deleted: p.deleted, Ahead: !p.schema.OnDisk})
	if err != nil {
		return nil, err
	}
	return newTextPart(x, params), nil
}

func createText(p *place) (part, error) {
	params, err := p.schema.fulltext()
	if err != nil {
		return nil, err
	}
	x, err := fulltext.Create(p.fs, p.dir, params)
	if err != nil {
		return nil, err
	}
	return newTextPart(x, params), nil
}

func newTextPart(x *fulltext.Index, params fulltext.Params) part {
	p := &textPart{index: x, cut: params.Analyzer}
	if params.Lengths {
		return rankedText{p}
	}
	return p
}

// appendTexts appends the texts among values; they live as long as these.
func appendTexts(dst []string, values [][]byte) []string {
	eachElement(values, func(v []byte) {
		if rawjson.KindOf(v) == rawjson.Str {
			b := rawjson.Text(nil, v)
			dst = append(dst, unsafe.String(unsafe.SliceData(b), len(b)))
		}
	})
	return dst
}

func (p *textPart) analyzer() *text.Analyzer { return p.cut }

func (p *textPart) set(off uint32, values [][]byte) error {
	p.texts = appendTexts(p.texts[:0], values)
	return p.index.Set(off, p.texts)
}

func (p *textPart) remove(off uint32) error  { return p.index.Remove(off) }
func (p *textPart) valued(off uint32) bool   { return p.index.Has(off) }
func (p *textPart) indexed() int             { return p.index.Indexed() }
func (p *textPart) files() []string          { return p.index.Files() }
func (p *textPart) immutableFiles() []string { return p.index.ImmutableFiles() }
func (p *textPart) flush() error             { return p.index.Flush() }
func (p *textPart) close() error             { return p.index.Close() }

// condition answers matches of texts; not from damaged files.
func (p *textPart) condition(c *api.FieldCondition) (Condition, bool) {
	var q *fulltext.Query
	var err error
	switch m := c.Match.(type) {
	case *api.MatchText:
		q, err = p.index.Query(fulltext.All, m.Text)
	case *api.MatchTextAny:
		q, err = p.index.Query(fulltext.Any, m.Text)
	case *api.MatchPhrase:
		q, err = p.index.Query(fulltext.Phrase, m.Text)
	default:
		return nil, false
	}
	if err != nil {
		return nil, false
	}
	return textual{q}, true
}

// textual selects points by a query of texts.
type textual struct{ *fulltext.Query }

// Estimate is part of Condition.
func (c textual) Estimate() Cardinality {
	least, expected, most := c.Query.Estimate()
	return Cardinality{Min: min(least, most), Exp: expected, Max: most, Primary: true, Certain: true}
}

// AppendCandidates is part of Condition.
func (c textual) AppendCandidates(dst []uint32) []uint32 { return c.AppendPoints(dst) }

// textGatherer collects texts for an immutable index.
type textGatherer struct {
	builder *fulltext.Builder
	texts   []string
}

// gatherText begins an immutable index; the schema is one that can be kept.
func gatherText(p *place) gatherer {
	params, err := p.schema.fulltext()
	if err != nil {
		return nil
	}
	return &textGatherer{builder: fulltext.NewBuilder(params)}
}

func (g *textGatherer) add(off uint32, values [][]byte) {
	g.texts = appendTexts(g.texts[:0], values)
	g.builder.Add(off, g.texts)
}

func (g *textGatherer) write(at *place) error { return g.builder.Write(at.fs, at.dir) }
