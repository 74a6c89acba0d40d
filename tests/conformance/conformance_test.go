// Package conformance runs the recorded cases of this directory through the Go API. See README.md.
package conformance

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type step struct {
	Do     string
	Ask    json.RawMessage
	Expect any
	On     map[string]any
}

type story struct {
	Name    string
	On      []string
	Classes string // why only the Python packages are asked
	Steps   []step
}

// reads are the steps that leave a shard as it is, so that cases may share one.
var reads = map[string]bool{"query": true, "search": true, "query_batch": true, "query_groups": true, "matrix_pairs": true, "matrix_offsets": true,
	"scroll": true, "count": true, "facet": true, "retrieve": true, "info": true, "indexed": true, "config": true, "manifest": true, "bm25": true}

func (s *story) onlyReads() bool {
	for i := range s.Steps {
		if !reads[s.Steps[i].Do] {
			return false
		}
	}
	return true
}

func cases(t *testing.T) (out []story) {
	files, err := filepath.Glob("cases/*.jsonl.gz")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		f, err := os.Open(name)
		require.NoError(t, err)
		z, err := gzip.NewReader(f)
		require.NoError(t, err)
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			var s story
			require.NoError(t, decodeNumbers(lines.Bytes(), &s))
			out = append(out, s)
		}
		require.NoError(t, lines.Err())
		require.NoError(t, f.Close())
	}
	return out
}

// decodeNumbers keeps numbers as they are written.
func decodeNumbers(data []byte, v any) error {
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	return d.Decode(v)
}

func worlds(t *testing.T) (out map[string][]step) {
	data, err := os.ReadFile("worlds.json")
	require.NoError(t, err)
	require.NoError(t, decodeNumbers(data, &out))
	return out
}

// TestConformance: every case gets the answers recorded, on each of its shards.
func TestConformance(t *testing.T) {
	stories, shared := worlds(t), map[string]*shard{}
	made := func(t *testing.T, world string) *shard {
		s := newShard(t)
		for _, st := range stories[world] {
			_, err := s.run(st.Do, st.Ask)
			require.NoError(t, err, "%s: %.300s", st.Do, st.Ask)
		}
		return s
	}
	for _, c := range cases(t) {
		if c.Classes != "" {
			continue
		}
		if len(c.On) == 0 {
			c.On = []string{""}
		}
		for _, world := range c.On {
			var s *shard
			switch {
			case world == "":
				s = newShard(t)
			case c.onlyReads():
				if s = shared[world]; s == nil {
					s = made(t, world)
					shared[world] = s
				}
			default:
				s = made(t, world)
			}
			follow(t, &c, world, s)
			if s != shared[world] {
				s.end()
			}
		}
	}
	for _, s := range shared {
		s.end()
	}
}

func follow(t *testing.T, c *story, world string, s *shard) {
	for i := range c.Steps {
		st := &c.Steps[i]
		want, ok := st.On[world]
		if !ok {
			want = st.Expect
		}
		if diff := check(s, st, want); diff != "" {
			t.Errorf("%s on %q: %s %.800s\n%.1500s", c.Name, world, st.Do, st.Ask, diff)
		}
	}
}

func check(s *shard, st *step, want any) string {
	answer, err := s.run(st.Do, st.Ask)
	if kind := recordedError(want); kind != "" || err != nil {
		return differentErrors(kind, err)
	}
	var have any
	if len(answer) > 0 {
		if err := decodeNumbers(answer, &have); err != nil {
			return err.Error()
		}
	}
	var ask map[string]any
	if len(st.Ask) > 0 {
		_ = decodeNumbers(st.Ask, &ask) // the name of an index is no object, and nothing is known of its order
	}
	if diff := differ(st.Do, ask, want, have); diff != "" {
		text, _ := json.Marshal(want)
		return fmt.Sprintf("%s\n%.700s\nrecorded %.700s", diff, answer, text)
	}
	return ""
}
