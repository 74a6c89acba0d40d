package edgesync

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
	"github.com/qdrant-edge-go/edge/core/hub"
)

// TestDevicesAndAHub: two devices write through the client's HTTP to one hub and, after each has pushed and pulled, hold the same points (I6).
func TestDevicesAndAHub(t *testing.T) {
	h, err := hub.Open(memory(t), hub.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.Close()) })
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	body := `{"vectors":{"":{"size":4,"distance":"Euclid"},"img":{"size":3,"distance":"Cosine"}},"sparse_vectors":{"text":{"modifier":"idf"}}}`
	req, err := http.NewRequest(http.MethodPut, srv.URL+"/collections/things", strings.NewReader(body))
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)

	devices := make([]*SyncedShard, 2)
	for i := range devices {
		client, err := remote.New(remote.Options{URL: srv.URL, Collection: "things", GRPC: remote.NoGRPC})
		require.NoError(t, err)
		t.Cleanup(func() { _ = client.Close() })
		devices[i] = open(t, filepath.Join(memory(t), "synced"), client)
		t.Cleanup(func() { _ = devices[i].Close() })
	}
	indexes(t, devices[0].Update)
	for i, d := range devices {
		for n := range 10 {
			_, err := d.Update(ctx, upsert(point(100*i+n, i)))
			require.NoError(t, err)
		}
		require.NoError(t, d.Sync(ctx))
	}
	_, err = devices[1].Update(ctx, &api.DeletePoints{IDs: []api.PointID{api.NumID(3)}})
	require.NoError(t, err)
	_, err = devices[1].Update(ctx, &api.SetPayload{Points: []api.PointID{api.NumID(4)}, Payload: api.Payload(`{"x":1}`)})
	require.NoError(t, err)
	require.NoError(t, devices[1].Sync(ctx))
	require.NoError(t, devices[0].Sync(ctx))
	for _, d := range devices {
		n, err := d.Count(ctx, &api.CountRequest{Exact: true})
		require.NoError(t, err)
		require.EqualValues(t, 19, n)
		waiting, _ := d.Pending()
		require.Zero(t, waiting)
	}
	limit := uint64(100)
	all := &api.ScrollRequest{Limit: &limit, WithPayload: api.WithPayload{Enable: true}, WithVector: api.WithVector{Enable: true}}
	a, err := devices[0].Scroll(ctx, all)
	require.NoError(t, err)
	b, err := devices[1].Scroll(ctx, all)
	require.NoError(t, err)
	require.Equal(t, a, b)
}
