package fulltext

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/text"
)

// brute is a document: its tokens in runs that phrases do not leave.
type brute struct{ runs [][]string }

func bruteOf(p Params, texts []string) (b brute) {
	for _, s := range texts {
		var run []string
		p.Analyzer.DocumentDetached(s, func(token string, detached bool) {
			if token = strings.Clone(token); detached {
				b.runs = append(b.runs, []string{token})
			} else {
				run = append(run, token)
			}
		})
		b.runs = append(b.runs, run)
	}
	return b
}

func (b brute) tokens() []string { return slices.Concat(b.runs...) }

// matches answers a query by looking at every token.
func (b brute) matches(p Params, kind Kind, query string) bool {
	var asked []string
	cut := p.Analyzer.Query
	if kind == Phrase {
		cut = p.Analyzer.Phrase
	}
	cut(query, func(token string) { asked = append(asked, strings.Clone(token)) })
	has := func(token string) bool { return slices.Contains(b.tokens(), token) }
	switch {
	case len(asked) == 0:
		return false
	case kind == Any:
		return slices.ContainsFunc(asked, has)
	case kind == All:
		return !slices.ContainsFunc(asked, func(token string) bool { return !has(token) })
	}
	return p.Positions && slices.ContainsFunc(b.runs, func(run []string) bool {
		for ; len(run) >= len(asked); run = run[1:] {
			if slices.Equal(run[:len(asked)], asked) {
				return true
			}
		}
		return false
	})
}

// agree compares all that an index says with a look at the texts of all slots.
func agree(t require.TestingT, x *Index, p Params, model map[uint32][]string, queries ...string) {
	docs := map[uint32]brute{}
	top, count := uint32(0), 0
	for off, texts := range model {
		docs[off] = bruteOf(p, texts)
		count += min(1, len(docs[off].tokens()))
		top = max(top, off)
	}
	require.Equal(t, count, x.Indexed())
	all := make([]uint32, top+10)
	for off := range all {
		all[off] = uint32(off)
		require.Equal(t, len(docs[uint32(off)].tokens()) > 0, x.Has(uint32(off)))
	}
	for _, query := range queries {
		for kind := All; kind <= Phrase; kind++ {
			want := []uint32{}
			for _, off := range all {
				if docs[off].matches(p, kind, query) {
					want = append(want, off)
				}
			}
			compare(t, x, kind, query, all, want)
		}
	}
	if p.Lengths {
		ranks(t, x, docs, all, queries)
	}
}

func compare(t require.TestingT, x *Index, kind Kind, query string, all, want []uint32) {
	q, err := x.Query(kind, query)
	require.NoError(t, err)
	got := q.AppendPoints([]uint32{})
	slices.Sort(got)
	require.Equal(t, want, slices.Compact(got), "%d %q", kind, query)
	require.Equal(t, want, q.Filter(all, []uint32{}), "%d %q", kind, query)
	least, expected, most := q.Estimate()
	require.True(t, 0 <= least && 0 <= expected && 0 <= most)
	if kind != Any {
		require.LessOrEqual(t, len(want), most)
	}
	if x.Mutable() {
		require.LessOrEqual(t, least, len(want))
		require.LessOrEqual(t, len(want), most)
	}
	for i := len(all) - 1; i >= 0; i-- {
		_, found := slices.BinarySearch(want, all[i])
		require.Equal(t, found, q.Check(all[i]))
	}
}

// ranks compares what ranking asks for.
func ranks(t require.TestingT, x *Index, docs map[uint32]brute, all []uint32, queries []string) {
	count, sum := 0, uint64(0)
	tokens := []string{"unheard-of"}
	for _, off := range all {
		length := uint32(len(docs[off].tokens()))
		require.Equal(t, rounded(length), x.Length(off))
		count += min(1, int(length))
		sum += uint64(rounded(length))
		if len(tokens) < 40 {
			tokens = append(tokens, docs[off].tokens()...)
		}
	}
	documents, total := x.Documents()
	if x.Mutable() {
		require.Equal(t, count, documents)
		require.Equal(t, sum, total)
	} else {
		require.GreaterOrEqual(t, documents, count)
		require.GreaterOrEqual(t, total, sum)
	}
	slices.Sort(tokens)
	for _, token := range slices.Compact(tokens) {
		want, got := map[uint32]uint32{}, map[uint32]uint32{}
		for off, d := range docs {
			for _, other := range d.tokens() {
				if other == token {
					want[off]++
				}
			}
		}
		require.NoError(t, x.Occurrences(token, func(off, times uint32) bool { got[off] = times; return true }))
		if token != boundary {
			require.Equal(t, want, got, token)
		}
		n, err := x.Frequency(token)
		require.NoError(t, err)
		require.GreaterOrEqual(t, n, len(want))
	}
}

