package text

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func tokens(t *testing.T, c Config, walk func(*Analyzer, func(string))) []string {
	a, err := NewAnalyzer(c)
	require.NoError(t, err)
	var out []string
	walk(a, func(s string) { out = append(out, s) })
	return out
}

func document(text string) func(*Analyzer, func(string)) {
	return func(a *Analyzer, yield func(string)) { a.Document(text, yield) }
}

func query(text string) func(*Analyzer, func(string)) {
	return func(a *Analyzer, yield func(string)) { a.Query(text, yield) }
}

func ptr(n int) *int { return &n }

func TestTokenizers(t *testing.T) {
	require.Equal(t, []string{"hello", "world", "привет", "мир"}, tokens(t, Config{Lowercase: true}, document("Hello, world! Привет, мир!")))
	require.Equal(t, []string{"Hello,", "мир!"}, tokens(t, Config{Tokenizer: Whitespace}, document(" Hello,\u2003мир!\n")))
	prefix := Config{Tokenizer: Prefix, Lowercase: true, MinLen: ptr(2), MaxLen: ptr(4)}
	require.Equal(t, []string{"he", "hel", "hell", "ми", "мир"}, tokens(t, prefix, document("Hello, мир a")))
	require.Equal(t, []string{"hell", "мир"}, tokens(t, prefix, query("Hello, мир a")))
	require.Equal(t, []string{"acao", "uber", "ss"}, tokens(t, Config{Lowercase: true, ASCIIFolding: true}, document("ação Über ß")))
	require.Equal(t, []string{"ὀδυσσεύς"}, tokens(t, Config{Lowercase: true}, document("ὈΔΥΣΣΕΎΣ")))
	require.Equal(t, []string{"interest", "live"}, tokens(t, Config{Lowercase: true, Stemmer: "en", Languages: []string{"english"}},
		document("The interestingly living")))
}

func TestCode(t *testing.T) {
	c := Config{Tokenizer: Code, Lowercase: true}
	require.Equal(t, []string{"get", "user", "name", "http", "server", "get", "urls", "1000000", "getusername", "httpserver", "geturls"},
		tokens(t, c, document("get_user_name HTTPServer getURLs 1_000_000")))
	require.Equal(t, []string{"int32", "array"}, tokens(t, c, query("Int32Array")))
}

func TestUnknownLanguage(t *testing.T) {
	_, err := NewAnalyzer(Config{Languages: []string{"klingon"}})
	require.EqualError(t, err, `stopwords: unsupported language: "klingon"`)
	_, err = NewAnalyzer(Config{Stemmer: "klingon"})
	require.ErrorContains(t, err, "stemmer")
}
