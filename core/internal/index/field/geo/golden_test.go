package geo

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// annotated turns "hex  # comment" lines into bytes; z9 stands for 9 zero bytes.
func annotated(t testing.TB, text string) (out []byte) {
	t.Helper()
	for line := range strings.Lines(text) {
		code, _, _ := strings.Cut(line, "  #")
		for word := range strings.FieldsSeq(code) {
			if n, ok := strings.CutPrefix(word, "z"); ok {
				zeros, err := strconv.Atoi(n)
				require.NoError(t, err)
				out = append(out, make([]byte, zeros)...)
				continue
			}
			b, err := hex.DecodeString(word)
			require.NoError(t, err, line)
			out = append(out, b...)
		}
	}
	return out
}

// The places are (0, 0), whose geohash is s00000000000: 11000 and eleven times 00000, and (-180, -90), whose geohash is all zeros.

const goldenMap = `
0C z7                    # 000000000000 …
00 z3 01 z3              # … has the first point
0C z6 C0                 # s00000000000 …
01 z3 03 z3              # … has the two behind it
`

const goldenIds = `
02 z3                    # slot 2
00 z3                    # slot 0, once
02 z3                    # slot 2
`

// goldenCounts has a line per number of characters.
func goldenCounts() string {
	var b strings.Builder
	b.WriteString("00 z7 02 z3 04 z3  # all: two points, four values\n")
	for n := 1; n <= longest; n++ {
		b.WriteString(strconv.FormatInt(int64(n+0x100), 16)[1:] + " z7 01 z3 01 z3  # 0, 00, …\n")
	}
	for n := 1; n <= longest; n++ {
		b.WriteString(strconv.FormatInt(int64(n+0x100), 16)[1:] + " z6 C0 02 z3 03 z3  # s, s0, …\n")
	}
	return b.String()
}

const goldenValues = `
00 10 z6                 # ranges at 4096
03 z7                    # three slots
z4080
30 10 z6 02 z7           # slot 0: two values at 4144
50 10 z6 00 z7           # slot 1: none
50 10 z6 02 z7           # slot 2: two
z32                      # 0, 0, twice
z16                      # 0, 0
z5 80 66 C0 z5 80 56 C0  # -180, -90
`

func TestGolden(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, Build(disk.OS, dir, ascending(map[uint32][]Point{0: {{}, {}}, 2: {{}, {-180, -90}}})))
	require.NoError(t, Check(disk.OS, dir))
	stats, err := os.ReadFile(filepath.Join(dir, statsFile))
	require.NoError(t, err)
	require.Equal(t, `{"points_values_count":4,"max_values_per_point":2}`, string(stats))
	for name, want := range map[string]string{
		mapFile: goldenMap, idsFile: goldenIds, countsFile: goldenCounts(), "point_to_values.bin": goldenValues,
		emptyFile: "02 z7  # slot 1 has no values",
	} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, hex.Dump(annotated(t, want)), hex.Dump(got), name)
	}
}
