package hub

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
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

// writeIdle is how long a client may take no byte of an archive before the connection is cut, as a server does.
const writeIdle = 5 * time.Minute

// spoolPattern names the files that archives are written to before they are sent.
const spoolPattern = ".snapshot-*"

// sendArchive lets produce write an archive to a file without a name and sends that. The shard is busy only while the file is written: a
// slow client holds up nobody, and what fails is reported with a status. A failure while sending breaks the connection.
func (h *Hub) sendArchive(c *collection, w http.ResponseWriter, r *http.Request, produce func(io.Writer) error) (err error) {
	spool, err := os.CreateTemp(h.dir, spoolPattern)
	if err != nil {
		return spoolFailure(err)
	}
	defer func() { _ = spool.Close() }()
	if err := os.Remove(spool.Name()); err != nil {
		return spoolFailure(err)
	}
	buffered := bufio.NewWriterSize(spool, 1<<20)
	if err := produce(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return spoolFailure(err)
	}
	size, err := spool.Seek(0, io.SeekCurrent)
	if err != nil || size == 0 {
		return err
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return spoolFailure(err)
	}
	name := fmt.Sprintf("%s-shard-0-%s.snapshot", c.name, stamp(h.now()))
	if err := transmit(w, coding(r), name, spool); err != nil {
		h.opts.Logger.Error("snapshot stream broke", "collection", c.name, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func spoolFailure(err error) error {
	return api.Wrap(kindOfFile(err), err, "snapshot file")
}

func transmit(w http.ResponseWriter, coding, name string, from io.Reader) error {
	head := w.Header()
	head.Set("Content-Type", "application/octet-stream")
	head.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	head.Set("Vary", "accept-encoding")
	if coding != "" {
		head.Set("Content-Encoding", coding)
	}
	w.WriteHeader(http.StatusOK)
	body, err := encoder(coding, patient{w, http.NewResponseController(w)})
	if err != nil {
		return err
	}
	_, err = io.Copy(body, from)
	if cerr := body.Close(); err == nil {
		err = cerr
	}
	return err
}

func encoder(coding string, w io.Writer) (io.WriteCloser, error) {
	switch coding {
	case "zstd":
		return zstd.NewWriter(w)
	case "gzip":
		return gzip.NewWriter(w), nil
	}
	return nopCloser{w}, nil
}

// patient gives every write its own deadline.
type patient struct {
	io.Writer
	control *http.ResponseController
}

func (p patient) Write(b []byte) (int, error) {
	if err := p.control.SetWriteDeadline(time.Now().Add(writeIdle)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return p.Writer.Write(b)
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
