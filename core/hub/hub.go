package hub

import (
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Version is the server version whose API the hub speaks.
const Version = "1.19.0"

// maxBody bounds a request body, as a server's default configuration does (32 MB).
const maxBody = 32 << 20

// Options configure a Hub.
type Options struct {
	// APIKey, when not empty, is required by every call but the probes.
	APIKey string
	// ReadOnlyAPIKey, when not empty, admits reads of points and collections.
	ReadOnlyAPIKey string
	// Logger receives failures of requests; nil discards them.
	Logger *slog.Logger
}

// Hub serves collections from one directory. It is safe for concurrent use.
type Hub struct {
	dir  string
	opts Options
	mux  *http.ServeMux
	now  func() time.Time

	mu          sync.RWMutex
	collections map[string]*collection
	aliases     map[string]string
	closed      bool
}

// Open opens the hub's directory, created when missing, and loads its collections.
func Open(dir string, opts Options) (*Hub, error) {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	h := &Hub{dir: dir, opts: opts, now: time.Now, collections: map[string]*collection{}, aliases: map[string]string{}}
	if err := os.MkdirAll(h.collectionsDir(), 0o755); err != nil {
		return nil, api.Wrap(api.IO, err, "hub directory")
	}
	if err := h.loadAll(); err != nil {
		_ = h.Close()
		return nil, err
	}
	h.mux = h.routes()
	return h, nil
}

// Close closes every collection; requests in flight end first.
func (h *Hub) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	var first error
	for name, c := range h.collections {
		if err := c.close(); err != nil && first == nil {
			first = err
		}
		delete(h.collections, name)
	}
	return first
}

func (h *Hub) collectionsDir() string { return filepath.Join(h.dir, "collections") }

// ServeHTTP answers one request.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	h.mux.ServeHTTP(w, r)
}

// lookup finds a collection by name or alias.
func (h *Hub) lookup(name string) (*collection, error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if target, ok := h.aliases[name]; ok {
		name = target
	}
	if c, ok := h.collections[name]; ok {
		return c, nil
	}
	return nil, failf(http.StatusNotFound, "Not found: Collection `%s` doesn't exist!", name)
}
