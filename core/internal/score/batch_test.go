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
	"github.com/qdrant-edge-go/edge/core/internal/store/sparse"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

var distances = []api.Distance{api.DistanceDot, api.DistanceCosine, api.DistanceEuclid, api.DistanceManhattan}

func randoms(r *rand.Rand, n int, scale float32) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = (r.Float32() - 0.3) * scale
	}
	return v
}

// plain is the score in float64, straight from the definition.
func plain(d api.Distance, a, b []float32) float64 {
	var dot, aa, bb, euclid, manhattan float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		dot, aa, bb = dot+x*y, aa+x*x, bb+y*y
		euclid, manhattan = euclid+(x-y)*(x-y), manhattan+math.Abs(x-y)
	}
	switch d {
	case api.DistanceEuclid:
		return -euclid
	case api.DistanceManhattan:
		return -manhattan
	case api.DistanceCosine:
		return dot / math.Sqrt(aa*bb)
	}
	return dot
}

func checkTable[T vectors.Element](t *testing.T, scale float32, tolerance float64) {
	const n, dim, per = 60, 21, 7
	r := rand.New(rand.NewPCG(3, 4))
	for _, d := range distances {
		dir := t.TempDir()
		item := len(narrowed[T](dim))
		require.NoError(t, chunks.Create(disk.OS, dir+"/vectors", item, dim, item*per))
		st, err := vectors.OpenChunked[T](disk.OS, dir, dim)
		require.NoError(t, err)
		for i := range n {
			v := randoms(r, dim, scale)
			if scale < 10 {
				v = Preprocess(d, v)
			}
			require.NoError(t, st.SetFloats(uint32(i), v))
		}
		query := randoms(r, dim, scale)
		b, err := New(st, d, api.DenseVector(query))
		require.NoError(t, err)
		ids, out, scan := []uint32{5, 59, 0, 33, 60}, make([]float32, 5), make([]float32, n+3)
		b.Score(ids, out)
		require.Equal(t, n, b.ScoreRows(0, scan))
		require.Equal(t, 3, b.ScoreRows(n-3, make([]float32, 9)))
		require.NoError(t, b.Err())
		require.True(t, math.IsInf(float64(out[4]), -1))
		if scale > 10 {
			cut := make([]uint8, dim)
			kernel.CutBytes(cut, query)
			kernel.WidenBytes(query, cut)
		}
		for i, id := range ids[:4] {
			require.Equal(t, scan[id], out[i])
			require.InEpsilon(t, plain(d, query, st.Floats(id, nil))+10, float64(out[i])+10, tolerance, "%s %d", d, id)
		}
		_, err = New(st, d, api.SparseVector{})
		require.Error(t, err)
		_, err = New(st, d, api.MultiDenseVector{Dim: dim, Flat: query})
		require.Error(t, err)
		require.NoError(t, st.Close())
	}
}

// narrowed gives the size of a row in bytes.
func narrowed[T vectors.Element](dim int) []byte {
	switch any((*T)(nil)).(type) {
	case *kernel.Half:
		return make([]byte, 2*dim)
	case *uint8:
		return make([]byte, dim)
	}
	return make([]byte, 4*dim)
}

func TestTables(t *testing.T) {
	checkTable[float32](t, 1, 1e-5)
	checkTable[kernel.Half](t, 1, 2e-3)
	checkTable[uint8](t, 400, 1e-6)
}

func TestMaxSim(t *testing.T) {
	const dim = 5
	r := rand.New(rand.NewPCG(5, 6))
	for _, d := range distances {
		st, err := vectors.OpenMulti[float32](disk.OS, t.TempDir(), dim)
		require.NoError(t, err)
		rows := map[uint32][]float32{}
		for id := range uint32(8) {
			flat := randoms(r, dim*(1+r.IntN(4)), 1)
			rows[id] = flat
			ready := make([]float32, len(flat))
			for at := 0; at < len(flat); at += dim {
				PreprocessInto(d, ready[at:at+dim], flat[at:at+dim])
			}
			require.NoError(t, st.SetFloats(id, ready))
		}
		_, err = st.Delete(9)
		require.NoError(t, err)
		query := randoms(r, 3*dim, 1)
		b, err := New(st, d, api.MultiDenseVector{Dim: dim, Flat: query})
		require.NoError(t, err)
		one, err := New(st, d, api.DenseVector(query[:dim]))
		require.NoError(t, err)
		out, first := make([]float32, 20), make([]float32, 20)
		require.Equal(t, 10, b.ScoreRows(0, out))
		require.Equal(t, 10, one.ScoreRows(0, first))
		for id, flat := range rows {
			sum := 0.0
			for q := range 3 {
				best := math.Inf(-1)
				for at := 0; at < len(flat); at += dim {
					best = max(best, plain(d, query[q*dim:(q+1)*dim], flat[at:at+dim]))
				}
				sum += best
				if q == 0 {
					require.InDelta(t, best, first[id], 1e-5)
				}
			}
			require.InDelta(t, sum, out[id], 1e-5)
			again := make([]float32, 1)
			b.Score([]uint32{id}, again)
			require.Equal(t, out[id], again[0])
		}
		require.True(t, math.IsInf(float64(out[8]), -1), "never set")
		require.NoError(t, b.Err())
		require.NoError(t, st.Close())
	}
}

func TestSparse(t *testing.T) {
	st, err := sparse.Open(disk.OS, t.TempDir())
	require.NoError(t, err)
	defer st.Close()
	require.NoError(t, st.Set(0, []uint32{1, 5, 9}, []float32{1, 2, 3}))
	require.NoError(t, st.Set(1, []uint32{2, 6}, []float32{1, 2}))
	require.NoError(t, st.Set(3, []uint32{9}, []float32{1.0001}))
	query := api.SparseVector{Indices: []uint32{0, 5, 9}, Values: []float32{7, 0.5, -2}}
	out := make([]float32, 6)
	b := NewSparse(st, query)
	require.Equal(t, 4, b.ScoreRows(0, out))
	require.Equal(t, float32(1-6), out[0])
	require.True(t, out[1] != out[1] && out[2] != out[2], "nothing in common")
	require.Equal(t, float32(-2.0002), out[3])
	b.Score([]uint32{3, 7}, out)
	require.Equal(t, float32(-2.0002), out[0])
	require.True(t, out[1] != out[1])
	require.NoError(t, b.Err())
}
