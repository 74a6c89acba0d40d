package fulltext

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/grid"
	"github.com/qdrant-edge-go/edge/core/internal/text"
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

func requireFile(t *testing.T, dir, name, want string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	require.Equal(t, hex.Dump(annotated(t, want)), hex.Dump(got), name)
}

const goldenPostings = `
03 z7                    # lists of "go", the boundary and "on"
04 z7 z24                # four tokens in all documents
70 z7                    # list 0 at 112
z4 z4 00 02 z2 0C z3     # no chunks, no padding, two ids, 12 bytes of positions
90 z7                    # list 1 at 144
z4 z4 00 01 z2 04 z3
A0 z7                    # list 2 at 160
z4 z4 00 01 z2 04 z3
02 z3                    # "go": the last id is 2
z4 02 z3 z4              # positions 0 and 2 in slot 0, 0 in slot 2
z4 z4                    # slot 0, its positions from 0
02 z3 08 z3              # slot 2, from 8
z4 01 z3 z4 z4           # the boundary: position 1 in slot 0
02 z3 01 z3 02 z3 z4     # "on": position 1 in slot 2
`

const goldenFrequencies = `
03 z7
z8 02 z3                 # list 0: of two points
06 z7 01 z3              # list 1: of one
0B z7 01 z3
z4 01 01                 # "go": no chunks; one bit each: 1 more and 0 more
z4 00                    # the boundary: no bits
z4 00                    # "on"
`

func TestGoldenImmutable(t *testing.T) {
	dir := t.TempDir()
	build(t, dir, newParams(t, text.Word, true, true), map[uint32][]string{0: {"Go", "go"}, 1: {"..."}, 2: {"go on"}})
	requireFile(t, dir, postingsFile, goldenPostings)
	requireFile(t, dir, frequenciesFile, goldenFrequencies)
	requireFile(t, dir, countsFile, "02 z7 z8 02 z7  # two distinct tokens, none, two")
	requireFile(t, dir, emptyFile, "02 z7  # slot 1 has no tokens")
	head, err := os.ReadFile(filepath.Join(dir, lengthsFile))
	require.NoError(t, err)
	require.Equal(t, annotated(t, "51 44 52 41 4E 54 44 4C 01 z3 01 z3 03 z7 z40  # QDRANTDL, version, form, three slots"), head[:lengthsHead])
	planes, err := inflate(head[lengthsHead:], 12)
	require.NoError(t, err)
	require.Equal(t, annotated(t, "02 00 02 z9  # lengths 2, 0 and 2"), planes)
}

// TestGoldenEmpty has the sizes that the wheel's files have without any text.
func TestGoldenEmpty(t *testing.T) {
	dir, p := t.TempDir(), newParams(t, text.Word, false, false)
	build(t, dir, p, nil)
	requireFile(t, dir, postingsFile, "z40")
	requireFile(t, dir, countsFile, "")
	requireFile(t, dir, emptyFile, "")
	require.NoError(t, Check(disk.OS, dir, p))
	x, err := Open(disk.OS, dir, Options{Params: p})
	require.NoError(t, err)
	agree(t, x, p, nil, "go")
	require.NoError(t, x.Close())
}

func TestGoldenRecords(t *testing.T) {
	for _, c := range []struct {
		positions, lengths bool
		want               string
	}{
		{false, false, "A1 66 746F6B656E73 82 62 676F 62 6F6E  # {tokens: [go, on]}"},
		{true, false, "A1 66 746F6B656E73 84 62 6F6E 62 676F 61 00 62 6F6E  # {tokens: [on, go, boundary, on]}"},
		{false, true, "A2 66 746F6B656E73 83 62 6F6E 62 676F 62 6F6E 67 646F635F6C656E 03  # {tokens: [on, go, on], doc_len: 3}"},
	} {
		x, err := Create(disk.OS, t.TempDir(), newParams(t, text.Word, c.positions, c.lengths))
		require.NoError(t, err)
		require.NoError(t, x.Set(5, []string{"on go", "on"}))
		got, ok, err := x.grid.Get(5, nil)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, annotated(t, c.want), got)
		require.NoError(t, x.Close())
	}
}

// TestNoLengths refuses an index that was written without what ranking needs.
func TestNoLengths(t *testing.T) {
	plain, ranked := newParams(t, text.Word, false, false), newParams(t, text.Word, false, true)
	dir := t.TempDir()
	build(t, dir, plain, map[uint32][]string{3: {"a"}})
	_, err := Open(disk.OS, dir, Options{Params: ranked})
	require.ErrorIs(t, err, ErrNoLengths)
	dir = t.TempDir()
	x, err := Create(disk.OS, dir, plain)
	require.NoError(t, err)
	require.NoError(t, x.Set(1, []string{"a"}))
	require.NoError(t, x.Flush())
	require.NoError(t, x.Close())
	_, err = Open(disk.OS, dir, Options{Params: ranked})
	require.ErrorIs(t, err, ErrNoLengths)
	_, err = grid.Open(disk.OS, dir)
	require.NoError(t, err)
}

func TestLengthCodes(t *testing.T) {
	for code := range 1 << 16 {
		n := decodeLength(uint16(code))
		require.EqualValues(t, code, encodeLength(n))
		require.True(t, code == 0 || n > decodeLength(uint16(code-1)))
	}
	require.EqualValues(t, 134_201_344, rounded(1<<32-1))
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint32Range(0, 134_201_344).Draw(t, "n")
		require.LessOrEqual(t, rounded(n), n)
		require.True(t, n <= 8192 && rounded(n) == n || n > 8192 && uint64(n-rounded(n))<<12 < uint64(n))
	})
}

func TestLengthsFile(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		lengths := rapid.SliceOfN(rapid.OneOf(rapid.Uint32Range(0, 300), rapid.Uint32()), 0, 300).Draw(t, "lengths")
		require.NoError(t, writeLengths(disk.OS, dir, lengths))
		codes, err := readLengths(disk.OS, dir, len(lengths))
		require.NoError(t, err)
		for i, n := range lengths {
			require.Equal(t, encodeLength(n), codes[i])
		}
		_, err = readLengths(disk.OS, dir, len(lengths)+1)
		require.True(t, disk.IsCorrupt(err))
	})
}
