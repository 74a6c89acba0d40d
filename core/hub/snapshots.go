package hub

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

func (h *Hub) fullSnapshot(c *collection, w http.ResponseWriter, r *http.Request) error {
	return h.sendArchive(c, w, r, func(to io.Writer) error { return c.shard.WriteSnapshot(r.Context(), to) })
}

// partialSnapshot answers 304 when the client's manifest equals the hub's.
func (h *Hub) partialSnapshot(c *collection, w http.ResponseWriter, r *http.Request) error {
	client, err := clientManifest(r)
	if err != nil {
		return err
	}
	changed := false
	err = h.sendArchive(c, w, r, func(to io.Writer) error {
		var err error
		changed, err = c.shard.WritePartialSnapshot(r.Context(), to, client)
		return err
	})
	switch {
	case api.KindOf(err) == api.InvalidArgument:
		return failf(http.StatusBadRequest, "Json deserialize error: %v", err)
	case err != nil || changed:
		return err
	}
	sendText(w, http.StatusNotModified, "")
	return nil
}

func clientManifest(r *http.Request) (edge.Manifest, error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return nil, failf(http.StatusBadRequest, "Content type error")
	}
	raw, err := readBody(r)
	if err != nil {
		return nil, err
	}
	if !json.Valid(raw) {
		var v any
		return nil, failf(http.StatusBadRequest, "Json deserialize error: %v", json.Unmarshal(raw, &v))
	}
	return edge.Manifest(raw), nil
}

func (h *Hub) manifest(c *collection, w http.ResponseWriter, r *http.Request) error {
	started := time.Now()
	m, err := c.shard.SnapshotManifest(r.Context())
	if err != nil {
		return err
	}
	sendResult(w, started, m)
	return nil
}

// archive sends the head of the response with the first byte of the archive, so that a failure before it can still be reported.
type archive struct {
	w      http.ResponseWriter
	name   string
	coding string
	body   io.WriteCloser
}

// sendArchive streams what produce writes. A failure after the first byte breaks the connection.
func (h *Hub) sendArchive(c *collection, w http.ResponseWriter, r *http.Request, produce func(io.Writer) error) error {
	a := &archive{w: w, coding: coding(r), name: fmt.Sprintf("%s-shard-0-%s.snapshot", c.name, stamp(h.now()))}
	err := produce(a)
	if err == nil && a.body != nil {
		err = a.body.Close()
	}
	if err != nil && a.body != nil {
		h.opts.Logger.Error("snapshot stream broke", "collection", c.name, "error", err)
		panic(http.ErrAbortHandler)
	}
	return err
}

func (a *archive) Write(p []byte) (int, error) {
	if a.body == nil {
		if err := a.begin(); err != nil {
			return 0, err
		}
	}
	return a.body.Write(p)
}

func (a *archive) begin() error {
	head := a.w.Header()
	head.Set("Content-Type", "application/octet-stream")
	head.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", a.name))
	head.Set("Vary", "accept-encoding")
	if a.coding != "" {
		head.Set("Content-Encoding", a.coding)
	}
	a.w.WriteHeader(http.StatusOK)
	switch a.coding {
	case "zstd":
		z, err := zstd.NewWriter(a.w)
		a.body = z
		return err
	case "gzip":
		a.body = gzip.NewWriter(a.w)
	default:
		a.body = nopCloser{a.w}
	}
	return nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// coding chooses the content coding: zstd before gzip, each only when the client names it.
func coding(r *http.Request) string {
	accepted := r.Header.Get("Accept-Encoding")
	for _, name := range []string{"zstd", "gzip"} {
		for _, part := range strings.Split(accepted, ",") {
			token, params, _ := strings.Cut(strings.TrimSpace(part), ";")
			if token == name && strings.ReplaceAll(params, " ", "") != "q=0" {
				return name
			}
		}
	}
	return ""
}
