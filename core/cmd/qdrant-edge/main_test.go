package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

func command(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"nonsense"}, {"manifest"}, {"unpack", "one"}, {"version", "x"}, {"hub"}, {"hub", "--nope", "dir"}} {
		code, _, errs := command(args...)
		require.Equal(t, 2, code, args)
		require.Contains(t, errs, "usage:", args)
	}
	code, out, _ := command("version")
	require.Equal(t, 0, code)
	require.Equal(t, api.Version+"\n", out)
}

func TestUnpackAndManifest(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	code, _, errs := command("unpack", fixture.Load(t, "edge-collection", 0).Snapshot, dir)
	require.Equal(t, 0, code, errs)
	code, out, errs := command("manifest", dir)
	require.Equal(t, 0, code, errs)
	require.JSONEq(t, string(fixture.Read(t, "edge-collection", "1", "manifest.json")), out)
	code, _, errs = command("manifest", filepath.Join(dir, "nowhere"))
	require.Equal(t, 1, code)
	require.Contains(t, errs, "qdrant-edge manifest:")
}

func TestInspect(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shard")
	code, _, errs := command("unpack", fixture.Load(t, "words", 0).Snapshot, dir)
	require.Equal(t, 0, code, errs)
	code, out, errs := command("check", dir)
	require.Equal(t, 0, code, out+errs)
	require.Contains(t, out, "sound")
	code, out, errs = command("check", dir, "--json")
	require.Equal(t, 0, code, errs)
	var report struct {
		OK     bool
		Points int
	}
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.True(t, report.OK)
	require.Positive(t, report.Points)
	code, out, _ = command("ls", dir)
	require.Equal(t, 0, code)
	require.Contains(t, out, "links_compressed.bin")
	code, out, _ = command("explain", "--json", dir)
	require.Equal(t, 0, code)
	require.Contains(t, out, "ef_construct")
	code, out, _ = command("diff", dir, dir, "--versions")
	require.Equal(t, 0, code)
	require.Contains(t, out, " 0 different")

	names, err := filepath.Glob(filepath.Join(dir, "segments", "*", "segment.json"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(names[0], []byte("{"), 0o600))
	code, out, _ = command("check", dir)
	require.Equal(t, 1, code)
	require.Contains(t, out, "damage: segments/")
	for _, args := range [][]string{{"check"}, {"ls", dir, dir}, {"diff", dir}, {"check", "--nope", dir}} {
		code, _, _ = command(args...)
		require.Equal(t, 2, code, args)
	}
}

// TestHubEndsOnSignal: who has read the address may end the hub at once.
func TestHubEndsOnSignal(t *testing.T) {
	from, to := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- runHub([]string{"--listen", "127.0.0.1:0", filepath.Join(t.TempDir(), "hub")}, to) }()
	line, err := bufio.NewReader(from).ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "listening on http://127.0.0.1:")
	require.NoError(t, syscall.Kill(syscall.Getpid(), syscall.SIGTERM))
	require.NoError(t, <-done)
}

func TestVerbsHaveSynopses(t *testing.T) {
	var b bytes.Buffer
	usage(&b)
	for name := range verbs() {
		require.Contains(t, b.String(), "qdrant-edge "+name)
	}
}
