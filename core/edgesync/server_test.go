package edgesync

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
)

// server is a collection in this process: shards that answer as a server does. Its fault runs before each call.
type server struct {
	shards []*edge.Shard
	fault  func(call string) error
	refuse func(op api.UpdateOperation) *remote.Error // judged before an operation is applied
	full   int                                        // full snapshots sent
	parts  int                                        // partial ones

	marks   map[string]string // metadata; nil is a server that has none
	config  string            // as the collection's configuration tells it; "" tells nothing
	version string
	peer    string
	gone    bool // the collection does not exist
}

func newServer(t *testing.T, shards int) *server {
	s := &server{}
	for range shards {
		sh, err := edge.Create(memory(t), config())
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, sh.Close()) })
		s.shards = append(s.shards, sh)
	}
	return s
}

// memory is a directory that costs no disk time, where there is one.
func memory(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "edgesync-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// config has two dense vectors and a sparse one with idf.
func config() *api.EdgeConfig {
	idf := api.ModifierIdf
	return &api.EdgeConfig{
		Vectors: []api.NamedVectorParams{
			{Name: "", Params: &api.VectorParams{Size: 4, Distance: api.DistanceEuclid}},
			{Name: "img", Params: &api.VectorParams{Size: 3, Distance: api.DistanceCosine}}},
		SparseVectors: []api.NamedSparseVectorParams{{Name: "text", Params: &api.SparseVectorParams{Modifier: &idf}}},
	}
}

func (s *server) ask(call string) error {
	if s.fault != nil {
		return s.fault(call)
	}
	return nil
}

func (s *server) Info(ctx context.Context) (*remote.Info, error) {
	if err := s.ask("info"); err != nil {
		return nil, err
	}
	if s.gone {
		return &remote.Info{}, nil
	}
	info := &remote.Info{Exists: true, Status: "green", Version: s.version, Peer: s.peer, Config: json.RawMessage(s.config)}
	if s.marks != nil {
		info.Metadata, _ = json.Marshal(s.marks)
	}
	for i, sh := range s.shards {
		got, err := sh.Info(ctx)
		if err != nil {
			return nil, err
		}
		info.Points += got.PointsCount
		info.Shards = append(info.Shards, uint32(i))
	}
	return info, nil
}

// home is the shard that has a point.
func (s *server) home(id api.PointID) int {
	return len(id.String()) % len(s.shards)
}

func (s *server) Apply(ctx context.Context, ops []api.UpdateOperation) error {
	if err := s.ask("apply"); err != nil {
		return err
	}
	for i, op := range ops {
		if s.refuse != nil {
			if e := s.refuse(op); e != nil {
				e.Done = i
				return e
			}
		}
		if err := s.apply(ctx, op); err != nil {
			kind := remote.Permanent
			if api.KindOf(err) == api.NotFound {
				kind = remote.NotFound
			}
			return &remote.Error{Kind: kind, Msg: err.Error(), Done: i}
		}
	}
	return nil
}

func (s *server) apply(ctx context.Context, op api.UpdateOperation) error {
	if len(s.shards) == 1 {
		_, err := s.shards[0].Update(ctx, op)
		return err
	}
	if up, ok := op.(*api.UpsertPoints); ok {
		for i := range up.Points {
			p := *up
			p.Points = up.Points[i : i+1]
			if _, err := s.shards[s.home(up.Points[i].ID)].Update(ctx, &p); err != nil {
				return err
			}
		}
		return nil
	}
	for _, sh := range s.shards {
		if _, err := sh.Update(ctx, op); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) Retrieve(ctx context.Context, ids []api.PointID, withVector bool) (all []api.Record, err error) {
	for _, sh := range s.shards {
		got, err := sh.Retrieve(ctx, &api.RetrieveRequest{IDs: ids, WithPayload: api.WithPayload{Enable: true}, WithVector: api.WithVector{Enable: withVector}})
		if err != nil {
			return nil, err
		}
		all = append(all, got...)
	}
	return all, nil
}

func (s *server) Snapshot(ctx context.Context, shard uint32, manifest []byte) (*remote.Download, error) {
	if err := s.ask("snapshot"); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	sh := s.shards[shard]
	if manifest == nil {
		s.full++
		if err := sh.WriteSnapshot(ctx, &b); err != nil {
			return nil, err
		}
	} else {
		s.parts++
		changed, err := sh.WritePartialSnapshot(ctx, &b, manifest)
		if err != nil {
			return nil, err
		}
		if !changed {
			return nil, remote.ErrNotModified
		}
	}
	return &remote.Download{ReadCloser: io.NopCloser(&b), Size: -1}, nil
}

func (s *server) Mark(_ context.Context, key, value string) error {
	if s.marks == nil {
		return remote.ErrUnsupported
	}
	s.marks[key] = value
	return nil
}

// point makes a point whose vectors and payload depend on its number and revision.
func point(n, rev int) api.Point {
	f := float32(n%17) + float32(rev)/8
	return api.Point{ID: api.NumID(uint64(n)), Vector: api.VectorStruct{
		{Name: "", Vector: api.DenseVector{f, 1, -f, float32(rev)}},
		{Name: "img", Vector: api.DenseVector{1, f, float32(n % 5)}},
		{Name: "text", Vector: api.SparseVector{Indices: []uint32{uint32(n % 3), uint32(10 + rev%4)}, Values: []float32{1, 0.5}}},
	}, Payload: api.Payload(fmt.Sprintf(`{"group":"g%d","rev":%d,"n":%d}`, n%4, rev, n))}
}
