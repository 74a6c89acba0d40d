package params

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

func TestAppendFloat(t *testing.T) {
	for want, f := range map[string]float32{"0.0": 0, "-0.0": float32(math.Copysign(0, -1)), "1.0": 1, "0.056707285": 0.056707285,
		"0.000001": 1e-6, "1e-7": 1e-7, "0.00001": 1e-5, "3.4028235e+38": math.MaxFloat32, "-3.4028235e+38": -math.MaxFloat32, "1234567.0": 1234567, "16777216.0": 1 << 24,
		"1e+16": 1e16, "1.5e-7": 1.5e-7, "100000000000.0": 1e11, "null": float32(math.NaN())} {
		require.Equal(t, want, string(AppendFloat(nil, f)))
	}
}

func TestVector(t *testing.T) {
	n := uint64(7)
	v := Vector{Dim: 3, Distance: L2, Invert: true, Count: &n}
	raw := v.AppendJSON(nil)
	require.Equal(t, `{"dim":3,"distance_type":"L2","invert":true,"count":7}`, string(raw))
	var back Vector
	require.NoError(t, Decode("f", raw, &back))
	require.Equal(t, v, back)
	require.NoError(t, back.Check("f"))
	require.True(t, disk.IsCorrupt(Decode("f", []byte(`{"distance_type":"L3"}`), &back)))
	require.True(t, disk.IsCorrupt((&Vector{}).Check("f")))
}
