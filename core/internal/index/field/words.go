package field

import (
	"slices"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
	"github.com/qdrant-edge-go/edge/core/internal/text"
)

// wordsPart is an index of the tokens of texts. It is built from the payloads when it is first asked, and has no files.
type wordsPart struct {
	derived
	cut     *text.Analyzer
	phrases bool
	known   map[string]uint32
	points  [][]uint32 // per token, ascending
	docs    [][]uint32 // per slot, the tokens in their order
	count   int        // slots with tokens
	tokens  uint64
	scratch []uint32
}

// boundary stands in a document where no phrase goes on.
const boundary = ^uint32(0)

func newWordsPart(s *Set, x *Index) (part, error) {
	params, err := x.schema.textParams()
	if err != nil {
		return nil, err
	}
	p := &wordsPart{phrases: params.phrases(), known: map[string]uint32{}}
	if p.cut, err = params.analyzer(); err != nil {
		return nil, err
	}
	p.derived = derived{from: s.from, index: x, add: p.put, done: func() {}}
	if params.scores() {
		return &rankedWords{p}, nil
	}
	return p, nil
}

func (p *wordsPart) analyzer() *text.Analyzer { return p.cut }

func (p *wordsPart) put(off uint32, values [][]byte) {
	p.scratch = p.scratch[:0]
	eachElement(values, func(v []byte) {
		if rawjson.KindOf(v) != rawjson.Str {
			return
		}
		if len(p.scratch) > 0 {
			p.scratch = append(p.scratch, boundary)
		}
		p.cut.DocumentDetached(string(rawjson.Text(nil, v)), func(token string, detached bool) {
			if detached {
				p.scratch = append(p.scratch, boundary)
			}
			p.scratch = append(p.scratch, p.number(token))
			if detached {
				p.scratch = append(p.scratch, boundary)
			}
		})
	})
	p.replace(off, p.scratch)
}

func (p *wordsPart) number(token string) uint32 {
	id, ok := p.known[token]
	if !ok {
		id = uint32(len(p.points))
		p.known[strings.Clone(token)] = id
		p.points = append(p.points, nil)
	}
	return id
}

func (p *wordsPart) replace(off uint32, doc []uint32) {
	for int(off) >= len(p.docs) {
		p.docs = append(p.docs, nil)
	}
	old := p.docs[off]
	if slices.Equal(old, doc) {
		return
	}
	for _, id := range old {
		if id == boundary {
			continue
		}
		p.tokens--
		if i, ok := slices.BinarySearch(p.points[id], off); ok {
			p.points[id] = slices.Delete(p.points[id], i, i+1)
		}
	}
	p.count += bit(length(doc) > 0) - bit(length(old) > 0)
	p.docs[off] = slices.Clone(doc)
	for _, id := range doc {
		if id == boundary {
			continue
		}
		p.tokens++
		if list := p.points[id]; len(list) == 0 || list[len(list)-1] < off {
			p.points[id] = append(list, off)
		} else if i, ok := slices.BinarySearch(list, off); !ok {
			p.points[id] = slices.Insert(list, i, off)
		}
	}
}

// length is the number of tokens of a document.
func length(doc []uint32) (n int) {
	for _, id := range doc {
		n += bit(id != boundary)
	}
	return n
}

func (p *wordsPart) remove(off uint32) error {
	if p.built.Load() {
		p.replace(off, nil)
	}
	return nil
}

func (p *wordsPart) valued(off uint32) bool {
	return p.ensure() == nil && int(off) < len(p.docs) && length(p.docs[off]) > 0
}

func (p *wordsPart) indexed() int {
	if p.ensure() != nil {
		return 0
	}
	return p.count
}

func (p *wordsPart) condition(c *api.FieldCondition) (Condition, bool) {
	q := &hasWords{part: p}
	add := func(token string) {
		id, ok := p.known[token]
		if q.unknown = q.unknown || !ok; ok {
			q.ids = append(q.ids, id)
		}
	}
	switch c.Match.(type) {
	case *api.MatchText, *api.MatchTextAny, *api.MatchPhrase:
	default:
		return nil, false
	}
	if p.ensure() != nil {
		return nil, false
	}
	switch m := c.Match.(type) {
	case *api.MatchText:
		p.cut.Query(m.Text, add)
		q.none = q.unknown
	case *api.MatchTextAny:
		p.cut.Query(m.Text, add)
		q.any = true
	case *api.MatchPhrase:
		p.cut.Phrase(m.Text, add)
		q.phrase = slices.Clone(q.ids)
		q.none = q.unknown || !p.phrases
	}
	slices.Sort(q.ids)
	q.ids = slices.Compact(q.ids)
	q.none = q.none || len(q.ids) == 0
	q.estimate()
	return q, true
}

