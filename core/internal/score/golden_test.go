package score

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/cpu"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// goldenCase is a line of testdata/golden.json, recorded by record.py.
type goldenCase struct {
	Metric, Kind string
	Dim          int
	Scores       []string // bits of the reported scores
	Stored       string   // CRC-32 of the stored rows
}

var (
	goldenMetrics = []string{"Dot", "Cosine", "Euclid", "Manhattan"}
	goldenKinds   = []string{"even", "mixed", "zeros"}
)

// xorshift repeats the generator of record.py.
type xorshift uint32

func (x *xorshift) next() uint32 {
	v := uint32(*x)
	v ^= v << 13
	v ^= v >> 17
	v ^= v << 5
	*x = xorshift(v)
	return v
}

func (x *xorshift) vector(kind string, dim int) []float32 {
	v := make([]float32, dim)
	for i := range v {
		v[i] = x.element(kind)
	}
	return v
}

func (x *xorshift) element(kind string) float32 {
	b := x.next()
	signed := float64(int32(b) >> 8)
	switch {
	case kind == "even":
		return float32(math.Ldexp(signed, -22))
	case kind == "mixed":
		return float32(math.Ldexp(signed, int(b&15)-30))
	case b&64 == 0:
		return 0
	default:
		return []float32{0, float32(math.Copysign(0, -1)), 1, -1}[b&3]
	}
}

func goldenSeed(c goldenCase) xorshift {
	metric, kind := slices.Index(goldenMetrics, c.Metric), slices.Index(goldenKinds, c.Kind)
	return xorshift(1 + metric*1000003 + kind*5003 + c.Dim)
}

func goldenDistance(name string) api.Distance {
	return []api.Distance{api.DistanceDot, api.DistanceCosine, api.DistanceEuclid, api.DistanceManhattan}[slices.Index(goldenMetrics, name)]
}

func readGolden(t *testing.T) []goldenCase {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "golden.json"))
	require.NoError(t, err)
	var cases []goldenCase
	require.NoError(t, json.Unmarshal(data, &cases))
	require.NotEmpty(t, cases)
	return cases
}

// TestGoldenScores compares stored bytes and scores with those of Qdrant on
// amd64, bit by bit. Portable code has another order of additions from 32
// elements up, and NEON another from 16.
func TestGoldenScores(t *testing.T) {
	limit := 31
	switch {
	case runtime.GOARCH == "arm64":
		limit = 15
	case kernelIsAssembly && cpu.X86.HasAVX2 && cpu.X86.HasFMA:
		limit = math.MaxInt
	}
	storages := map[int]vectors.Dense{}
	for _, c := range readGolden(t) {
		if c.Dim > limit {
			continue
		}
		if storages[c.Dim] == nil {
			storage, err := vectors.OpenChunked[float32](disk.OS, t.TempDir(), c.Dim)
			require.NoError(t, err)
			defer storage.Close()
			storages[c.Dim] = storage
		}
		checkGolden(t, c, storages[c.Dim])
	}
}

func checkGolden(t *testing.T, c goldenCase, storage vectors.Dense) {
	t.Helper()
	r, d := goldenSeed(c), goldenDistance(c.Metric)
	query := r.vector(c.Kind, c.Dim)
	ids := make([]uint32, len(c.Scores))
	sum := crc32.NewIEEE()
	for i := range ids {
		ids[i] = uint32(i)
		require.NoError(t, storage.Set(ids[i], Preprocess(d, r.vector(c.Kind, c.Dim))))
		for _, x := range storage.Row(ids[i]) {
			b := math.Float32bits(x)
			_, _ = sum.Write([]byte{byte(b), byte(b >> 8), byte(b >> 16), byte(b >> 24)})
		}
	}
	name := fmt.Sprintf("%s %s dim %d", c.Metric, c.Kind, c.Dim)
	require.Equal(t, c.Stored, fmt.Sprintf("%08x", sum.Sum32()), "%s: stored bytes", name)

	s, out, scan := newScorer(storage, d, query), make([]float32, len(ids)), make([]float32, len(ids))
	s.Score(ids, out)
	require.Equal(t, len(ids), s.ScoreRows(0, scan), name)
	one := kernel.For(metricOf(d)).One
	for i, want := range c.Scores {
		for _, got := range []float32{out[i], scan[i], one(s.query, storage.Row(ids[i]))} {
			bits := fmt.Sprintf("%08x", math.Float32bits(Postprocess(d, got)))
			require.Equal(t, want, bits, "%s: row %d", name, i)
		}
	}
}
