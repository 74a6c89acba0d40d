package query

import (
	"context"
	"errors"

	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
	"github.com/qdrant-edge-go/edge/core/internal/text"
)

// texts ranks the points of a part whose index does not: what it takes is counted in the payloads.
type texts struct {
	lengths   []uint32
	documents int
	tokens    uint64
	points    map[string][]occurrence // by token of the query
}

type occurrence struct{ off, times uint32 }

// readTexts counts the given tokens in all texts of a part.
func readTexts(ctx context.Context, p *shard.Part, key string, analyzer *text.Analyzer, of []rankedToken) (*texts, error) {
	path, err := jsonpath.Parse(key)
	if err != nil {
		return nil, err
	}
	t := &texts{lengths: make([]uint32, p.Seg.IDs().Total()), points: make(map[string][]occurrence, len(of))}
	for i := range of {
		t.points[of[i].token] = nil
	}
	var buf []byte
	var failed error
	err = matching(ctx, p, nil, func(off uint32) bool {
		if buf, failed = p.Seg.Payload(off, buf[:0]); failed != nil {
			return false
		}
		t.add(off, path, buf, analyzer)
		return true
	})
	return t, errors.Join(err, failed)
}

// add counts the tokens of a point.
func (t *texts) add(off uint32, path jsonpath.Path, payload []byte, analyzer *text.Analyzer) {
	one := func(v []byte) {
		if rawjson.KindOf(v) != rawjson.Str {
			return
		}
		analyzer.Document(string(rawjson.Text(nil, v)), func(token string) {
			t.lengths[off]++
			list, asked := t.points[token]
			switch last := len(list) - 1; {
			case !asked:
			case last >= 0 && list[last].off == off:
				list[last].times++
			default:
				t.points[token] = append(list, occurrence{off, 1})
			}
		})
	}
	path.Visit(payload, func(v []byte) bool {
		if rawjson.KindOf(v) != rawjson.Arr {
			one(v)
			return false
		}
		for a := rawjson.OpenArray(v); a.Next(); {
			one(a.Value)
		}
		return false
	})
	if n := t.lengths[off]; n > 0 {
		t.documents++
		t.tokens += uint64(n)
	}
}

// Documents implements field.Ranking.
func (t *texts) Documents() (documents int, tokens uint64) { return t.documents, t.tokens }

// Frequency implements field.Ranking.
func (t *texts) Frequency(token string) int { return len(t.points[token]) }

// Occurrences implements field.Ranking.
func (t *texts) Occurrences(token string, yield func(off, times uint32) bool) {
	for _, o := range t.points[token] {
		if !yield(o.off, o.times) {
			return
		}
	}
}

// Length implements field.Ranking.
func (t *texts) Length(off uint32) uint32 { return t.lengths[off] }
