package valueindex

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

const goldenPoints = `
73 74 72 z5              # keys are texts
00 10 z6                 # buckets at 4096
02 z7                    # two keys
01 01                    # perfect hash of one level of one word
00 00 00 01 00 00 00 02  # its bits: 24 and 57
z4062                    # up to 4096
00 z7                    # bucket 0: entry 0
14 z7                    # bucket 1: entry at 20
62 6C 75 65 FF 00 00 00  # "blue", its end, up to a multiple of 4
02 00 00 00              # of two slots:
00 00 00 00 02 00 00 00  # 0 and 2
62 6C 75 73 68 FF 00 00  # "blush"
01 00 00 00 02 00 00 00  # of slot 2
`

const goldenValues = `
00 10 z6                 # ranges at 4096
03 z7                    # three slots
z4080
30 10 z6 01 z7           # slot 0: one value at 4144
38 10 z6 00 z7           # slot 1: none
38 10 z6 02 z7           # slot 2: two
04 00 00 00 62 6C 75 65     # "blue"
05 00 00 00 62 6C 75 73 68  # "blush"
04 00 00 00 62 6C 75 65     # "blue"
`

const goldenPrefix = `
51 64 72 50 72 66 78 00  # "QdrPrfx"
01 00 00 00 00 00 00 00  # version 1
02 z7                    # two keys
01 z7                    # one block
1C z7                    # 28 bytes of block index:
1E 00 00 00 02 00 00 00  # 30 bytes, two keys
04 00 00 00 00 00 00 00  # first key of 4 bytes
03 z7                    # three points in all
62 6C 75 65              # "blue"
00 00 00 00 04 00 00 00  # shares nothing, 4 bytes more
02 00 00 00 62 6C 75 65  # two points, "blue"
03 00 00 00 02 00 00 00  # shares 3 bytes, 2 more
01 00 00 00 73 68        # one point, "sh"
`

func TestGoldenImmutable(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, Build(disk.OS, dir, BuildOptions{Total: 3, Prefix: true}, seqOf(map[uint32][]string{0: {"blue"}, 2: {"blush", "blue", "blush"}})))
	require.NoError(t, Check[string](disk.OS, dir))
	requireFile(t, dir, configFile, `{"total_key_value_pairs":3}`)
	requireFile(t, dir, pointsFile, goldenPoints)
	requireFile(t, dir, "point_to_values.bin", goldenValues)
	requireFile(t, dir, prefixFile, goldenPrefix)
	requireFile(t, dir, emptyFile, "02 z7  # slot 1 has no values")
}

func TestGoldenMutable(t *testing.T) {
	require.Equal(t, annotated(t, `
82                    # array of two
65 62 6C 75 73 68     # text of 5, "blush"
64 62 6C 75 65        # text of 4, "blue"
`), keywords.pack(nil, []string{"blush", "blue"}))
	require.Equal(t, annotated(t, `
01 z7                    # 1
FF FF FF FF FF FF FF FF  # -1
`), integers.pack(nil, []int64{1, -1}))
	require.Equal(t, annotated(t, "FF z13 02 01  # 0102…-ff"), uuids.pack(nil, []UUID{{1, 2, 15: 0xff}}))
}
