package fulltext

import (
	"math"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/store/postings"
)

// Kind says what a query asks of a document.
type Kind uint8

// The kinds: all tokens of a text, one of them, or all of them one after another.
const (
	All Kind = iota
	Any
	Phrase
)

// Query selects the points whose texts have what it asks for. It is for one goroutine.
type Query struct {
	x             *Index
	kind          Kind
	ids           []uint32 // tokens, distinct, the rarest first
	phrase        []uint32 // tokens in their order
	none          bool     // no document can have it
	min, exp, max int

	cursors  []*postings.Cursor // immutable form: the list of each of ids
	places   []int
	starts   []uint32
	position []uint32
}

// Query reads a query. An error says that the files are damaged.
func (x *Index) Query(kind Kind, text string) (*Query, error) {
	q := &Query{x: x, kind: kind}
	unknown, err := q.read(text)
	if err != nil {
		return nil, err
	}
	q.ids = distinct(slices.Clone(q.phrase))
	q.none = len(q.ids) == 0 || unknown && kind != Any || kind == Phrase && !x.params.Positions
	if x.image != nil {
		for _, n := range q.ids {
			list, err := x.image.lists.List(int(n))
			if err != nil {
				return nil, err
			}
			q.cursors = append(q.cursors, postings.NewCursor(list))
		}
	}
	q.sort()
	if !unknown || kind == Any {
		q.estimate()
	}
	return q, nil
}

// read cuts the text; unknown says that the index has never seen one of its tokens.
func (q *Query) read(text string) (unknown bool, err error) {
	cut := q.x.params.Analyzer.Query
	if q.kind == Phrase {
		cut = q.x.params.Analyzer.Phrase
	}
	cut(text, func(token string) {
		n, ok, failed := q.x.find(token)
		if failed != nil {
			err = failed
		}
		if unknown = unknown || !ok; ok {
			q.phrase = append(q.phrase, n)
		}
	})
	return unknown, err
}

// find returns the number of a token.
func (x *Index) find(token string) (n uint32, ok bool, err error) {
	if x.image != nil {
		return x.image.find(token)
	}
	n, ok = x.mem.words.find(token)
	return n, ok, nil
}

// count is how many points have a token; in the immutable form also removed ones.
func (q *Query) count(i int) int {
	if q.x.image != nil {
		return q.cursors[i].Len()
	}
	return q.x.mem.post(q.ids[i]).Len()
}

// sort puts the rarest token first.
func (q *Query) sort() {
	for i := 1; i < len(q.ids); i++ {
		for j := i; j > 0 && q.count(j) < q.count(j-1); j-- {
			q.ids[j], q.ids[j-1] = q.ids[j-1], q.ids[j]
			if q.cursors != nil {
				q.cursors[j], q.cursors[j-1] = q.cursors[j-1], q.cursors[j]
			}
		}
	}
}

// estimate guesses how many points there are, from how many each token has.
func (q *Query) estimate() {
	total := q.x.Indexed()
	if len(q.ids) == 0 || total == 0 && q.kind != Any {
		return
	}
	first, last, sum := q.count(0), q.count(len(q.ids)-1), 0
	with, without := 1.0, 1.0
	for i := range q.ids {
		n := q.count(i)
		share := float64(n) / float64(max(total, 1))
		with, without, sum = with*share, without*(1-share), sum+n
	}
	switch {
	case len(q.ids) == 1:
		q.min, q.exp, q.max = first, first, first
	case q.kind == Any:
		q.min, q.max = last, min(sum, total)
		if total > 0 {
			q.exp = max(0, int(math.Round((1-without)*float64(total))))
		}
	default:
		q.exp, q.max = int(with*float64(total)), first
	}
	if q.kind == Phrase && (q.none || len(q.phrase) > 1) {
		q.min, q.exp = 0, q.exp/(len(q.phrase)*len(q.phrase))
	}
}

