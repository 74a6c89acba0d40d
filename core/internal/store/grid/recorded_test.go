package grid

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestRecordedBytes encodes anew what recorded stores say: configuration, pointers, journal, the blocks in use and the gaps between them, and
// values that are not compressed. Two compressors of LZ4 need not agree, so compressed values must come back from our bytes instead. Blocks
// that a crash left marked belong to nobody: they are compared with the bitmask alone.
func TestRecordedBytes(t *testing.T) {
	seen := map[Compression]int{}
	for _, file := range fixture.Files(t, func(name string) bool {
		return strings.Contains(name, "payload_storage/") || strings.Contains(name, "payload_index/") || strings.Contains(name, "/store/")
	}) {
		if filepath.Base(file) != trackerFile {
			continue
		}
		dir := filepath.Dir(file)
		g, err := OpenReadOnly(disk.OS, dir)
		require.NoError(t, err)
		require.NoError(t, g.Check())
		sameConfig(t, g)
		sameTracker(t, g)
		sameSpace(t, g)
		sameValues(t, g)
		seen[g.opt.Compression]++
		require.NoError(t, g.Close())
	}
	require.NotZero(t, seen[LZ4])
	require.NotZero(t, seen[None])
}

func bytesOf(t *testing.T, g *Grid, name string) []byte {
	b, err := os.ReadFile(g.path(name))
	require.NoError(t, err)
	return b
}

// sameConfig: engines before 0.9 leave the mode out.
func sameConfig(t *testing.T, g *Grid) {
	raw := string(bytesOf(t, g, configFile))
	if !strings.Contains(raw, `"mode"`) {
		raw = strings.Replace(raw, "{", `{"mode":"mutable",`, 1)
	}
	require.JSONEq(t, raw, string(g.opt.encode()))
	if strings.HasPrefix(raw, `{"mode"`) {
		require.Equal(t, raw, string(g.opt.encode()))
	}
}

func sameTracker(t *testing.T, g *Grid) {
	raw := bytesOf(t, g, trackerFile)
	again := make([]byte, 0, len(raw))
	again = binary.LittleEndian.AppendUint32(again, binary.LittleEndian.Uint32(raw))
	for key := 0; len(again)+slotSize <= len(raw); key++ {
		again = g.stored(uint32(key)).append(again)
	}
	again = append(again, make([]byte, len(raw)-len(again))...)
	require.True(t, string(raw) == string(again), g.path(trackerFile))
	journal, err := os.ReadFile(g.path(journalFile))
	if err == nil {
		records := decodeJournal(journal)
		require.NotEmpty(t, records)
		for at := 0; at < len(journal); { // an entry per flush
			n := int(binary.LittleEndian.Uint32(journal[at:]))
			end := at + journalHeader + n
			require.Equal(t, journal[at:end], appendJournal(nil, records[:n/recordSize]))
			records, at = records[n/recordSize:], end
		}
		require.Empty(t, records)
	}
}

// sameSpace marks the blocks of all pointers: none of them is free in the bitmask. What is left there was leaked by a crash.
func sameSpace(t *testing.T, g *Grid) {
	claimed := make([]byte, len(g.space.mask.Data))
	for key := range uint32(g.Len()) {
		if s := g.lookup(key); s.present() {
			start := int(s.ptr.page)*g.opt.pageBlocks() + int(s.ptr.block)
			bits.PutRange(claimed, start, start+g.opt.blocks(int(s.ptr.length)), true)
		}
	}
	for i, b := range g.space.mask.Data {
		require.Zero(t, claimed[i]&^b, "%s at %d", g.path(maskFile), i)
	}
	for r := range g.space.regions() {
		require.Equal(t, g.space.gap(r), g.space.compute(r))
	}
}

func sameValues(t *testing.T, g *Grid) {
	for key := range uint32(g.Len()) {
		s, ok, err := g.locate(key)
		require.NoError(t, err)
		if !ok {
			continue
		}
		stored := g.copyOut(nil, s.ptr)
		value, _, err := g.Get(key, nil)
		require.NoError(t, err)
		packed, err := g.opt.pack(nil, value)
		require.NoError(t, err)
		if g.opt.Compression == None {
			require.Equal(t, stored, packed)
			continue
		}
		again, err := unpack(nil, packed)
		require.NoError(t, err)
		require.Equal(t, value, again)
	}
}
