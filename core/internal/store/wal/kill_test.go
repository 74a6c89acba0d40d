package wal

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const killDir = "WAL_TEST_KILL_DIR"

// TestMain turns the test binary into the writer that TestKill kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		writeForever(dir)
	}
	os.Exit(m.Run())
}

func killEntry(i uint64) string { return strings.Repeat(strconv.FormatUint(i, 10), int(i%40)) }

// writeForever reports each index after its append returned.
func writeForever(dir string) {
	l, err := Open(disk.OS, dir, Options{SegmentCapacity: 4096})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for {
		i, err := l.Append([]byte(killEntry(l.NextIndex())))
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(i)
	}
}

// TestKill kills a writing process and expects every reported entry.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	for round := range 4 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), killDir+"="+dir)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		var last uint64
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			last, err = strconv.ParseUint(lines.Text(), 10, 64)
			require.NoError(t, err)
			if n == 500*(round+1) {
				require.NoError(t, cmd.Process.Kill())
			}
		}
		require.Error(t, cmd.Wait())
		l := openLog(t, dir, 4096)
		require.Greater(t, l.NextIndex(), last)
		for i, e := range contents(t, l, 0) {
			require.Equal(t, killEntry(uint64(i)), e)
		}
		require.NoError(t, l.Close())
	}
}
