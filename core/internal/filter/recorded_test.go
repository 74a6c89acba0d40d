package filter

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
)

// recording is one line of testdata: points numbered from 0, and filters with the ids that the reference
// engine returned for them.
type recording struct {
	Docs  []string
	Vecs  [][]string
	Cases []struct {
		Filter json.RawMessage
		IDs    []uint64
	}
}

func (r *recording) Payload(off uint32) []byte { return []byte(r.Docs[off]) }

func (r *recording) Internal(id api.PointID) (uint32, bool) {
	return uint32(id.Num()), !id.IsUUID() && id.Num() < uint64(len(r.Docs))
}

func (r *recording) External(off uint32) (api.PointID, bool) {
	return api.NumID(uint64(off)), int(off) < len(r.Docs)
}

func (r *recording) HasVector(name string, off uint32) bool {
	for _, n := range r.Vecs[off] {
		if n == name {
			return true
		}
	}
	return false
}

func (r *recording) all() (ids []uint32) {
	for i := range r.Docs {
		ids = append(ids, uint32(i))
	}
	return ids
}

// TestRecorded compares with what the reference engine answered. QDRANT_EDGE_FILTER_CASES may name more
// files to read.
func TestRecorded(t *testing.T) {
	files := []string{"testdata/recorded.jsonl"}
	if more := os.Getenv("QDRANT_EDGE_FILTER_CASES"); more != "" {
		found, err := filepath.Glob(more)
		require.NoError(t, err)
		files = append(files, found...)
	}
	cases, differ := 0, 0
	for _, name := range files {
		file, err := os.Open(name)
		require.NoError(t, err)
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			r := &recording{}
			require.NoError(t, json.Unmarshal(lines.Bytes(), r))
			for _, c := range r.Cases {
				cases++
				if !sameAsRecorded(t, r, c.Filter, c.IDs) {
					if differ++; differ > 5 {
						t.FailNow()
					}
				}
			}
		}
		require.NoError(t, lines.Err())
		require.NoError(t, file.Close())
	}
	t.Logf("%d cases", cases)
}

func sameAsRecorded(t *testing.T, r *recording, filter json.RawMessage, want []uint64) bool {
	f, err := api.DecodeFilterJSON(filter)
	require.NoError(t, err, "%s", filter)
	c, err := Compile(f, r)
	require.NoError(t, err, "%s", filter)
	got := []uint64{}
	for _, off := range c.Check(r.all(), nil) {
		got = append(got, uint64(off))
	}
	if want == nil {
		want = []uint64{}
	}
	if !assert.Equal(t, want, got, "%s", filter) {
		for i := range r.Docs {
			t.Logf("%d %s", i, r.Docs[i])
		}
		return false
	}
	if pinned, ok := c.IDs(); ok {
		for _, id := range want {
			assert.Contains(t, pinned, uint32(id))
		}
	}
	return true
}
