package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

const snapshots = "../fixtures/server-1.19.0"

// shard is a directory with at most one open shard, driven by steps.
type shard struct {
	path string
	s    *edge.Shard
}

// newShard names a directory in memory where that is possible: the disk would be most of the time.
func newShard(t *testing.T) *shard {
	dir, err := os.MkdirTemp("/dev/shm", "conformance")
	if err != nil {
		dir = t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return &shard{path: filepath.Join(dir, "shard")}
}

func (s *shard) end() {
	if s.s != nil {
		_ = s.s.Close()
	}
	_ = os.RemoveAll(s.path)
}

var errNone = fmt.Errorf("no shard")

// run answers a step as the C library would.
func (s *shard) run(do string, ask []byte) ([]byte, error) {
	if step, ok := lives[do]; ok {
		return nil, step(s, ask)
	}
	if do == "bm25" {
		return bm25(ask)
	}
	if s.s == nil {
		return nil, errNone
	}
	read, ok := asked[do]
	if !ok {
		return nil, fmt.Errorf("unknown step %q", do)
	}
	return read(s, ask)
}

var lives = map[string]func(*shard, []byte) error{
	"create":       func(s *shard, ask []byte) error { return s.open(edge.Create, s.path, ask, true) },
	"create_again": func(s *shard, ask []byte) error { return (&shard{}).open(edge.Create, s.path, ask, true) },
	"load":         func(s *shard, ask []byte) error { return s.open(edge.Load, s.path, ask, false) },
	"load_missing": func(s *shard, ask []byte) error {
		return s.open(edge.Load, filepath.Join(s.path, "nowhere"), nil, false)
	},
	"open_twice": func(s *shard, _ []byte) error { return (&shard{}).open(edge.Load, s.path, nil, false) },
	"unpack": func(s *shard, ask []byte) error {
		name, err := s.snapshot(ask)
		if err == nil {
			err = edge.UnpackSnapshot(name, s.path)
		}
		if err != nil {
			return err
		}
		return s.open(edge.Load, s.path, nil, false)
	},
}

func (s *shard) open(open func(string, *api.EdgeConfig, ...edge.Option) (*edge.Shard, error), path string, ask []byte, needs bool) error {
	var cfg *api.EdgeConfig
	var err error
	if len(ask) > 0 || needs {
		if cfg, err = api.DecodeEdgeConfigJSON(ask); err != nil {
			return err
		}
	}
	opened, err := open(path, cfg)
	if err == nil {
		s.s = opened
	}
	return err
}

// snapshot is the file of a snapshot, or of the first part of it.
func (s *shard) snapshot(ask []byte) (string, error) {
	var r struct {
		Snapshot string
		Part     int
	}
	if err := json.Unmarshal(ask, &r); err != nil {
		return "", err
	}
	given := filepath.Join(snapshots, r.Snapshot)
	if r.Part == 0 {
		return given, nil
	}
	data, err := os.ReadFile(given)
	if err != nil {
		return "", err
	}
	cut := filepath.Join(filepath.Dir(s.path), "cut.tar")
	return cut, os.WriteFile(cut, data[:r.Part], 0o600)
}

// typed decodes a request, asks and encodes the answer.
func typed[R any, A any](decode func([]byte) (*R, error), ask func(*edge.Shard, *R) (A, error), encode func(A) []byte) func(*shard, []byte) ([]byte, error) {
	return func(s *shard, raw []byte) ([]byte, error) {
		req, err := decode(raw)
		if err != nil {
			return nil, err
		}
		answer, err := ask(s.s, req)
		if err != nil {
			return nil, err
		}
		return encode(answer), nil
	}
}

func silent(fn func(s *shard, ask []byte) error) func(*shard, []byte) ([]byte, error) {
	return func(s *shard, ask []byte) ([]byte, error) { return nil, fn(s, ask) }
}

func hits(found []api.ScoredPoint) []byte {
	return api.AppendListJSON(nil, found, (*api.ScoredPoint).AppendJSON)
}

var ctx = context.Background()

var asked = map[string]func(*shard, []byte) ([]byte, error){
	"close": silent(func(s *shard, _ []byte) error { return s.s.Close() }),
	"flush": silent(func(s *shard, _ []byte) error { return s.s.Flush(ctx) }),
	"optimize": func(s *shard, _ []byte) ([]byte, error) {
		done, err := s.s.Optimize(ctx)
		return fmt.Append(nil, done), err
	},
	"update": silent(func(s *shard, ask []byte) error {
		op, err := api.DecodeUpdateOperationJSON(ask)
		if err == nil {
			_, err = s.s.Update(ctx, op)
		}
		return err
	}),
	"apply": silent(func(s *shard, ask []byte) error {
		name, err := s.snapshot(ask)
		if err == nil {
			err = s.s.UpdateFromSnapshot(ctx, name, "")
		}
		return err
	}),
	"query": typed(api.DecodeQueryRequestJSON, func(s *edge.Shard, r *api.QueryRequest) ([]api.ScoredPoint, error) { return s.Query(ctx, r) }, hits),
	"search": typed(api.DecodeSearchRequestJSON, func(s *edge.Shard, r *api.SearchRequest) ([]api.ScoredPoint, error) { return s.Search(ctx, r) },
		hits),
	"query_batch": typed(api.DecodeQueryBatchRequestJSON, func(s *edge.Shard, r *api.QueryBatchRequest) ([][]api.ScoredPoint, error) {
		return s.QueryBatch(ctx, r)
	},
		func(found [][]api.ScoredPoint) []byte {
			return api.AppendListJSON(nil, found, func(one *[]api.ScoredPoint, dst []byte) []byte { return append(dst, hits(*one)...) })
		}),
	"query_groups": typed(api.DecodeQueryGroupsRequestJSON, func(s *edge.Shard, r *api.QueryGroupsRequest) (*api.GroupsResult, error) {
		return s.QueryGroups(ctx, r)
	},
		func(r *api.GroupsResult) []byte { return r.AppendJSON(nil) }),
	"matrix_pairs": typed(api.DecodeSearchMatrixRequestJSON, func(s *edge.Shard, r *api.SearchMatrixRequest) (*api.SearchMatrixPairsResponse, error) {
		return s.SearchMatrixPairs(ctx, r)
	}, func(r *api.SearchMatrixPairsResponse) []byte {
		return api.AppendListJSON(nil, r.Pairs, (*api.SearchMatrixPair).AppendJSON)
	}),
	"matrix_offsets": typed(api.DecodeSearchMatrixRequestJSON, func(s *edge.Shard, r *api.SearchMatrixRequest) ([]api.SearchMatrixPair, error) {
		m, err := s.SearchMatrixOffsets(ctx, r)
		if err != nil {
			return nil, err
		}
		var pairs []api.SearchMatrixPair
		for i, a := range m.OffsetsRow {
			pairs = append(pairs, api.SearchMatrixPair{A: m.IDs[a], B: m.IDs[m.OffsetsCol[i]], Score: m.Scores[i]})
		}
		return pairs, nil
	}, func(pairs []api.SearchMatrixPair) []byte {
		return api.AppendListJSON(nil, pairs, (*api.SearchMatrixPair).AppendJSON)
	}),
	"scroll": typed(api.DecodeScrollRequestJSON, func(s *edge.Shard, r *api.ScrollRequest) (*api.ScrollResult, error) { return s.Scroll(ctx, r) },
		func(r *api.ScrollResult) []byte { return r.AppendJSON(nil) }),
	"count": typed(api.DecodeCountRequestJSON, func(s *edge.Shard, r *api.CountRequest) (uint64, error) { return s.Count(ctx, r) },
		func(n uint64) []byte { return fmt.Appendf(nil, `{"count":%d}`, n) }),
	"facet": typed(api.DecodeFacetRequestJSON, func(s *edge.Shard, r *api.FacetRequest) (*api.FacetResponse, error) { return s.Facet(ctx, r) },
		func(r *api.FacetResponse) []byte { return r.AppendJSON(nil) }),
	"retrieve": typed(api.DecodeRetrieveRequestJSON, func(s *edge.Shard, r *api.RetrieveRequest) ([]api.Record, error) { return s.Retrieve(ctx, r) },
		func(found []api.Record) []byte { return api.AppendListJSON(nil, found, (*api.Record).AppendJSON) }),
	"info": func(s *shard, _ []byte) ([]byte, error) {
		info, err := s.s.Info(ctx)
		if err != nil {
			return nil, err
		}
		return info.AppendJSON(nil), nil
	},
	"indexed": func(s *shard, _ []byte) ([]byte, error) {
		info, err := s.s.Info(ctx)
		if err != nil {
			return nil, err
		}
		return fmt.Appendf(nil, `{"count":%d}`, info.IndexedVectorsCount), nil
	},
	"config": func(s *shard, _ []byte) ([]byte, error) {
		return os.ReadFile(filepath.Join(s.path, "edge_config.json"))
	},
	"manifest": func(s *shard, _ []byte) ([]byte, error) {
		m, err := s.s.SnapshotManifest(ctx)
		if err != nil {
			return nil, err
		}
		var segments map[string]any
		err = json.Unmarshal(m, &segments)
		return fmt.Appendf(nil, `{"segments":%d}`, len(segments)), err
	},
}

func bm25(ask []byte) ([]byte, error) {
	req, err := api.DecodeBm25EmbedRequestJSON(ask)
	if err != nil {
		return nil, err
	}
	var cfg *api.Bm25Config
	if len(req.Config) > 0 {
		if cfg, err = api.DecodeBm25ConfigJSON(req.Config); err != nil {
			return nil, err
		}
	}
	model, err := edge.NewBm25(cfg)
	if err != nil {
		return nil, err
	}
	e := api.Bm25Embedding{Vector: model.EmbedDocument(req.Text)}
	if req.Query {
		e.Vector = model.EmbedQuery(req.Text)
	}
	var out struct{ Vector json.RawMessage }
	err = json.Unmarshal(e.AppendJSON(nil), &out)
	return out.Vector, err
}
