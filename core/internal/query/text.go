package query

import (
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/filter"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/query/tree"
)

// Parameters of BM25 that a request may leave out.
const (
	defaultSaturation = 1.2
	defaultLength     = 0.75
)

// ranker ranks points by BM25:
//
//	Σ idf · tf · (k1+1) / (tf + k1 · (1 - b + b · length / average length))   over the tokens of the query
//
// idf and the average length are those of the corpus, all points of the shard unless the request names others.
type ranker struct {
	r       *runner
	texts   []field.Ranking // by part; nil for one without the index
	k1, b   float32
	average float32 // 0: there is no document
	tokens  []rankedToken
}

type rankedToken struct {
	token string
	idf   float32
}

// rank answers a text query.
func (r *runner) rank(q *tree.Text, l *tree.Leaf) ([]result, error) {
	k := &ranker{r: r, k1: or(q.K1, defaultSaturation), b: or(q.B, defaultLength)}
	if err := k.prepare(q); err != nil {
		return nil, err
	}
	var corpus *api.Filter
	if l.Params != nil && l.Params.Idf != nil {
		corpus = l.Params.Idf.Corpus
	}
	if err := k.weigh(corpus); err != nil {
		return nil, err
	}
	sc := scratches.Get().(*scratch)
	defer sc.release()
	sc.best.reset(r.v, int(min(l.Limit, 2*maxK)))
	for part := range r.v.Parts {
		if k.texts[part] == nil {
			continue
		}
		if err := k.scan(part, l.Filter, sc); err != nil {
			return nil, err
		}
	}
	var out []result
	for _, h := range sc.best.sorted() {
		if l.Threshold != nil && !(h.score > *l.Threshold) {
			break
		}
		out = append(out, result{hit: h, found: true})
	}
	return out, nil
}

// prepare finds the texts and cuts the query as they were cut.
func (k *ranker) prepare(q *tree.Text) error {
	schema, err := k.schema(q.Key)
	switch {
	case err != nil:
		return err
	case schema == nil:
		return api.Errorf(api.InvalidArgument, "BM25 requires a text index on field %s, which has none", q.Key)
	case schema.Type != field.Text:
		return api.Errorf(api.InvalidArgument, "BM25 requires a text index on field %s, which is indexed as %s", q.Key, schema.Type)
	case !schema.Ranks():
		return api.Errorf(api.InvalidArgument, "The text index on `%s` does not score: set `scoring` on it to query it", q.Key)
	case !(k.k1 >= 0) || math.IsInf(float64(k.k1), 0):
		return api.Errorf(api.InvalidArgument, "BM25 k1 must be finite and non-negative, got %v", k.k1)
	case !(k.b >= 0 && k.b <= 1):
		return api.Errorf(api.InvalidArgument, "BM25 b must be finite and within [0, 1], got %v", k.b)
	}
	analyzer, err := schema.Analyzer()
	if err != nil {
		return err
	}
	analyzer.RankingQuery(q.Text, func(token string) {
		if !slices.ContainsFunc(k.tokens, func(t rankedToken) bool { return t.token == token }) {
			k.tokens = append(k.tokens, rankedToken{token: token})
		}
	})
	k.texts = make([]field.Ranking, len(k.r.v.Parts))
	for i := range k.r.v.Parts {
		if x := k.r.v.Parts[i].Seg.Fields().Get(q.Key); x != nil {
			k.texts[i], _ = x.Ranking()
		}
	}
	return nil
}

func (k *ranker) schema(key string) (*field.Schema, error) {
	for i := range k.r.v.Parts {
		if s, err := k.r.v.Parts[i].Seg.Fields().Schema(key); s != nil || err != nil {
			return s, err
		}
	}
	return nil, nil
}

// weigh counts the documents of the corpus and those that have each token.
func (k *ranker) weigh(corpus *api.Filter) error {
	documents, tokens := 0, uint64(0)
	with := make([]int, len(k.tokens))
	for part, texts := range k.texts {
		if texts == nil {
			continue
		}
		if corpus != nil {
			n, sum, err := k.weighPart(part, corpus, with)
			if err != nil {
				return err
			}
			documents, tokens = documents+n, tokens+sum
			continue
		}
		n, sum := texts.Documents()
		documents, tokens = documents+n, tokens+sum
		for i := range k.tokens {
			n, err := texts.Frequency(k.tokens[i].token)
			if err != nil {
				return err
			}
			with[i] += n
		}
	}
	if documents > 0 {
		k.average = float32(tokens) / float32(documents)
	}
	for i := range k.tokens {
		k.tokens[i].idf = max(0, rarity(float32(documents), float32(with[i])))
	}
	slices.SortStableFunc(k.tokens, func(a, b rankedToken) int {
		switch {
		case a.idf < b.idf:
			return -1
		case a.idf > b.idf:
			return 1
		}
		return 0
	})
	return nil
}

// weighPart counts among the points of a part that are in the corpus.
func (k *ranker) weighPart(part int, corpus *api.Filter, with []int) (documents int, tokens uint64, err error) {
	p, texts := &k.r.v.Parts[part], k.texts[part]
	in := bits.New(p.Seg.IDs().Total())
	err = matching(k.r.ctx, p, corpus, func(off uint32) bool {
		if n := texts.Length(off); n > 0 {
			in.Put(off, true)
			documents++
			tokens += uint64(n)
		}
		return true
	})
	for i := range k.tokens {
		if err != nil {
			break
		}
		err = texts.Occurrences(k.tokens[i].token, func(off, _ uint32) bool {
			if in.Get(off) {
				with[i]++
			}
			return true
		})
	}
	return documents, tokens, err
}

// scan offers the points of a part that have a token of the query.
func (k *ranker) scan(part int, f *api.Filter, sc *scratch) error {
	p, texts := &k.r.v.Parts[part], k.texts[part]
	src := p.Seg.Source()
	check, err := filter.Compile(f, src)
	if err != nil {
		return err
	}
	total := p.Seg.IDs().Total()
	scores, found := make([]float32, total), bits.New(total)
	for _, t := range k.tokens {
		if err := k.r.ctx.Err(); err != nil {
			return err
		}
		err := texts.Occurrences(t.token, func(off, times uint32) bool {
			if int(off) < total {
				scores[off] += k.score(t.idf, times, texts.Length(off))
				found.Put(off, true)
			}
			return true
		})
		if err != nil {
			return err
		}
	}
	for off := found.NextSet(0); off >= 0; off = found.NextSet(off + 1) {
		h := hit{score: scores[off], off: uint32(off), part: uint32(part)}
		if best := &sc.best; best.full() && (best.k == 0 || !best.before(&h, &best.hits[0])) {
			continue
		}
		if p.Visible(h.off) && check.CheckOne(h.off) {
			sc.best.push(h)
		}
		if src.Err != nil {
			return src.Err
		}
	}
	return src.Err
}

func (k *ranker) score(idf float32, times, length uint32) float32 {
	norm := k.k1
	if k.average > 0 && k.b > 0 {
		norm = k.k1 * (1 - k.b + float32(float32(k.b*float32(length))/k.average))
	}
	tf := float32(times)
	return float32(float32(idf*tf)*(k.k1+1)) / (tf + norm)
}
