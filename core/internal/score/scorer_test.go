package score

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/store/chunks"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// smallChunks makes a storage of n random rows with few rows per chunk.
func smallChunks(t *testing.T, n, dim, perChunk int) vectors.Dense {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, chunks.Create(disk.OS, dir+"/vectors", 4*dim, dim, 4*dim*perChunk))
	storage, err := vectors.OpenChunked[float32](disk.OS, dir, dim)
	require.NoError(t, err)
	t.Cleanup(func() { _ = storage.Close() })
	r := rand.New(rand.NewPCG(1, uint64(dim)))
	for i := range n {
		row := make([]float32, dim)
		for j := range row {
			row[j] = r.Float32() - 0.5
		}
		require.NoError(t, storage.Set(uint32(i), row))
	}
	return storage
}

func newScorer(storage vectors.Dense, d api.Distance, query []float32) *Scorer {
	s := new(Scorer)
	s.Reset(storage, d, query)
	return s
}

func TestScoreCrossesChunks(t *testing.T) {
	const n, dim = 150, 19
	storage := smallChunks(t, n, dim, 7)
	query := make([]float32, dim)
	query[3], query[18] = 1, -2
	for _, d := range []api.Distance{api.DistanceDot, api.DistanceCosine, api.DistanceEuclid, api.DistanceManhattan} {
		s := newScorer(storage, d, query)
		ids := make([]uint32, 0, n)
		for i := range n {
			ids = append(ids, uint32(i*37%n))
		}
		out, scan := make([]float32, n), make([]float32, n+5)
		s.Score(ids, out)
		require.Equal(t, n, s.ScoreRows(0, scan))
		require.Equal(t, n-20, s.ScoreRows(20, make([]float32, n)))
		require.Zero(t, s.ScoreRows(n, scan[:1]))
		one := kernel.For(metricOf(d)).One
		for i, id := range ids {
			require.Equal(t, one(s.query, storage.Row(id)), out[i])
			require.Equal(t, scan[id], out[i])
		}
	}
}

func TestScoreBeyondStorage(t *testing.T) {
	s := newScorer(smallChunks(t, 10, 4, 3), api.DistanceDot, []float32{1, 1, 1, 1})
	out := make([]float32, 3)
	s.Score([]uint32{2, 10, math.MaxUint32}, out)
	require.False(t, math.IsInf(float64(out[0]), 0))
	require.True(t, math.IsInf(float64(out[1]), -1))
	require.True(t, math.IsInf(float64(out[2]), -1))
}

func TestScoreAllocatesNothing(t *testing.T) {
	s := newScorer(smallChunks(t, 300, 40, 11), api.DistanceCosine, make([]float32, 40))
	ids, out := make([]uint32, 200), make([]float32, 300)
	for i := range ids {
		ids[i] = uint32(i * 7 % 300)
	}
	require.Zero(t, testing.AllocsPerRun(20, func() { s.Score(ids, out) }))
	require.Zero(t, testing.AllocsPerRun(20, func() { s.ScoreRows(0, out) }))
}

func TestPostprocess(t *testing.T) {
	require.Equal(t, float32(3), Postprocess(api.DistanceEuclid, -9))
	require.Equal(t, float32(9), Postprocess(api.DistanceManhattan, -9))
	require.Equal(t, float32(-9), Postprocess(api.DistanceDot, -9))
}

func TestPreprocessKeepsArgument(t *testing.T) {
	v := []float32{3, 4}
	require.Equal(t, []float32{0.6, 0.8}, Preprocess(api.DistanceCosine, v))
	require.Equal(t, []float32{3, 4}, v)
	PreprocessInto(api.DistanceCosine, v, v)
	require.Equal(t, []float32{0.6, 0.8}, v)
}

func TestWrongQueryLengthPanics(t *testing.T) {
	storage := smallChunks(t, 1, 4, 3)
	require.Panics(t, func() { newScorer(storage, api.DistanceDot, make([]float32, 5)) })
}
