package main

import (
	"bufio"
	"context"
	"os"
	"slices"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

func shardCreate(c *call) error {
	return c.open(func(path string, cfg *api.EdgeConfig) (*edge.Shard, error) {
		if cfg == nil {
			return nil, api.Errorf(api.InvalidArgument, "missing field \"config\"")
		}
		return edge.Create(path, cfg)
	})
}

func shardLoad(c *call) error {
	return c.open(func(path string, cfg *api.EdgeConfig) (*edge.Shard, error) { return edge.Load(path, cfg) })
}

func (c *call) open(open func(string, *api.EdgeConfig) (*edge.Shard, error)) error {
	a, err := c.arguments()
	if err != nil {
		return err
	}
	var cfg *api.EdgeConfig
	if len(a.Config) > 0 {
		if cfg, err = api.DecodeEdgeConfigJSON(a.Config); err != nil {
			return err
		}
	}
	s, err := open(a.Path, cfg)
	if err != nil {
		return err
	}
	c.opened(&entry{shard: s, reader: s.Reader})
	return nil
}

// opened answers with a new handle.
func (c *call) opened(e *entry) {
	c.handle = addHandle(e)
	c.out = strconv.AppendUint(append(c.out, `{"handle":`...), c.handle, 10)
	c.out = append(c.out, '}')
}

func shardClose(c *call) error { return closeHandle(c.handle) }

func shardFlush(c *call) error {
	return withShard(c.handle, func(s *edge.Shard) error { return s.Flush(context.Background()) })
}

func (c *call) updateOperation() (api.UpdateOperation, error) {
	floats := slices.Clone(c.floats)
	if c.columns {
		return api.DecodeUpsertColumns(c.body, floats)
	}
	return api.DecodeUpdateOperationArena(c.body, floats)
}

func shardUpdate(c *call) error {
	op, err := c.updateOperation()
	if err != nil {
		return err
	}
	return withShard(c.handle, func(s *edge.Shard) error {
		n, err := s.Update(context.Background(), op)
		c.out = strconv.AppendUint(append(c.out, `{"operation_id":`...), n, 10)
		c.out = append(c.out, `,"status":"completed"}`...)
		return err
	})
}

func shardQuery(c *call) error {
	req, err := c.queryRequest()
	if err != nil {
		return err
	}
	return withReader(c.handle, func(s edge.Reader) error {
		hits, err := s.Query(context.Background(), req)
		c.scored(hits)
		return err
	})
}

func shardSearch(c *call) error {
	req, err := api.DecodeSearchRequestArena(c.body, c.floats)
	if err != nil {
		return err
	}
	return withReader(c.handle, func(s edge.Reader) error {
		hits, err := s.Search(context.Background(), req)
		c.scored(hits)
		return err
	})
}

func shardScroll(c *call) error {
	req, err := scrollTexts.decode(c.body, api.DecodeScrollRequestJSON)
	if err != nil {
		return err
	}
	return withReader(c.handle, func(s edge.Reader) error {
		page, err := s.Scroll(context.Background(), req)
		if err != nil {
			return err
		}
		if c.packed {
			c.out = packRecords(c.out, page.Points, page.NextPageOffset)
		} else {
			c.out = page.AppendJSON(c.out)
		}
		return nil
	})
}

func shardCount(c *call) error {
	req, err := countTexts.decode(c.body, api.DecodeCountRequestJSON)
	if err != nil {
		return err
	}
	return withReader(c.handle, func(s edge.Reader) error {
		n, err := s.Count(context.Background(), req)
		c.out = strconv.AppendUint(append(c.out, `{"count":`...), n, 10)
		c.out = append(c.out, '}')
		return err
	})
}

func shardRetrieve(c *call) error {
	req, err := c.retrieveRequest()
	if err != nil {
		return err
	}
	return withReader(c.handle, func(s edge.Reader) error {
		found, err := s.Retrieve(context.Background(), req)
		if c.packed {
			c.out = packRecords(c.out, found, nil)
		} else {
			c.out = api.AppendListJSON(c.out, found, (*api.Record).AppendJSON)
		}
		return err
	})
}

func shardInfo(c *call) error {
	return withReader(c.handle, func(s edge.Reader) error {
		info, err := s.Info(context.Background())
		if err == nil {
			c.out = info.AppendJSON(c.out)
		}
		return err
	})
}

func shardConfig(c *call) error {
	return withReader(c.handle, func(s edge.Reader) error {
		c.out = s.Config().AppendJSON(c.out)
		return nil
	})
}

func shardManifest(c *call) error {
	return withShard(c.handle, func(s *edge.Shard) error {
		m, err := s.SnapshotManifest(context.Background())
		c.out = appendManifest(c.out, m)
		return err
	})
}

func shardUpdateFromSnapshot(c *call) error {
	a, err := c.arguments()
	if err != nil {
		return err
	}
	return withShard(c.handle, func(s *edge.Shard) error {
		return s.UpdateFromSnapshot(context.Background(), a.SnapshotPath, a.TmpDir)
	})
}

func unpackSnapshot(c *call) error {
	a, err := c.arguments()
	if err != nil {
		return err
	}
	return edge.UnpackSnapshot(a.SnapshotPath, a.TargetPath)
}

func shardWriteSnapshot(c *call) error {
	_, err := c.write(func(s *edge.Shard, w *bufio.Writer, _ *api.CallArgs) (bool, error) {
		return true, s.WriteSnapshot(context.Background(), w)
	})
	return err
}

func shardWritePartialSnapshot(c *call) error {
	changed, err := c.write(func(s *edge.Shard, w *bufio.Writer, a *api.CallArgs) (bool, error) {
		m, err := decodeManifest(a.Manifest)
		if err != nil {
			return false, err
		}
		return s.WritePartialSnapshot(context.Background(), w, m)
	})
	c.out = append(strconv.AppendBool(append(c.out, `{"changed":`...), changed), '}')
	return err
}

func shardOptimize(c *call) error {
	return withShard(c.handle, func(s *edge.Shard) error {
		optimized, err := s.Optimize(context.Background())
		c.out = append(strconv.AppendBool(append(c.out, `{"optimized":`...), optimized), '}')
		return err
	})
}

// write lets fn fill a new file, which is removed again when fn fails or has nothing to write.
func (c *call) write(fn func(*edge.Shard, *bufio.Writer, *api.CallArgs) (bool, error)) (changed bool, err error) {
	a, err := c.arguments()
	if err != nil {
		return false, err
	}
	err = withShard(c.handle, func(s *edge.Shard) error {
		f, err := os.OpenFile(a.Path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
		if err != nil {
			return api.Wrap(api.IO, err, "snapshot")
		}
		w := bufio.NewWriterSize(f, 1<<20)
		changed, err = fn(s, w, a)
		for _, step := range []func() error{w.Flush, f.Sync, f.Close} {
			if e := step(); err == nil && e != nil {
				err = api.Wrap(api.IO, e, "snapshot")
			}
		}
		if err != nil || !changed {
			_ = os.Remove(a.Path)
		}
		return err
	})
	return changed, err
}

func (c *call) scored(hits []api.ScoredPoint) {
	if c.packed {
		c.out = packScored(c.out, hits)
	} else {
		c.out = api.AppendListJSON(c.out, hits, (*api.ScoredPoint).AppendJSON)
	}
}

func appendManifest(dst []byte, m edge.Manifest) []byte { return append(dst, m...) }

func decodeManifest(raw []byte) (edge.Manifest, error) {
	if len(raw) == 0 {
		return nil, api.Errorf(api.InvalidArgument, "missing field \"manifest\"")
	}
	return edge.Manifest(raw), nil
}
