package payload

import (
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
)

func TestStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "payload_storage")
	s, err := Create(disk.OS, dir)
	require.NoError(t, err)
	require.NoError(t, s.Set(0, []byte(`{"a":1,"b":2}`)))
	require.NoError(t, s.Set(2, nil))
	path, err := jsonpath.Parse("o.p")
	require.NoError(t, err)
	require.NoError(t, s.Merge(0, nil, []byte(`{"a":null,"c":3}`)))
	require.NoError(t, s.Merge(3, &path, []byte(`{"x":`+strconv.Quote(strings.Repeat("y", 5000))+`}`)))
	key, err := jsonpath.Parse("b")
	require.NoError(t, err)
	removed, err := s.DeleteKey(0, key)
	require.NoError(t, err)
	assert.True(t, removed)
	for off := range uint32(3) {
		removed, err = s.DeleteKey(off, key)
		require.NoError(t, err)
		assert.False(t, removed)
	}
	had, err := s.Delete(1)
	require.NoError(t, err)
	assert.False(t, had)
	require.NoError(t, s.Flush())
	require.NoError(t, s.Close())

	s, err = OpenReadOnly(disk.OS, dir)
	require.NoError(t, err)
	var buf []byte
	for off, want := range map[uint32]string{0: `{"c":3}`, 1: "", 2: "{}", 3: `{"o":{"p":{"x":"` + strings.Repeat("y", 5000) + `"}}}`} {
		buf, err = s.Get(off, buf)
		require.NoError(t, err)
		assert.Equal(t, want, string(buf))
	}
	assert.Equal(t, 4, s.Len())
	assert.Contains(t, s.Files(), "config.json")
	assert.Equal(t, []string{"config.json"}, s.ImmutableFiles())
	assert.Error(t, s.Set(0, nil))
	require.NoError(t, s.Close())
}

func TestMissing(t *testing.T) {
	_, err := Open(disk.OS, filepath.Join(t.TempDir(), "none"))
	assert.Error(t, err)
}

func TestAgainstMap(test *testing.T) {
	s, err := Create(disk.OS, filepath.Join(test.TempDir(), "p"))
	require.NoError(test, err)
	defer func() { require.NoError(test, s.Close()) }()
	rapid.Check(test, func(t *rapid.T) {
		for off := range uint32(6) {
			_, err := s.Delete(off)
			require.NoError(t, err)
		}
		model := map[uint32]map[string]int{}
		for range rapid.IntRange(1, 15).Draw(t, "steps") {
			off := rapid.Uint32Range(0, 5).Draw(t, "off")
			doc := rapid.MapOf(rapid.StringMatching("[a-c]"), rapid.Int()).Draw(t, "doc")
			raw, err := json.Marshal(doc)
			require.NoError(t, err)
			switch rapid.IntRange(0, 2).Draw(t, "op") {
			case 0:
				require.NoError(t, s.Set(off, raw))
				model[off] = doc
			case 1:
				require.NoError(t, s.Merge(off, nil, raw))
				if model[off] == nil {
					model[off] = map[string]int{}
				}
				for k, v := range doc {
					model[off][k] = v
				}
			default:
				had, err := s.Delete(off)
				require.NoError(t, err)
				require.Equal(t, model[off] != nil, had)
				delete(model, off)
			}
		}
		for off := range uint32(6) {
			raw, err := s.Get(off, nil)
			require.NoError(t, err)
			require.Equal(t, model[off] == nil, raw == nil)
			if raw != nil {
				var got map[string]int
				require.NoError(t, json.Unmarshal(raw, &got))
				require.Equal(t, model[off], got)
			}
		}
	})
}
