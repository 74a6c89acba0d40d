package hub_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/hub"
)

// The five steps of the guide "Synchronize Qdrant Edge with a Server": a mutable shard for local writes, an immutable mirror of the server's
// shard, dual writes, partial snapshots, queries over both. Any Qdrant server can stand where the hub stands.
func Example() {
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "edge-example-")
	must(err)
	defer os.RemoveAll(dir)

	h, err := hub.Open(filepath.Join(dir, "hub"), hub.Options{})
	must(err)
	defer h.Close()
	server := httptest.NewServer(h)
	defer server.Close()
	call := func(method, path, body string) []byte {
		req, err := http.NewRequest(method, server.URL+"/collections/things"+path, bytes.NewBufferString(body))
		must(err)
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		must(err)
		defer resp.Body.Close()
		answer, err := io.ReadAll(resp.Body)
		must(err)
		return answer
	}
	call("PUT", "", `{"vectors":{"size":2,"distance":"Dot"}}`)
	call("PUT", "/points?wait=true", `{"points":[{"id":1,"vector":[1,0]},{"id":2,"vector":[0,1]}]}`)

	// 1. A mutable shard for local writes.
	mutable, err := edge.Create(filepath.Join(dir, "mutable"), &api.EdgeConfig{
		Vectors: []api.NamedVectorParams{{Params: &api.VectorParams{Size: 2, Distance: api.DistanceDot}}},
	})
	must(err)
	defer mutable.Close()

	// 2. An immutable mirror from a full snapshot.
	archive := filepath.Join(dir, "shard.snapshot")
	must(os.WriteFile(archive, call("GET", "/shards/0/snapshot", ""), 0o600))
	must(edge.UnpackSnapshot(archive, filepath.Join(dir, "mirror")))
	mirror, err := edge.Load(filepath.Join(dir, "mirror"), nil)
	must(err)
	defer mirror.Close()

	// 3. Dual write: locally and to the server.
	point := api.Point{ID: api.NumID(3), Vector: api.VectorStruct{{Vector: api.DenseVector{1, 1}}}, Payload: api.Payload(`{"new":true}`)}
	_, err = mutable.Update(ctx, &api.UpsertPoints{Points: []api.Point{point}})
	must(err)
	call("PUT", "/points?wait=true", `{"points":[{"id":3,"vector":[1,1],"payload":{"new":true}}]}`)

	// 4. Bring the mirror up to date with what it lacks, then drop what it has taken over.
	manifest, err := mirror.SnapshotManifest(ctx)
	must(err)
	must(os.WriteFile(archive, call("POST", "/shards/0/snapshot/partial/create", string(manifest)), 0o600))
	must(mirror.UpdateFromSnapshot(ctx, archive, ""))
	_, err = mutable.Update(ctx, &api.DeletePoints{IDs: []api.PointID{api.NumID(3)}})
	must(err)

	// 5. Query both.
	for name, shard := range map[string]*edge.Shard{"mutable": mutable, "mirror": mirror} {
		hits, err := shard.Query(ctx, &api.QueryRequest{
			Query: &api.NearestQuery{Vector: api.DenseVector{2, 1}}, Limit: 3, WithPayload: api.WithPayload{Enable: true},
		})
		must(err)
		for _, hit := range hits {
			fmt.Println(name, hit.ID, hit.Score, string(hit.Payload))
		}
	}
	// Output:
	// mirror 3 3 {"new":true}
	// mirror 1 2 {}
	// mirror 2 1 {}
}