// Estimate returns how many points there are at least, probably and at most; removed ones may count. The guess is Qdrant's, and the bounds but
// for phrases, of which Qdrant's bounds do not hold.
func (q *Query) Estimate() (least, expected, most int) { return q.min, q.exp, q.max }

// Check reports whether a point is selected.
func (q *Query) Check(off uint32) bool {
	if q.none {
		return false
	}
	if q.x.image != nil {
		return q.x.image.has(off) && q.checkImage(off)
	}
	for _, n := range q.ids {
		if q.x.mem.has(off, n) == (q.kind == Any) {
			return q.kind == Any
		}
	}
	return q.kind == All || q.kind == Phrase && q.inMemory(off)
}

func (q *Query) inMemory(off uint32) bool {
	doc, ok := q.x.mem.docs.get(off)
	return ok && inRow(doc, q.phrase)
}

func (q *Query) checkImage(off uint32) bool {
	q.places = q.places[:0]
	for _, c := range q.cursors {
		place, found := c.Seek(off)
		if found == (q.kind == Any) {
			return found
		}
		q.places = append(q.places, place)
	}
	return q.kind == All || q.kind == Phrase && q.inLists()
}

// inLists reports whether a phrase begins anywhere in the point whose place in each list is known.
func (q *Query) inLists() bool {
	if len(q.phrase) == 1 {
		return true
	}
	q.starts = q.starts[:0]
	for i, n := range q.phrase {
		list := slices.Index(q.ids, n)
		q.position = q.cursors[list].AppendPositions(q.position[:0], q.places[list])
		if i == 0 {
			q.starts = append(q.starts, q.position...)
			continue
		}
		q.starts = followed(q.starts, q.position, uint32(i))
		if len(q.starts) == 0 {
			return false
		}
	}
	return len(q.starts) > 0
}

// followed keeps those of ascending starts that have one of ascending positions at a distance.
func followed(starts, positions []uint32, distance uint32) []uint32 {
	out := starts[:0]
	for _, s := range starts {
		for len(positions) > 0 && positions[0] < s+distance {
			positions = positions[1:]
		}
		if len(positions) > 0 && positions[0] == s+distance {
			out = append(out, s)
		}
	}
	return out
}

// Filter appends those of ids that are selected to out, which may be ids[:0].
func (q *Query) Filter(ids, out []uint32) []uint32 {
	for _, off := range ids {
		if q.Check(off) {
			out = append(out, off)
		}
	}
	return out
}

// AppendPoints appends all selected points, some perhaps twice when one of several tokens is asked for.
func (q *Query) AppendPoints(dst []uint32) []uint32 {
	if q.none {
		return dst
	}
	from := len(dst)
	if q.x.image != nil {
		dst = q.listed(dst)
		return append(dst[:from], q.x.image.retain(dst[from:])...)
	}
	post := q.x.mem.post
	if dst = post(q.ids[0]).AppendTo(dst); q.kind == Any {
		for _, n := range q.ids[1:] {
			dst = post(n).AppendTo(dst)
		}
		return dst
	}
	if len(q.ids) == 1 && (q.kind == All || len(q.phrase) == 1) {
		return dst
	}
	return append(dst[:from], slices.DeleteFunc(dst[from:], func(off uint32) bool { return !q.Check(off) })...)
}

// listed appends the points that the lists give.
func (q *Query) listed(dst []uint32) []uint32 {
	from := len(dst)
	dst = q.cursors[0].AppendIDs(dst)
	for _, c := range q.cursors[1:] {
		if q.kind == Any {
			dst = c.AppendIDs(dst)
		} else {
			dst = append(dst[:from], c.Retain(dst[from:])...)
		}
	}
	if q.kind == Phrase && len(q.phrase) > 1 {
		dst = append(dst[:from], slices.DeleteFunc(dst[from:], func(off uint32) bool { return !q.checkImage(off) })...)
	}
	return dst
}
