package hub

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"time"
)

// access is what a key must allow for a call.
type access uint8

const (
	accessNone access = iota // probes
	accessRead
	accessManage
)

// jsonHandler answers with the JSON of a result.
type jsonHandler func(r *http.Request) (result []byte, err error)

// onCollection answers a call on one collection.
type onCollection func(c *collection, r *http.Request) (result []byte, err error)

func (h *Hub) routes() *http.ServeMux {
	m := http.NewServeMux()
	m.HandleFunc("GET /{$}", h.root)
	m.HandleFunc("GET /healthz", probe("healthz check passed"))
	m.HandleFunc("GET /livez", probe("healthz check passed"))
	m.HandleFunc("GET /readyz", probe("all shards are ready"))

	h.json(m, "GET /collections", accessRead, h.list)
	h.json(m, "PUT /collections/{c}", accessManage, h.create)
	h.json(m, "DELETE /collections/{c}", accessManage, h.drop)
	h.json(m, "POST /collections/aliases", accessManage, h.changeAliases)
	h.json(m, "GET /aliases", accessRead, h.allAliases)
	h.json(m, "GET /collections/{c}/exists", accessRead, h.exists)
	h.json(m, "GET /collections/{c}/aliases", accessRead, h.aliasesOf)
	h.collection(m, "GET /collections/{c}", accessRead, (*collection).info)
	h.collection(m, "GET /collections/{c}/cluster", accessRead, (*collection).cluster)

	h.collection(m, "PUT /collections/{c}/points", accessManage, (*collection).upsert)
	h.collection(m, "POST /collections/{c}/points/delete", accessManage, (*collection).deletePoints)
	h.collection(m, "PUT /collections/{c}/points/vectors", accessManage, (*collection).updateVectors)
	h.collection(m, "POST /collections/{c}/points/vectors/delete", accessManage, (*collection).deleteVectors)
	h.collection(m, "POST /collections/{c}/points/payload", accessManage, (*collection).setPayload)
	h.collection(m, "PUT /collections/{c}/points/payload", accessManage, (*collection).overwritePayload)
	h.collection(m, "POST /collections/{c}/points/payload/delete", accessManage, (*collection).deletePayload)
	h.collection(m, "POST /collections/{c}/points/payload/clear", accessManage, (*collection).clearPayload)
	h.collection(m, "POST /collections/{c}/points/batch", accessManage, (*collection).batch)

	h.collection(m, "PATCH /collections/{c}", accessManage, h.patch)
	h.collection(m, "PUT /collections/{c}/index", accessManage, (*collection).createIndex)
	h.collection(m, "DELETE /collections/{c}/index/{field}", accessManage, (*collection).deleteIndex)
	h.collection(m, "PUT /collections/{c}/vectors/{vector}", accessManage, h.createVectorName)
	h.collection(m, "DELETE /collections/{c}/vectors/{vector}", accessManage, h.deleteVectorName)

	h.collection(m, "POST /collections/{c}/points", accessRead, (*collection).retrieve)
	h.collection(m, "GET /collections/{c}/points/{id}", accessRead, (*collection).point)
	h.collection(m, "POST /collections/{c}/points/query", accessRead, (*collection).query)
	h.collection(m, "POST /collections/{c}/points/search", accessRead, (*collection).search)
	h.collection(m, "POST /collections/{c}/points/scroll", accessRead, (*collection).scroll)
	h.collection(m, "POST /collections/{c}/points/count", accessRead, (*collection).count)

	h.collection(m, "POST /collections/{c}/points/query/groups", accessRead, (*collection).queryGroups)
	h.collection(m, "POST /collections/{c}/points/search/matrix/pairs", accessRead, (*collection).matrixPairs)
	h.collection(m, "POST /collections/{c}/facet", accessRead, (*collection).facet)

	h.collection(m, "GET /collections/{c}/shards/{shard}/snapshots", accessManage, (*collection).listStored)
	h.collection(m, "POST /collections/{c}/shards/{shard}/snapshots", accessManage, h.createStored)
	h.collection(m, "DELETE /collections/{c}/shards/{shard}/snapshots/{name}", accessManage, (*collection).deleteStored)
	h.stream(m, "GET /collections/{c}/shards/{shard}/snapshots/{name}", h.sendStored)

	h.stream(m, "GET /collections/{c}/shards/{shard}/snapshot", h.fullSnapshot)
	h.stream(m, "POST /collections/{c}/shards/{shard}/snapshot/partial/create", h.partialSnapshot)
	h.stream(m, "GET /collections/{c}/shards/{shard}/snapshot/partial/manifest", h.manifest)
	return m
}

func (h *Hub) root(w http.ResponseWriter, _ *http.Request) {
	sendJSON(w, http.StatusOK, []byte(`{"title":"qdrant - vector search engine","version":"`+Version+`"}`))
}

func probe(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { sendText(w, http.StatusOK, text) }
}

func (h *Hub) json(m *http.ServeMux, pattern string, need access, handle jsonHandler) {
	m.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		if !h.admit(w, r, need, started, false) {
			return
		}
		result, err := handle(r)
		if err != nil {
			h.opts.Logger.Debug("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
			sendFailure(w, started, err)
			return
		}
		sendResult(w, started, result)
	})
}

func (h *Hub) collection(m *http.ServeMux, pattern string, need access, handle onCollection) {
	h.json(m, pattern, need, func(r *http.Request) ([]byte, error) {
		c, err := h.lookup(r.PathValue("c"))
		if err != nil {
			return nil, err
		}
		return handle(c, r)
	})
}

// stream registers a snapshot endpoint: failures are plain text and only the full key is admitted.
func (h *Hub) stream(m *http.ServeMux, pattern string, handle func(c *collection, w http.ResponseWriter, r *http.Request) error) {
	m.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		if !h.admit(w, r, accessManage, started, true) {
			return
		}
		c, err := h.lookup(r.PathValue("c"))
		if err == nil {
			err = checkShard(r)
		}
		if err == nil {
			err = handle(c, w, r)
		}
		if err != nil {
			sendFailure(w, started, plain(err))
		}
	})
}

// admit checks the key of a request and answers when it does not suffice.
func (h *Hub) admit(w http.ResponseWriter, r *http.Request, need access, started time.Time, asText bool) bool {
	if need == accessNone {
		return true
	}
	key := r.Header.Get("api-key")
	if key == "" {
		key = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	}
	err := h.Admit(key, need == accessManage)
	if err == nil {
		return true
	}
	if status, text := Status(err); status == http.StatusUnauthorized {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
		return false
	}
	if asText {
		err = plain(err)
	}
	sendFailure(w, started, err)
	return false
}

func sameKey(given, want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(given), []byte(want)) == 1
}
