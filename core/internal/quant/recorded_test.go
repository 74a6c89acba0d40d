package quant

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/quant/params"
)

// TestRecordedBytes: descriptions of quantized vectors come out as they were read. Their rows are compared by segment's tests, which have the
// vectors; quantized_data is an array of package chunks.
func TestRecordedBytes(t *testing.T) {
	kinds := map[string]int{}
	for _, file := range fixture.Files(t, func(name string) bool { return strings.Contains(filepath.Base(name), "quantized.") }) {
		if filepath.Base(file) != ConfigFile {
			continue
		}
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		s, multi := specIn(t, raw)
		d, err := readDescription(file, raw, s)
		require.NoError(t, err)
		require.Equal(t, string(raw), string(d.encode()))
		meta := filepath.Join(filepath.Dir(file), metaFile)
		if raw, err = os.ReadFile(meta); err != nil {
			require.ErrorIs(t, err, os.ErrNotExist)
			continue
		}
		s.Multi = multi(meta)
		c, err := decodeCodec(meta, raw, d, s)
		require.NoError(t, err)
		require.Equal(t, string(raw), string(c.AppendMeta(nil)))
		kinds[strings.SplitN(string(api.AppendQuantizationConfigJSON(nil, d.config)), `"`, 3)[1]]++
	}
	require.Len(t, kinds, 4, "%v", kinds)
}

// specIn is the specification of vectors that fits a description.
func specIn(t *testing.T, raw []byte) (s *Spec, multi func(meta string) bool) {
	var f struct {
		Vector params.Vector `json:"vector_parameters"`
	}
	require.NoError(t, params.Decode("", raw, &f))
	s = &Spec{Dim: f.Vector.Dim}
	switch f.Vector.Distance {
	case params.L2:
		s.Distance = api.DistanceEuclid
	case params.L1:
		s.Distance = api.DistanceManhattan
	case params.Dot:
		s.Distance = api.DistanceDot
	}
	return s, func(meta string) bool {
		_, err := os.Stat(filepath.Join(filepath.Dir(meta), offsetsFile))
		return err == nil
	}
}
