package text

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzAnalyzer: no text, valid or not, ends in a panic, and all walks agree on what a token is.
func FuzzAnalyzer(f *testing.F) {
	for _, c := range recorded(f)[:40] {
		f.Add(c.Text, uint8(len(c.Name)), true)
	}
	f.Add("\xff\xfe日\xe6本語の\x80テスト", uint8(3), false)
	f.Add("ΑΣ\xc3 ال\xd9 ภาษา\xe0", uint8(8), true)
	stemmers := []string{"", "arabic", "armenian", "english", "finnish", "greek", "tamil", "turkish"}
	f.Fuzz(func(t *testing.T, text string, pick uint8, flag bool) {
		a, err := NewAnalyzer(Config{
			Tokenizer: Tokenizer(pick % 5), Stemmer: stemmers[pick/5%8], Lowercase: flag, ASCIIFolding: !flag, Languages: []string{"en"},
		})
		require.NoError(t, err)
		n := 0
		a.Document(text, func(string) { n++ })
		a.DocumentDetached(text, func(string, bool) { n-- })
		require.Zero(t, n)
		no := func(token string) { require.NotEqual(t, boundary, token) }
		a.Query(text, no)
		a.RankingQuery(text, no)
		a.Phrase(text, no)
	})
}

// TestAllocations: tokens that stay as they are cost nothing.
func TestAllocations(t *testing.T) {
	text := strings.Repeat("lower case words, and numbers 123 too. ", 20)
	for _, kind := range []Tokenizer{Word, Whitespace, Multilingual} {
		a, err := NewAnalyzer(Config{Tokenizer: kind, Lowercase: true, Languages: []string{"english"}})
		require.NoError(t, err)
		n := 0
		count := func(string) { n++ }
		require.LessOrEqual(t, testing.AllocsPerRun(50, func() { a.Document(text, count) }), 12.0, kind)
		require.Positive(t, n)
	}
}

func BenchmarkDocument(b *testing.B) {
	text := strings.Repeat("lower case words, and numbers 123 too. ", 20)
	a, err := NewAnalyzer(Config{Lowercase: true, Languages: []string{"english"}})
	require.NoError(b, err)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		a.Document(text, func(string) {})
	}
}
