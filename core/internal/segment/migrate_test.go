package segment

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

func fresh(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "4930c951-7836-47dc-81c2-fec43c84d184")
	s, err := Create(disk.OS, dir, &api.EdgeConfig{Vectors: []api.NamedVectorParams{{Params: &api.VectorParams{Size: 2, Distance: api.DistanceDot}}}})
	require.NoError(t, err)
	for i := range uint64(3) {
		p := &Stored{Vectors: []api.NamedVector{{Vector: api.DenseVector{1, 2}}}, Payload: []byte(`{"a":1}`)}
		require.NoError(t, s.Insert(i+1, api.NumID(i), p))
	}
	require.NoError(t, s.Flush())
	require.NoError(t, s.Close())
	return dir
}

// TestMigration: the configurations of older layouts mean what they meant.
func TestMigration(t *testing.T) {
	index := `"index":{"type":"hnsw","options":{"m":9,"ef_construct":50,"full_scan_threshold":100}}`
	for release, state := range map[string]string{
		"0.3.2": `{"version":7,"config":{"vector_size":2,"distance":"Cosine",` + index + `,"storage_type":{"type":"mmap"}}}`,
		"0.5.0": `{"version":7,"config":{"vector_data":{"":{"size":2,"distance":"Cosine","quantization_config":{"scalar":{"type":"int8"}}}},` + index +
			`,"storage_type":{"type":"mmap"},"payload_storage_type":{"type":"in_ram_mmap"}}}`,
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, stateName), []byte(state), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, VersionFile), []byte(release), 0o600))
		st, cfg, err := readState(disk.OS, dir, modeRead)
		require.NoError(t, err)
		require.Equal(t, uint64(7), *st.Version)
		require.Len(t, cfg.Vectors, 1)
		v := cfg.Vectors[0]
		require.Equal(t, api.DistanceCosine, v.Distance)
		require.True(t, v.Matrix && v.OnDisk)
		require.Equal(t, uint64(9), v.Hnsw.M)
		require.Nil(t, v.Quantization, "the segment has none")
		require.Equal(t, release == "0.3.2", cfg.PayloadOnDisk)
		data, err := os.ReadFile(filepath.Join(dir, stateName))
		require.NoError(t, err)
		require.Equal(t, state, string(data), "reading changes nothing")

		_, again, err := readState(disk.OS, dir, modeWrite)
		require.NoError(t, err)
		require.Equal(t, cfg, again)
		data, err = os.ReadFile(filepath.Join(dir, VersionFile))
		require.NoError(t, err)
		require.Equal(t, version, string(data))
		_, again, err = readState(disk.OS, dir, modeWrite)
		require.NoError(t, err)
		require.Equal(t, cfg, again)
	}
}

func proxyRecords(records ...string) (data []byte) {
	for _, r := range records {
		data = append(binary.LittleEndian.AppendUint32(data, uint32(len(r))), r...)
	}
	return data
}

// TestProxyChanges: changes beside the segment are applied in their order, and go when they are flushed.
func TestProxyChanges(t *testing.T) {
	dir := fresh(t)
	write := func(level, data string) string {
		name := filepath.Join(dir, "proxy_changes."+level+".4930c951-7836-47dc-81c2-fec43c84d184.dat")
		require.NoError(t, os.WriteFile(name, []byte(data), 0o600))
		return name
	}
	first := write("0", string(proxyRecords(
		`{"DeletePoint":{"point_id":0,"versions":{"local_version":0,"operation_version":5}}}`,
		`{"DeletePoint":{"point_id":1,"versions":{"local_version":0,"operation_version":1}}}`, // older than the point
		`{"IndexChange":{"field_name":"a","change":{"Create":["integer",6]}}}`))+"\x05torn")
	second := write("10", string(proxyRecords(
		`{"VectorNameChange":{"vector_name":"v","intent":{"Absent":{"version":9}}}}`)))
	third := write("2", string(proxyRecords(
		`{"VectorNameChange":{"vector_name":"v","intent":{"Present":{"config":{"dense":{"size":3,"distance":"Dot"}},"version":8,"supersedes_wrapped":false}}}}`)))
	s, err := Open(disk.OS, dir)
	require.NoError(t, err)
	_, found := s.IDs().Internal(api.NumID(0))
	require.False(t, found)
	require.Equal(t, 2, s.IDs().Live())
	require.Equal(t, uint64(9), s.Version())
	require.Nil(t, s.Vector("v"), "level 10 comes after level 2")
	require.NotNil(t, s.Fields().Get("a"))
	require.FileExists(t, first)
	require.NoError(t, s.Flush())
	for _, name := range []string{first, second, third} {
		require.NoFileExists(t, name)
	}
	require.NoError(t, s.Close())
	s, err = Open(disk.OS, dir)
	require.NoError(t, err)
	require.Equal(t, 2, s.IDs().Live())
	require.NoError(t, s.Close())
}

func FuzzProxyChanges(f *testing.F) {
	f.Add(proxyRecords(`{"DeletePoint":{"point_id":3,"versions":{"local_version":0,"operation_version":5}}}`))
	f.Add(proxyRecords(`{"IndexChange":{"field_name":"a","change":{"DeleteIfIncompatible":[7,"keyword"]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, r := range decodeProxy(data) {
			r.version()
		}
	})
}
