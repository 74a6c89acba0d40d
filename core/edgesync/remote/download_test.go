package remote

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/edgesync/faultproxy"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

// shelf is the snapshot side of a server over one archive.
type shelf struct {
	archive []byte
	held    atomic.Int64 // stored snapshots on it
}

func tarOf(t *testing.T, size int) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	content := make([]byte, size)
	for i := range content {
		content[i] = byte(i*7 + 1)
	}
	require.NoError(t, w.WriteHeader(&tar.Header{Name: "segments/x", Mode: 0o644, Size: int64(size), Format: tar.FormatGNU}))
	_, err := w.Write(content)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const base = "/collections/http-demo/shards/0/snapshot"
	switch r.Method + " " + r.URL.Path {
	case "GET " + base, "POST " + base + "/partial/create":
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(s.archive)
	case "POST " + base + "s":
		s.held.Add(1)
		sum := sha256.Sum256(s.archive)
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"result":{"name":"one.snapshot","size":%d,"checksum":"%s"},"status":"ok"}`, len(s.archive), hex.EncodeToString(sum[:]))
	case "GET " + base + "s/one.snapshot":
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Etag", `"tag"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.archive))
	case "DELETE " + base + "s/one.snapshot":
		s.held.Add(-1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"result":true,"status":"ok"}`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func serveShelf(t *testing.T, size int) (*shelf, *faultproxy.Proxy, string) {
	s := &shelf{archive: tarOf(t, size)}
	proxy := faultproxy.New(s)
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return s, proxy, server.URL
}

func full(mode FullMode) func(*Options) { return func(o *Options) { o.Full = mode } }

func fetch(t *testing.T, c *Client, manifest []byte) ([]byte, error) {
	d, err := c.Snapshot(t.Context(), 0, manifest)
	if err != nil {
		return nil, err
	}
	got, err := io.ReadAll(d)
	require.NoError(t, d.Close())
	return got, err
}

func isDownload(r *http.Request) bool { return r.Method == http.MethodGet }

// TestCutStream: wherever a stream is cut, also cleanly, reading it ends in a retryable error and never in the end of the archive.
func TestCutStream(t *testing.T) {
	s, proxy, url := serveShelf(t, 3000)
	c := client(t, url, full(FullStreamed))
	got, err := fetch(t, c, nil)
	require.NoError(t, err)
	require.Equal(t, s.archive, got)
	for at := 1; at < len(s.archive); at += 97 {
		for name, fault := range map[string]faultproxy.Fault{"reset": {CutRaw: at}, "clean end": {End: at}} {
			proxy.Set(fault)
			_, err := fetch(t, c, nil)
			require.True(t, kindIs(err, Retryable), "%s at %d: %v", name, at, err)
		}
	}
}

// TestCutStored: a stored snapshot is resumed after any cut, without and with an ETag, and nothing is left on the server.
func TestCutStored(t *testing.T) {
	s, proxy, url := serveShelf(t, 3000)
	c := client(t, url, full(FullStored))
	for at := 1; at < len(s.archive)+300; at += 211 {
		for _, strip := range []bool{false, true} {
			proxy.Set(faultproxy.Fault{Match: isDownload, CutRaw: at, Times: 2, StripTag: strip}, faultproxy.Fault{Match: isDownload, StripTag: strip})
			got, err := fetch(t, c, nil)
			require.NoError(t, err, "at %d", at)
			require.Equal(t, s.archive, got)
			require.Zero(t, s.held.Load())
		}
	}
}

// TestStoredFaults: what cannot be trusted is an error, and the snapshot is deleted all the same.
func TestStoredFaults(t *testing.T) {
	s, proxy, url := serveShelf(t, 3000)
	c := client(t, url, full(FullStored))
	for name, fault := range map[string]faultproxy.Fault{
		"flip": {Flip: 1000}, "page": faultproxy.Page(), "gone": faultproxy.Answer(404, "Not found: File"), "error": faultproxy.Answer(503, "busy"),
		"bomb": {Bomb: 1 << 20}, "longer": {Longer: 5}, "garbage": {Garbage: true}, "reorder": {Reorder: 1024}, "refuse": {Refuse: true},
	} {
		fault.Match = isDownload
		proxy.Set(fault)
		_, err := fetch(t, c, nil)
		var e *Error
		require.ErrorAs(t, err, &e, name)
		require.NotErrorIs(t, err, io.EOF, name)
		require.Zero(t, s.held.Load(), name)
	}
}

// TestStreamFaults: pages, wrong lengths, bombs and lost answers are errors.
func TestStreamFaults(t *testing.T) {
	_, proxy, url := serveShelf(t, 3000)
	c := client(t, url, full(FullStreamed), func(o *Options) { o.MaxArchive = 1 << 20 })
	for name, fault := range map[string]faultproxy.Fault{
		"page": faultproxy.Page(), "bomb": {Bomb: 8 << 20}, "longer": {Header: http.Header{"Content-Length": {"1"}}, Longer: 9}, "lose": {Lose: true},
		"refuse": {Refuse: true}, "garbage": {Garbage: true}, "reorder": {Reorder: 1024}, "empty": {Status: 200}, "too many": faultproxy.Answer(429, "slow down"),
	} {
		proxy.Set(fault)
		_, err := fetch(t, c, []byte("{}"))
		var e *Error
		require.ErrorAs(t, err, &e, name)
		require.Contains(t, []Kind{Retryable, Permanent}, e.Kind, name)
	}
}

// TestArchiveLimit: a bomb with the head of an archive ends at the limit.
func TestArchiveLimit(t *testing.T) {
	s, _, url := serveShelf(t, 100_000)
	_, err := fetch(t, client(t, url, full(FullStreamed), func(o *Options) { o.MaxArchive = 50_000 }), nil)
	require.True(t, kindIs(err, Permanent), "%v", err)
	require.NotEmpty(t, s.archive)
}

// TestStall: a stalled stream is given up after the idle time; a cancelled context shows through.
func TestStall(t *testing.T) {
	_, proxy, url := serveShelf(t, 3000)
	proxy.Set(faultproxy.Fault{Stall: 1500})
	_, err := fetch(t, client(t, url, full(FullStreamed), func(o *Options) { o.IdleTime = 30 * time.Millisecond }), nil)
	require.True(t, kindIs(err, Retryable), "%v", err)
	require.ErrorIs(t, err, ErrTimeout)

	ctx, cancel := context.WithCancel(t.Context())
	d, err := client(t, url, full(FullStreamed)).Snapshot(ctx, 0, nil)
	require.NoError(t, err)
	cancel()
	_, err = io.ReadAll(d)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, d.Close())
}

// TestFallsBackToStream: a server that cannot store streams.
func TestFallsBackToStream(t *testing.T) {
	s, proxy, url := serveShelf(t, 3000)
	proxy.Set(faultproxy.Fault{Match: func(r *http.Request) bool { return r.Method == http.MethodPost }, Status: 507, Body: "no space"})
	got, err := fetch(t, client(t, url), nil)
	require.NoError(t, err)
	require.Equal(t, s.archive, got)
}

// TestCodings: compressed archives of a real server's snapshots come out as they are.
func TestCodings(t *testing.T) {
	for _, name := range fixture.Archives()[:5] {
		want := fixture.Read(t, name...)
		for _, coding := range []string{"gzip", "zstd"} {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", coding)
				w.Header().Set("Content-Type", "application/octet-stream")
				var z io.WriteCloser = gzip.NewWriter(w)
				if coding == "zstd" {
					z, _ = zstd.NewWriter(w)
				}
				_, _ = z.Write(want)
				_ = z.Close()
			}))
			d, err := client(t, server.URL, full(FullStreamed)).Snapshot(t.Context(), 0, nil)
			require.NoError(t, err)
			got, err := io.ReadAll(d)
			require.NoError(t, err)
			require.True(t, bytes.Equal(want, got), "%v", name)
			require.Less(t, d.Wire(), int64(len(want)))
			require.NoError(t, d.Close())
			server.Close()
		}
	}
}

// fakeClock counts what it is asked to sleep.
type fakeClock struct {
	now   time.Time
	slept time.Duration
}

func (c *fakeClock) Now() time.Time { return c.now }

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	c.now, c.slept = c.now.Add(d), c.slept+d
	return ctx.Err()
}

// TestPace: a download takes the time that its pace gives it, in short waits.
func TestPace(t *testing.T) {
	s, _, url := serveShelf(t, 100_000)
	clock := &fakeClock{now: time.Unix(1, 0)}
	_, err := fetch(t, client(t, url, full(FullStreamed), func(o *Options) { o.Clock, o.BytesPerSec = clock, 10_000 }), nil)
	require.NoError(t, err)
	want := time.Duration(len(s.archive)) * time.Second / 10_000
	require.InDelta(t, want.Seconds(), clock.slept.Seconds(), 1.5)
}

func TestBackoff(t *testing.T) {
	b := Backoff{Base: time.Second, Max: time.Minute}
	for n := range 100 {
		low, high := b.Delay(n, 0, 0), b.Delay(n, 0, ^uint64(0))
		want := time.Minute
		if n < 6 {
			want = time.Second << n
		}
		require.Equal(t, want/2, low)
		require.Equal(t, want, high)
	}
	require.Equal(t, time.Hour, b.Delay(0, time.Hour, 7))
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "3": 3 * time.Second, "-1": 0, "99999999999999": time.Hour, now.Add(time.Minute).Format(http.TimeFormat): time.Minute,
		now.Add(-time.Minute).Format(http.TimeFormat): 0, "soon": 0, strconv.Itoa(int(time.Hour/time.Second) + 1): time.Hour,
	} {
		require.Equal(t, want, retryAfter(http.Header{"Retry-After": {value}}, now), value)
	}
	require.Error(t, errors.Join(systemClock{}.Sleep(cancelled(), time.Hour)))
}

func cancelled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
