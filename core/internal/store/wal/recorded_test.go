package wal

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// TestRecordedBytes writes the entries of recorded segments anew behind the same seed: the files come out as they were.
func TestRecordedBytes(t *testing.T) {
	segments, entries, acks := 0, 0, 0
	for _, file := range fixture.Files(t, func(name string) bool { return strings.HasPrefix(name, "wal/") }) {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		if filepath.Base(file) == firstIndexName {
			n, err := decodeAck(file, raw)
			require.NoError(t, err)
			require.Equal(t, string(raw), fmt.Sprintf(`{"ack_index":%d}`, n))
			acks++
			continue
		}
		s, err := openSegment(disk.OS, file)
		require.NoError(t, err)
		again, crc := appendHeader(make([]byte, 0, len(raw)), s.seed), s.seed
		require.NoError(t, s.walk(0, func(_ uint64, data []byte) error {
			again, crc = appendEntry(again, crc, data)
			entries++
			return nil
		}))
		again = append(again, make([]byte, len(raw)-len(again))...)
		require.True(t, string(raw) == string(again), file)
		require.NoError(t, s.file.Close())
		segments++
	}
	require.NotZero(t, acks)
	require.Greater(t, segments, 3)
	require.Greater(t, entries, 3)
}