// hasWords selects the points with all of some tokens, with one of them, or with all in a row.
type hasWords struct {
	part               *wordsPart
	ids                []uint32 // ascending
	phrase             []uint32
	any, none, unknown bool
	est                Cardinality
}

func (q *hasWords) estimate() {
	q.est = Cardinality{Primary: true}
	if q.none {
		return
	}
	counts := make([]Cardinality, len(q.ids))
	for i, id := range q.ids {
		counts[i] = Exactly(len(q.part.points[id]))
	}
	switch {
	case q.any:
		q.est = Should(q.part.count, counts...)
	case len(q.ids) == 1 && len(q.phrase) <= 1:
		q.est = counts[0]
	default:
		q.est = Must(q.part.count, counts...)
		if q.phrase != nil {
			q.est.Min, q.est.Exp = 0, q.est.Exp/2
		}
	}
	q.est.Primary = true
}

func (q *hasWords) Estimate() Cardinality { return q.est }

func (q *hasWords) Check(off uint32) bool {
	if q.none || int(off) >= len(q.part.docs) {
		return false
	}
	for _, id := range q.ids {
		if _, found := slices.BinarySearch(q.part.points[id], off); found == q.any {
			return q.any
		}
	}
	return !q.any && (len(q.phrase) < 2 || inRow(q.part.docs[off], q.phrase))
}

func inRow(doc, phrase []uint32) bool {
	for i := range doc {
		if len(doc)-i < len(phrase) {
			return false
		}
		if slices.Equal(doc[i:i+len(phrase)], phrase) {
			return true
		}
	}
	return false
}

func (q *hasWords) Filter(ids, out []uint32) []uint32 {
	for _, off := range ids {
		if q.Check(off) {
			out = append(out, off)
		}
	}
	return out
}

func (q *hasWords) AppendCandidates(dst []uint32) []uint32 {
	if q.none {
		return dst
	}
	if q.any {
		for _, id := range q.ids {
			dst = append(dst, q.part.points[id]...)
		}
		return dst
	}
	lists := make([][]uint32, len(q.ids))
	for i, id := range q.ids {
		lists[i] = q.part.points[id]
	}
	slices.SortFunc(lists, func(a, b []uint32) int { return len(a) - len(b) })
	from := len(dst)
	dst = append(dst, lists[0]...)
	for _, list := range lists[1:] {
		dst = append(dst[:from], intersect(dst[from:], list)...)
	}
	if len(q.phrase) > 1 {
		dst = append(dst[:from], slices.DeleteFunc(dst[from:], func(off uint32) bool { return !inRow(q.part.docs[off], q.phrase) })...)
	}
	return dst
}

// intersect leaves those of few that are in many, too; both ascend.
func intersect(few, many []uint32) []uint32 {
	const sparse = 32 // from this ratio on the long list is searched, not walked
	out := few[:0]
	if len(many) > sparse*len(few) {
		for _, off := range few {
			i, found := slices.BinarySearch(many, off)
			if many = many[i:]; found {
				out = append(out, off)
			}
		}
		return out
	}
	i := 0
	for _, off := range few {
		for i < len(many) && many[i] < off {
			i++
		}
		if i < len(many) && many[i] == off {
			out = append(out, off)
		}
	}
	return out
}

// rankedWords is a wordsPart whose schema asks for ranking.
type rankedWords struct{ *wordsPart }

// Documents is part of Ranking.
func (r *rankedWords) Documents() (documents int, tokens uint64) {
	if r.ensure() != nil {
		return 0, 0
	}
	return r.count, r.tokens
}

// Frequency is part of Ranking.
func (r *rankedWords) Frequency(token string) int {
	if r.ensure() != nil {
		return 0
	}
	if id, ok := r.known[token]; ok {
		return len(r.points[id])
	}
	return 0
}

// Occurrences is part of Ranking.
func (r *rankedWords) Occurrences(token string, yield func(off, times uint32) bool) {
	if r.ensure() != nil {
		return
	}
	id, ok := r.known[token]
	if !ok {
		return
	}
	for _, off := range r.points[id] {
		times := uint32(0)
		for _, t := range r.docs[off] {
			times += uint32(bit(t == id))
		}
		if !yield(off, times) {
			return
		}
	}
}

// Length is part of Ranking.
func (r *rankedWords) Length(off uint32) uint32 {
	if r.ensure() != nil || int(off) >= len(r.docs) {
		return 0
	}
	return uint32(length(r.docs[off]))
}
