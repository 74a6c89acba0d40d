package segment

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	index "github.com/qdrant-edge-go/edge/core/internal/index/sparse"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
	"github.com/qdrant-edge-go/edge/core/internal/store/sparse"
)

// TestInvertedBytes: an index that is built from a storage has the bytes of the one that the reference built from it.
func TestInvertedBytes(t *testing.T) {
	kitchen := filepath.Join(t.TempDir(), "kitchen")
	require.NoError(t, snapshot.UnpackTo(disk.OS, fixture.Load(t, "kitchen", 0).Snapshot, kitchen, snapshot.Options{}))
	shards := []string{kitchen}
	for _, name := range fixture.OldShards(t) {
		dir, _ := fixture.OldShard(t, name)
		shards = append(shards, dir)
	}
	compared := 0
	for _, shard := range shards {
		found, err := filepath.Glob(filepath.Join(shard, "segments", "*", "vector_index-*", index.PostingsFile))
		require.NoError(t, err)
		for _, f := range found {
			compared++
			sameIndex(t, filepath.Dir(f))
		}
	}
	require.Greater(t, compared, 3)
}

func sameIndex(t *testing.T, dir string) {
	storage := filepath.Join(filepath.Dir(dir), "vector_storage"+filepath.Base(dir)[len("vector_index"):])
	st, err := sparse.OpenReadOnly(disk.OS, storage)
	require.NoError(t, err)
	defer st.Close()
	read := func(dir, name string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		return data
	}
	var s index.Settings
	require.NoError(t, json.Unmarshal(read(dir, index.ConfigFile), &s))
	x, err := index.Open(disk.OS, dir, true)
	require.NoError(t, err)
	defer x.Close()
	m := index.NewMutable()
	m.Reserve(x.Dims()) // the numbers of the lists are free
	for off := range uint32(st.Len()) {
		dims, weights, err := st.Get(off, nil, nil)
		require.NoError(t, err)
		m.Add(off, dims, weights)
	}
	again := t.TempDir()
	require.NoError(t, m.Write(disk.OS, again, s))
	for _, name := range []string{index.PostingsFile, index.CountsFile, index.ConfigFile, index.VersionFile} {
		want, have := read(dir, name), read(again, name)
		if name == index.PostingsFile {
			maskPadding(want, s)
			maskPadding(have, s)
		}
		require.True(t, bytes.Equal(want, have), "%s of %s", name, dir)
	}
	require.JSONEq(t, string(read(dir, index.TrackerFile)), string(read(again, index.TrackerFile)))
}

// maskPadding clears the bytes behind weights that are smaller than 4 bytes, which the reference leaves as they were.
func maskPadding(data []byte, s index.Settings) {
	if s.Datatype == nil || *s.Datatype == "float32" {
		return
	}
	size, head := 2, 24
	if *s.Datatype == "uint8" {
		size, head = 1, 32
	}
	first := int(binary.LittleEndian.Uint64(data))
	for at := 0; at < first; at += head {
		end := len(data)
		if at+head < first {
			end = int(binary.LittleEndian.Uint64(data[at+head:]))
		}
		packed, chunks := int(binary.LittleEndian.Uint32(data[at+12:])), int(binary.LittleEndian.Uint32(data[at+16:]))
		for e := int(binary.LittleEndian.Uint64(data[at:])) + packed + chunks*(8+128*size); e < end; e += 8 {
			clear(data[e+4+size : e+8])
		}
	}
}
