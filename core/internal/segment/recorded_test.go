package segment

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
)

// TestRecordedBytes: the state of recorded segments is written as it was read, to the byte. What others keep in maps, the vectors and the keys of
// payload indexes, stands in any order in their files; schemas are compared by meaning.
func TestRecordedBytes(t *testing.T) {
	states, schemas := 0, 0
	for _, file := range fixture.Files(t, func(name string) bool {
		base := filepath.Base(name)
		return base == stateName || base == VersionFile || strings.HasSuffix(filepath.ToSlash(name), payloadIndex+"/"+indexConfig)
	}) {
		dir, again := filepath.Dir(file), t.TempDir()
		switch filepath.Base(file) {
		case stateName:
			st, _, err := readState(disk.OS, dir, modeRead)
			require.NoError(t, err)
			require.NoError(t, writeState(disk.OS, again, st))
			fixture.SameFile(t, file, filepath.Join(again, stateName))
			require.NoError(t, Layout(again).Finish(disk.OS))
			fixture.SameFile(t, filepath.Join(dir, VersionFile), filepath.Join(again, VersionFile))
			states++
		case indexConfig:
			have, err := field.ReadSchemas(disk.OS, dir)
			require.NoError(t, err)
			require.NoError(t, field.WriteSchemas(disk.OS, again, have))
			require.JSONEq(t, indexedFields(t, file), indexedFields(t, filepath.Join(again, indexConfig)))
			schemas++
		}
	}
	require.Greater(t, states, 5)
	require.Greater(t, schemas, 5)
}

func indexedFields(t *testing.T, file string) string {
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	var f struct {
		Fields json.RawMessage `json:"indexed_fields"`
	}
	require.NoError(t, json.Unmarshal(raw, &f))
	return string(f.Fields)
}
