package hub

import (
	"net/http"

	"github.com/qdrant-edge-go/edge/core/edge"
)

// Shard is the shard of a collection or alias, for other protocols over the same hub. It is closed when the collection is dropped or the hub
// closed: calls then fail with kind closed.
func (h *Hub) Shard(name string) (*edge.Shard, error) {
	c, err := h.lookup(name)
	if err != nil {
		return nil, err
	}
	return c.shard, nil
}

// Admit checks a key; manage is asked for by calls that change something. The error is one that Status explains.
func (h *Hub) Admit(key string, manage bool) error {
	switch {
	case h.opts.APIKey == "" || sameKey(key, h.opts.APIKey):
		return nil
	case key == "":
		return failf(http.StatusUnauthorized, "Must provide an API key or an Authorization bearer token")
	case !sameKey(key, h.opts.ReadOnlyAPIKey):
		return failf(http.StatusUnauthorized, "Invalid API key or JWT")
	case manage:
		return failf(http.StatusForbidden, "Forbidden: Global manage access is required")
	}
	return nil
}

// Status is the HTTP status and the text with which a server would report an error.
func Status(err error) (int, string) {
	f := asFailure(err)
	return f.status, f.text
}
