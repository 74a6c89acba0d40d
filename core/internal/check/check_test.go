package check_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/check"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// sound checks a shard that has nothing but what is worth knowing.
func sound(t *testing.T, dir string) *check.Report {
	t.Helper()
	r, err := check.Shard(disk.OS, dir)
	require.NoError(t, err)
	require.True(t, r.OK, "%v", r.Findings)
	return r
}

func TestOldWheelsAreSound(t *testing.T) {
	for _, name := range fixture.OldShards(t) {
		dir, truth := fixture.OldShard(t, name)
		r := sound(t, dir)
		if !strings.HasSuffix(name, "killed") {
			require.Equal(t, len(truth.Points), r.Points, name)
		}
		for _, f := range r.Findings {
			require.NotContains(t, f.Message, "no part of the segment", "%s: %s", name, f)
		}
	}
}

func unpacked(t *testing.T, collection string) string {
	dir := filepath.Join(t.TempDir(), "shard")
	require.NoError(t, shard.Unpack(disk.OS, fixture.Load(t, collection, 0).Snapshot, dir))
	return dir
}

func TestServerShardsAreSound(t *testing.T) {
	for _, collection := range []string{"edge-collection", "words", "kitchen"} {
		dir := unpacked(t, collection)
		r := sound(t, dir)
		require.Len(t, fixture.Load(t, collection, 0).Truth.Points, r.Points)
		files, err := check.Files(disk.OS, dir, true)
		require.NoError(t, err)
		for _, f := range files {
			if strings.HasPrefix(f.Path, "segments/") {
				require.NotEqual(t, "unknown", f.What, f.Path)
			}
		}
	}
}

// TestLeftovers: what a load would clean up is named.
func TestLeftovers(t *testing.T) {
	dir, _ := fixture.OldShard(t, "0.8.0-flushed")
	for _, name := range []string{"segments/gone.deleted", "segments/half", "temp_segments/x"} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, name), 0o755))
	}
	r := sound(t, dir)
	for _, word := range []string{"being deleted", "unfinished", "interrupted optimization"} {
		require.Condition(t, func() bool {
			for _, f := range r.Findings {
				if f.Severity == check.Repair && strings.Contains(f.Message, word) {
					return true
				}
			}
			return false
		}, word)
	}
	_, err := check.Shard(disk.OS, filepath.Join(dir, "nowhere"))
	require.Error(t, err)
}

// TestDamage: a check of damaged files ends, and what it says names a file of the shard.
func TestDamage(t *testing.T) {
	dir, _ := fixture.OldShard(t, "0.8.0-optimized")
	files, err := check.Files(disk.OS, dir, false)
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(1, 1))
	found := map[string]bool{}
	for _, f := range files {
		if f.Size == 0 || strings.HasPrefix(f.Path, "wal/") {
			continue
		}
		full := filepath.Join(dir, filepath.FromSlash(f.Path))
		whole, err := os.ReadFile(full)
		require.NoError(t, err)
		for range 4 {
			bad := append([]byte(nil), whole...)
			at := rng.IntN(min(len(bad), 4096))
			if rng.IntN(3) == 0 {
				bad = bad[:at]
			} else {
				bad[at] ^= byte(1 << rng.IntN(8))
			}
			require.NoError(t, os.WriteFile(full, bad, 0o600))
			r, err := check.Shard(disk.OS, dir)
			require.NoError(t, err, f.Path)
			for _, finding := range r.Findings {
				require.NotEmpty(t, finding.Path)
				found[filepath.Base(f.Path)] = found[filepath.Base(f.Path)] || finding.Severity == check.Damage
			}
		}
		require.NoError(t, os.WriteFile(full, whole, 0o600))
	}
	sound(t, dir)
	for _, name := range []string{"segment.json", "id_tracker.mappings", "links_compressed.bin", "inverted_index.dat", "graph.bin"} {
		require.True(t, found[name], name)
	}
}

func TestDiff(t *testing.T) {
	a, _ := fixture.OldShard(t, "0.8.0-flushed")
	b, _ := fixture.OldShard(t, "0.6.1-flushed")
	list, same, err := check.Diff(disk.OS, a, b, true)
	require.NoError(t, err)
	require.Empty(t, list, "both wheels were told the same")
	require.Equal(t, 58, same)
	c, _ := fixture.OldShard(t, "0.8.0-optimized")
	list, same, err = check.Diff(disk.OS, a, c, false)
	require.NoError(t, err)
	require.Equal(t, 57, same)
	require.Len(t, list, 61)
	m, err := check.Manifest(disk.OS, a)
	require.NoError(t, err)
	require.NoError(t, m.Validate())
}

// TestQuantizedDamage: a row that is not that of its vector is found, and so is another vector beside a link.
func TestQuantizedDamage(t *testing.T) {
	for _, name := range []string{"quantized.data", "links_comp_vec.bin"} {
		dir, _ := fixture.OldShard(t, "0.9.0-inline")
		found, err := filepath.Glob(filepath.Join(dir, "segments", "*", "vector_*", name))
		require.NoError(t, err)
		require.NotEmpty(t, found, name)
		raw, err := os.ReadFile(found[0])
		require.NoError(t, err)
		for at := len(raw) / 3; at < len(raw)/3+200; at += 9 {
			bad := append([]byte(nil), raw...)
			bad[at] ^= 1
			require.NoError(t, os.WriteFile(found[0], bad, 0o600))
			r, err := check.Shard(disk.OS, dir)
			require.NoError(t, err)
			if !r.OK {
				require.NotEmpty(t, r.Findings[0].Path)
				raw = nil
				break
			}
		}
		require.Nil(t, raw, "no change of %s was found", name)
	}
}
