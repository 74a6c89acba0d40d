package jsonpath

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// change is one line of testdata: an operation and what the reference engine stored or returned.
type change struct {
	Op, Doc, Src, Want string
	Path               *string
	Paths              []string
}

// TestRecorded compares with the reference engine, byte for byte. QDRANT_EDGE_PATH_CASES may name more
// files to read.
func TestRecorded(t *testing.T) {
	files := []string{"testdata/recorded.jsonl"}
	if more := os.Getenv("QDRANT_EDGE_PATH_CASES"); more != "" {
		found, err := filepath.Glob(more)
		require.NoError(t, err)
		files = append(files, found...)
	}
	cases := 0
	for _, name := range files {
		file, err := os.Open(name)
		require.NoError(t, err)
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var c change
			require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
			cases++
			got := c.run(t)
			require.Equal(t, c.Want, got, "%s", lines.Bytes())
		}
		require.NoError(t, lines.Err())
		require.NoError(t, file.Close())
	}
	t.Logf("%d cases", cases)
}

func (c *change) run(t *testing.T) string {
	doc, src := canonical(t, c.Doc), canonical(t, c.Src)
	var path *Path
	if c.Path != nil {
		p, err := Parse(*c.Path)
		require.NoError(t, err)
		path = &p
	}
	switch c.Op {
	case "set":
		return string(Merge(nil, doc, path, src))
	case "delete":
		out, removed := Delete(nil, doc, *path)
		if !removed {
			assert.Equal(t, string(doc), string(out))
		}
		return string(out)
	}
	s := Selector{Exclude: c.Op == "exclude"}
	for _, text := range c.Paths {
		p, err := Parse(text)
		require.NoError(t, err)
		s.Paths = append(s.Paths, p)
	}
	c.Want = string(canonical(t, c.Want)) // what was returned was printed by another language
	return string(s.Append(nil, doc))
}

func canonical(t *testing.T, text string) []byte {
	if text == "" {
		return nil
	}
	out, err := rawjson.Canonical(nil, []byte(text))
	require.NoError(t, err)
	return out
}
