package snapshot_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

func FuzzManifest(f *testing.F) {
	f.Add(fixture.Read(f, "words", "1", "manifest.json"))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := snapshot.DecodeManifest(data)
		if err != nil {
			return
		}
		again, err := snapshot.DecodeManifest(m.AppendJSON(nil))
		require.NoError(t, err)
		require.True(t, m.Equal(again))
		for id, send := range m.Diff(m) {
			s := m[id]
			for _, file := range send {
				n, _ := s.EffectiveVersion(file)
				require.Zero(t, n, "only files at version 0 are sent again")
			}
		}
	})
}

// FuzzArchive feeds mutated archives: whatever comes, staging ends with an error or with contents that can be planned, and leaves nothing behind.
func FuzzArchive(f *testing.F) {
	f.Add(smallPartial(f))
	f.Add(smallFull(f))
	f.Add(fixture.Read(f, "edge-collection", "3", "snapshot.tar"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := fastDir(t)
		s, err := snapshot.StageReader(testFS, dir, bytes.NewReader(data), snapshot.Options{Limits: snapshot.Limits{FileSize: 64 << 20, Holes: 64 << 20}})
		if err == nil {
			_, _ = snapshot.Plan(nil, s.Contents)
			require.NotEmpty(t, s.Contents.Segments)
			require.NoError(t, s.Discard())
		}
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, left)
	})
}
