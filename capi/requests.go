package main

import (
	"sync"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Bindings send the same request again and again with another vector, which is not part of the text: what the text says is decoded once.
const (
	maxRemembered     = 256
	maxRememberedBody = 4 << 10
)

// remembered holds decoded requests by their text. They are shared between calls, so nobody may change one. It is safe for concurrent use.
type remembered[T any] struct {
	mu     sync.RWMutex
	byBody map[string]*T
}

func (m *remembered[T]) get(body []byte) *T {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.byBody[string(body)]
}

func (m *remembered[T]) put(body []byte, req *T) {
	if len(body) > maxRememberedBody {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byBody == nil || len(m.byBody) == maxRemembered {
		m.byBody = make(map[string]*T, maxRemembered)
	}
	m.byBody[string(body)] = req
}

// decode returns the remembered request of a text without floats, or decodes it.
func (m *remembered[T]) decode(body []byte, decode func([]byte) (*T, error)) (*T, error) {
	if req := m.get(body); req != nil {
		return req, nil
	}
	req, err := decode(body)
	if err == nil {
		m.put(body, req)
	}
	return req, err
}

// nearestText is a query for the points nearest to one dense vector of dim floats, which is all that the request carries beside its text.
type nearestText struct {
	req api.QueryRequest
	dim int
}

var (
	queryTexts  remembered[nearestText]
	scrollTexts remembered[api.ScrollRequest]
	countTexts  remembered[api.CountRequest]
)

func (c *call) queryRequest() (*api.QueryRequest, error) {
	if known := queryTexts.get(c.body); known != nil && known.dim == len(c.floats) {
		req := known.req
		req.Query = &api.NearestQuery{Vector: api.DenseVector(c.floats)}
		return &req, nil
	}
	req, err := api.DecodeQueryRequestArena(c.body, c.floats)
	if err == nil && c.isWhole(req.Query) {
		text := nearestText{req: *req, dim: len(c.floats)}
		text.req.Query = nil // the floats are the caller's
		queryTexts.put(c.body, &text)
	}
	return req, err
}

// isWhole reports whether a query is nothing but a vector, which is all the floats of the call.
func (c *call) isWhole(q api.Query) bool {
	nearest, ok := q.(*api.NearestQuery)
	if !ok || nearest.Mmr != nil || len(c.floats) == 0 {
		return false
	}
	dense, ok := nearest.Vector.(api.DenseVector)
	return ok && len(dense) == len(c.floats) && &dense[0] == &c.floats[0]
}
