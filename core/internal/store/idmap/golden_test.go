package idmap

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// annotated turns "hex  # comment" lines into bytes.
func annotated(t testing.TB, text string) []byte {
	t.Helper()
	var out []byte
	for line := range strings.Lines(text) {
		code, _, _ := strings.Cut(line, "#")
		b, err := hex.DecodeString(strings.ReplaceAll(strings.TrimSpace(code), " ", ""))
		require.NoError(t, err, line)
		out = append(out, b...)
	}
	return out
}

func uuid(t testing.TB, s string) api.PointID {
	t.Helper()
	id, err := api.ParsePointID(s)
	require.NoError(t, err)
	return id
}

const someUUID = "00112233-4455-6677-8899-aabbccddeeff"

const goldenLog = `
01 05 00 00 00 00 00 00 00 00 00 00 00                             # number 5 in slot 0
02 00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF 01 00 00 00     # UUID in slot 1
03 05 00 00 00 00 00 00 00                                         # number 5 deleted
04 00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF                 # UUID deleted
01 05 00 00 00 00 00 00 00 02 00 00 00                             # number 5 in slot 2
`

const goldenVersions = `
00 00 00 00 00 00 00 00  # slot 0: dropped
00 00 00 00 00 00 00 00  # slot 1: dropped
2A 00 00 00 00 00 00 00  # slot 2: version 42
`

func TestGoldenMutable(t *testing.T) {
	dir := t.TempDir()
	tr, err := CreateMutable(disk.OS, dir)
	require.NoError(t, err)
	require.NoError(t, tr.Set(api.NumID(5), 0))
	require.NoError(t, tr.Set(uuid(t, someUUID), 1))
	require.NoError(t, tr.SetVersion(1, 41))
	require.NoError(t, tr.Drop(api.NumID(5)))
	require.NoError(t, tr.Drop(uuid(t, someUUID)))
	require.NoError(t, tr.Set(api.NumID(5), 2))
	require.NoError(t, tr.SetVersion(2, 42))
	require.NoError(t, tr.FlushMappings())
	require.NoError(t, tr.FlushVersions())
	requireFile(t, dir, MutableMappingsFile, goldenLog)
	requireFile(t, dir, MutableVersionsFile, goldenVersions)
}

func requireFile(t testing.TB, dir, name, want string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	require.Equal(t, annotated(t, want), got, name)
}

const goldenRecords = `
02 00 00 00 00 00 00 00                                            # two entries
00 05 00 00 00 00 00 00 00 00 00 00 00                             # number 5 in slot 0
01 00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF 01 00 00 00     # UUID in slot 1
`

const goldenI2E = `
01 00 45 32 49 5F 44 51                          # magic
02 00 00 00 00 00 00 00                          # version 2, reserved
02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  # two slots, reserved
05 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  # slot 0: number 5
FF EE DD CC BB AA 99 88 77 66 55 44 33 22 11 00  # slot 1: UUID, reversed
`

const goldenE2I = `
01 00 49 32 45 5F 44 51                          # magic
02 00 00 00 00 00 00 00                          # version 2, reserved
01 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00  # one number, one UUID
55 05 00 00 33 03 00 00 00 00 00 00 00 00 00 00  # entries per block, reserved
05 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  # first number of block 0, pad
FF EE DD CC BB AA 99 88 77 66 55 44 33 22 11 00  # first UUID of block 0
05 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  # number 5 in slot 0, pad
FF EE DD CC BB AA 99 88 77 66 55 44 33 22 11 00  # UUID …
01 00 00 00                                      # … in slot 1
`

const goldenMask = `
51 42 4D 4B 01 00 00 00  # "QBMK", version 1
02 00 00 00 00 00 00 00  # two bits
00 00 00 00 00 00 00 00  # dense, reserved
08 00 00 00 00 00 00 00  # payload of 8 bytes
02 00 00 00 00 00 00 00  # slot 1 is a UUID
`

const goldenDeleted = "00 00 00 00 00 00 00 00  # none of two slots, rounded up to 8 bytes\n"

func TestGoldenFrozen(t *testing.T) {
	dir := t.TempDir()
	c := Contents{IDs: []api.PointID{api.NumID(5), uuid(t, someUUID)}, Versions: []uint64{1, 2}}
	require.NoError(t, WriteImmutable(disk.OS, dir, c))
	requireFile(t, dir, MappingsFile, goldenRecords)
	requireFile(t, dir, DeletedFile, goldenDeleted)
	require.NoError(t, WriteDisk(disk.OS, dir, c))
	requireFile(t, dir, I2EFile, goldenI2E)
	requireFile(t, dir, E2IFile, goldenE2I)
	requireFile(t, dir, IsUUIDFile, goldenMask)
}
