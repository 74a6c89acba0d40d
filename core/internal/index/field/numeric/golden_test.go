package numeric

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

// requireFile compares a file with annotated bytes, or with text.
func requireFile(t *testing.T, dir, name, want string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	if strings.HasPrefix(want, "{") {
		require.Equal(t, want, string(got))
		return
	}
	require.Equal(t, hex.Dump(annotated(t, want)), hex.Dump(got), name)
}

const goldenPairs = `
00 00 00 00 00 00 E0 BF 02 00 00 00 00 00 00 00  # -0.5 of slot 2
00 00 00 00 00 00 00 40 00 00 00 00 00 00 00 00  # 2 of slot 0
00 00 00 00 00 00 00 40 02 00 00 00 00 00 00 00  # 2 of slot 2
`

const goldenBlocks = `
51 64 72 6E 74 53 42 49  # "QdrntSBI"
01 00 00 00 10 00 00 00  # version 1, pairs of 16 bytes
00 04 00 00 00 00 00 00  # 1024 in a block
03 z7                    # three pairs
00 00 00 00 00 00 E0 BF 02 00 00 00 00 00 00 00  # first of block 0
`

const goldenValues = `
00 10 z6                 # ranges at 4096
03 z7                    # three slots
z4080
30 10 z6 01 z7           # slot 0: one value at 4144
38 10 z6 00 z7           # slot 1: none
38 10 z6 03 z7           # slot 2: three
00 00 00 00 00 00 00 40  # 2
00 00 00 00 00 00 E0 BF  # -0.5
00 00 00 00 00 00 00 40  # 2
00 00 00 00 00 00 00 40  # 2
`

const goldenBorders = `
02 z7                    # two borders
00 00 00 00 00 00 E0 BF  # -0.5 …
02 00 00 00              # … of slot 2
00 z7 01 z7              # nothing before it, one pair up to the next
00 00 00 00 00 00 00 40  # 2 …
02 00 00 00              # … of slot 2
01 z7 00 z7
`

func TestGolden(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, Build(disk.OS, dir, BuildOptions{Total: 3}, ascending(map[uint32][]float64{0: {2}, 2: {-0.5, 2, 2}})))
	require.NoError(t, Check[float64](disk.OS, dir))
	requireFile(t, dir, configFile, `{"max_values_per_point":3}`)
	requireFile(t, dir, pairsFile, goldenPairs)
	requireFile(t, dir, blockFile, goldenBlocks)
	requireFile(t, dir, "point_to_values.bin", goldenValues)
	requireFile(t, dir, emptyFile, "02 z7  # slot 1 has no values")
	requireFile(t, dir, histogramConfig, `{"max_bucket_size":10000,"precision":0.01,"total_count":3}`)
	requireFile(t, dir, histogramFile, goldenBorders)
}
