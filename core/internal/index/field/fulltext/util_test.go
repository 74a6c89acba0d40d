package fulltext

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/text"
)

// tempDir makes a directory for one run of a property.
func tempDir(t *rapid.T) string {
	dir, err := os.MkdirTemp("", "fulltext")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// newParams makes parameters of a tokenizer that lower-cases.
func newParams(t require.TestingT, tokenizer text.Tokenizer, positions, lengths bool) Params {
	a, err := text.NewAnalyzer(text.Config{Tokenizer: tokenizer, Lowercase: true})
	require.NoError(t, err)
	return Params{Analyzer: a, Positions: positions, Lengths: lengths}
}

// archive is what qdrant-edge-py wrote (testdata/make.py).
type archive struct {
	dir    string
	params map[string]Params
	texts  [][]string       // by number of the point
	orders map[string][]int // by form: those numbers by slot
}

func wheel(t testing.TB) *archive {
	t.Helper()
	a := &archive{dir: t.TempDir(), params: map[string]Params{}, orders: map[string][]int{}}
	f, err := os.Open("testdata/wheel-0.9.0.tar.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return a
		}
		require.NoError(t, err)
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		form, isOrder := strings.CutSuffix(h.Name, ".json")
		switch {
		case h.FileInfo().IsDir():
		case h.Name == "schemas.json":
			a.schemas(t, b)
		case h.Name == "texts.json":
			a.documents(t, b)
		case isOrder && filepath.Dir(h.Name) == ".":
			var order []int
			require.NoError(t, json.Unmarshal(b, &order))
			a.orders[form] = order
		default:
			writeSparse(t, filepath.Join(a.dir, h.Name), b)
		}
	}
}

// schemas reads the parameters that the indexes were made with.
func (a *archive) schemas(t testing.TB, b []byte) {
	var schemas map[string]struct {
		Tokenizer string
		Lowercase *bool
		Fold      bool `json:"ascii_folding"`
		Min       *int `json:"min_token_len"`
		Max       *int `json:"max_token_len"`
		Stopwords string
		Stemmer   struct{ Language string }
		Phrases   bool `json:"phrase_matching"`
		Scoring   json.RawMessage
	}
	require.NoError(t, json.Unmarshal(b, &schemas))
	for key, s := range schemas {
		c := text.Config{Lowercase: s.Lowercase == nil || *s.Lowercase, ASCIIFolding: s.Fold, MinLen: s.Min, MaxLen: s.Max, Stemmer: s.Stemmer.Language}
		if s.Stopwords != "" {
			c.Languages = []string{s.Stopwords}
		}
		c.Tokenizer, _ = text.ParseTokenizer(s.Tokenizer)
		analyzer, err := text.NewAnalyzer(c)
		require.NoError(t, err)
		a.params[key] = Params{Analyzer: analyzer, Positions: s.Phrases, Lengths: s.Scoring != nil}
	}
}

// documents reads the texts of the points, which are alone or in a list with other values.
func (a *archive) documents(t testing.TB, b []byte) {
	var values []any
	require.NoError(t, json.Unmarshal(b, &values))
	for _, v := range values {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		var texts []string
		for _, v := range list {
			if s, ok := v.(string); ok {
				texts = append(texts, s)
			}
		}
		a.texts = append(a.texts, texts)
	}
}

// writeSparse writes a file and leaves out its zeros.
func writeSparse(t testing.TB, name string, b []byte) {
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	f, err := os.Create(name)
	require.NoError(t, err)
	require.NoError(t, f.Truncate(int64(len(b))))
	zeros := make([]byte, 4096)
	for at := 0; at < len(b); at += len(zeros) {
		if part := b[at:min(at+len(zeros), len(b))]; !bytes.Equal(part, zeros[:len(part)]) {
			_, err := f.WriteAt(part, int64(at))
			require.NoError(t, err)
		}
	}
	require.NoError(t, f.Close())
}
