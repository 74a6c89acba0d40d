package vectors

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
)

// TestRecordedBytes writes recorded matrices row by row, as the segment beside them says: both files come out as they were.
func TestRecordedBytes(t *testing.T) {
	types := map[string]int{}
	for _, file := range fixture.Files(t, func(name string) bool {
		base := filepath.Base(name)
		return base == matrixFile || base == droppedFile || base == "segment.json"
	}) {
		if filepath.Base(file) != matrixFile {
			continue
		}
		dir := filepath.Dir(file)
		dim, datatype := described(t, dir)
		types[datatype]++
		switch datatype {
		case "float16":
			rewrite[kernel.Half](t, dir, dim)
		case "uint8":
			rewrite[uint8](t, dir, dim)
		default:
			rewrite[float32](t, dir, dim)
		}
	}
	require.Len(t, types, 3, "%v", types)
}

func described(t *testing.T, dir string) (dim int, datatype string) {
	raw, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "segment.json"))
	require.NoError(t, err)
	var state struct {
		Config struct {
			VectorData map[string]struct {
				Size     int    `json:"size"`
				Datatype string `json:"datatype"`
			} `json:"vector_data"`
		} `json:"config"`
	}
	require.NoError(t, json.Unmarshal(raw, &state))
	v, ok := state.Config.VectorData[strings.TrimPrefix(strings.TrimPrefix(filepath.Base(dir), "vector_storage"), "-")]
	require.True(t, ok, dir)
	if v.Datatype == "" {
		v.Datatype = "float32"
	}
	return v.Size, v.Datatype
}

// rewrite goes round what a point without a vector gets: a deleted point keeps its row.
func rewrite[T Element](t *testing.T, dir string, dim int) {
	old, err := OpenMatrixReadOnly[T](disk.OS, dir, dim)
	require.NoError(t, err)
	to := t.TempDir()
	w, err := CreateMatrix[T](disk.OS, to, dim)
	require.NoError(t, err)
	for off := range uint32(old.Len()) {
		require.NoError(t, w.Append(old.Row(off)))
	}
	require.NoError(t, w.Finish())
	m, err := OpenMatrix[T](disk.OS, to, dim)
	require.NoError(t, err)
	for off := range uint32(old.Len()) {
		if old.IsDeleted(off) {
			_, err := m.Delete(off)
			require.NoError(t, err)
		}
	}
	require.NoError(t, m.Flush())
	require.NoError(t, m.Close())
	require.NoError(t, old.Close())
	fixture.SameFile(t, filepath.Join(dir, matrixFile), filepath.Join(to, matrixFile))
	fixture.SameFile(t, filepath.Join(dir, droppedFile), filepath.Join(to, droppedFile))
}