var drawnWords = []string{"red", "Red", "fish", "getUser", "a_b", "blue.fish", "日本語", "x", "\x00", "...", "redder"}

func drawText(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(drawnWords), 0, 8).Draw(t, "words"), " ")
}

func drawTexts(t *rapid.T) []string {
	texts := make([]string, rapid.SampledFrom([]int{0, 1, 1, 1, 2, 3}).Draw(t, "texts"))
	for i := range texts {
		texts[i] = drawText(t)
	}
	return texts
}

func drawParams(t *rapid.T) Params {
	return newParams(t, rapid.SampledFrom([]text.Tokenizer{text.Word, text.Whitespace, text.Prefix, text.Multilingual, text.Code}).Draw(t, "tokenizer"),
		rapid.Bool().Draw(t, "positions"), rapid.Bool().Draw(t, "lengths"))
}

func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, p := tempDir(t), drawParams(t)
		x, err := Create(disk.OS, dir, p)
		require.NoError(t, err)
		defer func() { require.NoError(t, x.Close()) }()
		live, flushed := map[uint32][]string{}, map[uint32][]string{}
		off := rapid.Uint32Range(0, 40)
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				at, texts := off.Draw(t, "off"), drawTexts(t)
				require.NoError(t, x.Set(at, texts))
				if delete(live, at); len(texts) > 0 {
					live[at] = texts
				}
			},
			"remove": func(t *rapid.T) {
				at := off.Draw(t, "off")
				require.NoError(t, x.Remove(at))
				delete(live, at)
			},
			"flush": func(t *rapid.T) {
				require.NoError(t, x.Flush())
				flushed = maps.Clone(live)
			},
			"reopen": func(t *rapid.T) {
				require.NoError(t, x.Close())
				x, err = Open(disk.OS, dir, Options{Params: p})
				require.NoError(t, err)
				live = maps.Clone(flushed)
			},
			"": func(t *rapid.T) { agree(t, x, p, live, drawText(t)) },
		})
	})
}

// build writes an immutable index of a model.
func build(t require.TestingT, dir string, p Params, model map[uint32][]string) {
	b := NewBuilder(p)
	for _, off := range slices.Sorted(maps.Keys(model)) {
		b.Add(off, model[off])
	}
	require.NoError(t, b.Write(disk.OS, dir))
}

func TestImage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, p := tempDir(t), drawParams(t)
		model := rapid.MapOfN(rapid.Uint32Range(0, 300), rapid.Custom(drawTexts), 0, 60).Draw(t, "model")
		build(t, dir, p, model)
		require.NoError(t, Check(disk.OS, dir, p))
		x, err := Open(disk.OS, dir, Options{Params: p, Ahead: true})
		require.NoError(t, err)
		defer x.Close()
		agree(t, x, p, model, drawText(t), drawText(t), "unheard-of")
		for _, off := range slices.Sorted(maps.Keys(model)) {
			if rapid.Bool().Draw(t, "remove") {
				require.NoError(t, x.Remove(off))
				delete(model, off)
			}
		}
		agree(t, x, p, model, drawText(t))
		require.ErrorIs(t, x.Set(1, []string{"a"}), disk.ErrReadOnly)
		require.NoError(t, x.Flush())
	})
}

// TestLongLists has lists of several chunks.
func TestLongLists(t *testing.T) {
	p, model := newParams(t, text.Word, true, true), map[uint32][]string{}
	for off := range uint32(1000) {
		words := []string{"all"}
		for i, w := range []string{"two", "three", "five", "hundred"} {
			if off%[...]uint32{2, 3, 5, 100}[i] == 0 {
				words = append(words, w)
			}
		}
		model[off*3] = []string{strings.Join(words, " "), "two all"}
	}
	dir := t.TempDir()
	build(t, dir, p, model)
	x, err := Open(disk.OS, dir, Options{Params: p})
	require.NoError(t, err)
	defer x.Close()
	agree(t, x, p, model, "all", "two three", "three two", "all three five", "five hundred", "all two all", "none five")
	q, err := x.Query(Phrase, "all three five")
	require.NoError(t, err)
	q.Check(0)
	ids := slices.Sorted(maps.Keys(model))
	require.Zero(t, testing.AllocsPerRun(5, func() { q.Filter(ids, ids[:0]) }))
}
