package segment

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const goodState = `{"initial_version":null,"version":7,"config":{"vector_data":{"v":{"size":2,"distance":"Dot","storage_type":"ChunkedMmap","index":{"type":"plain","options":{}},"quantization_config":null}},"payload_storage_type":{"type":"mmap"},"unknown":1}}`

// TestSupported: what cannot be read is refused by name, from the two small files alone.
func TestSupported(t *testing.T) {
	for name, c := range map[string]struct {
		from, to string
		want     error
	}{
		"good":         {"", "", nil},
		"sparse":       {`"payload_storage_type"`, `"sparse_vector_data":{"s":{}},"payload_storage_type"`, api.ErrUnsupported},
		"sparse index": {`"payload_storage_type"`, `"sparse_vector_data":{"s":{"index":{"index_type":"x"},"storage_type":"mmap"}},"payload_storage_type"`, api.ErrUnsupported},
		"sparse good":  {`"payload_storage_type"`, `"sparse_vector_data":{"s":{"index":{"index_type":"MutableRam"},"storage_type":"mmap"}},"payload_storage_type"`, nil},
		"half":         {`"size":2`, `"datatype":"float16","size":2`, nil},
		"max sim":      {`"size":2`, `"multivector_config":{"comparator":"max_sim"},"size":2`, nil},
		"multivector":  {`"size":2`, `"multivector_config":{"comparator":"other"},"size":2`, api.ErrUnsupported},
		"storage":      {"ChunkedMmap", "Memory", api.ErrUnsupported},
		"inline":       {"ChunkedMmap", "GraphSomething", api.ErrUnsupported},
		"index":        {"plain", "other", api.ErrUnsupported},
		"payload":      {`"type":"mmap"`, `"type":"in_memory"`, api.ErrUnsupported},
		"distance":     {"Dot", "Chebyshev", api.ErrUnsupported},
		"quantization": {`"quantization_config":null`, `"quantization_config":{"binary":{}}`, nil},
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, stateName), []byte(strings.Replace(goodState, c.from, c.to, 1)), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, VersionFile), []byte("0.6.0"), 0o600))
		err := Supported(disk.OS, dir)
		if c.want == nil {
			require.NoError(t, err, name)
		} else {
			require.ErrorIs(t, err, c.want, name)
		}
	}
}

func TestVersions(t *testing.T) {
	for text, ok := range map[string]bool{"0.6.0": true, "0.6.3": true, "0.7.0": false, "1.0.0": false, "0.5.0": true, "0.3.1": true, "0.2.9": false, "": false, "x": false} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, VersionFile), []byte(text), 0o600))
		_, err := readRelease(disk.OS, dir)
		require.Equal(t, ok, err == nil, text)
	}
}

func FuzzState(f *testing.F) {
	f.Add([]byte(goodState))
	f.Add([]byte(`{"config":{"vector_data":{"":{"size":0}}}}`))
	f.Add([]byte(strings.Replace(goodState, `"payload_storage_type"`, `"sparse_vector_data":{"s":{"index":{"index_type":"Mmap","datatype":"float16"},"storage_type":"mmap","modifier":"idf"}},"payload_storage_type"`, 1)))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, stateName), data, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, VersionFile), []byte([]string{"0.6.0", "0.5.0", "0.3.0"}[len(data)%3]), 0o600))
		_, cfg, err := readState(disk.OS, dir, modeRead)
		if err != nil && !disk.IsCorrupt(err) {
			require.ErrorIs(t, err, api.ErrUnsupported)
		}
		if err == nil {
			require.NotNil(t, cfg)
		}
	})
}
