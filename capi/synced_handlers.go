package main

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edgesync"
)

func syncedOpen(c *call) error {
	a, err := c.arguments()
	if err != nil {
		return err
	}
	if len(a.Options) == 0 {
		a.Options = []byte("{}")
	}
	o, err := api.DecodeSyncedOptionsJSON(a.Options)
	if err != nil {
		return err
	}
	s, err := openSynced(a.Path, o)
	if err != nil {
		return err
	}
	c.opened(&entry{synced: s, reader: s.shard.Reader})
	return nil
}

func syncedClose(c *call) error { return closeSynced(c.handle) }

func syncedUpdate(c *call) error {
	op, err := c.updateOperation()
	if err != nil {
		return err
	}
	return c.numbered(func(s *synced) (uint64, error) { return s.shard.Update(s.current(), op) })
}

// numbered answers with the number of an operation.
func (c *call) numbered(run func(*synced) (uint64, error)) error {
	return withSynced(c.handle, func(s *synced) error {
		seq, err := run(s)
		c.out = strconv.AppendUint(append(c.out, `{"seq":`...), seq, 10)
		c.out = append(c.out, '}')
		return err
	})
}

func syncedFlush(c *call) error {
	return withSynced(c.handle, func(s *synced) error { return s.shard.Flush(context.Background()) })
}

func syncedPush(c *call) error { return c.transfer((*edgesync.SyncedShard).Push) }
func syncedPull(c *call) error { return c.transfer((*edgesync.SyncedShard).Pull) }
func syncedSync(c *call) error { return c.transfer((*edgesync.SyncedShard).Sync) }

func (c *call) transfer(run func(*edgesync.SyncedShard, context.Context) error) error {
	req := &api.TransferRequest{}
	if len(c.body) > 0 {
		var err error
		if req, err = api.DecodeTransferRequestJSON(c.body); err != nil {
			return err
		}
	}
	return withSynced(c.handle, func(s *synced) error {
		ctx, cancel := s.begin(req.Timeout)
		defer cancel()
		return transferred(ctx, run(s.shard, ctx))
	})
}

func syncedWaitSynced(c *call) error {
	req, err := api.DecodeWaitSyncedRequestJSON(c.body)
	if err != nil {
		return err
	}
	return withSynced(c.handle, func(s *synced) error {
		ctx, cancel := s.begin(req.Timeout)
		defer cancel()
		err := s.shard.WaitSynced(ctx, req.Seq)
		done := err == nil
		if ctx.Err() == context.DeadlineExceeded {
			err = nil
		}
		c.out = append(strconv.AppendBool(append(c.out, `{"synced":`...), done), '}')
		return err
	})
}

func syncedPending(c *call) error {
	return withSynced(c.handle, func(s *synced) error {
		n, bytes := s.shard.Pending()
		c.out = strconv.AppendInt(append(c.out, `{"operations":`...), int64(n), 10)
		c.out = append(strconv.AppendInt(append(c.out, `,"bytes":`...), int64(bytes), 10), '}')
		return nil
	})
}

func syncedDeadLetters(c *call) error {
	return withSynced(c.handle, func(s *synced) error {
		c.out = append(c.out, '[')
		for i, d := range s.shard.DeadLetters() {
			if i > 0 {
				c.out = append(c.out, ',')
			}
			reason, err := json.Marshal(d.Reason)
			if err != nil {
				return err
			}
			c.out = strconv.AppendUint(append(c.out, `{"id":`...), d.ID, 10)
			c.out = strconv.AppendUint(append(c.out, `,"seq":`...), d.Seq, 10)
			c.out = append(append(c.out, `,"reason":`...), reason...)
			c.out = append(api.AppendUpdateOperationJSON(append(c.out, `,"operation":`...), d.Op), '}')
		}
		c.out = append(c.out, ']')
		return nil
	})
}

func syncedRequeue(c *call) error {
	req, err := api.DecodeDeadLetterRequestJSON(c.body)
	if err != nil {
		return err
	}
	return c.numbered(func(s *synced) (uint64, error) { return s.shard.Requeue(req.ID) })
}

func syncedDiscard(c *call) error {
	req, err := api.DecodeDeadLetterRequestJSON(c.body)
	if err != nil {
		return err
	}
	return withSynced(c.handle, func(s *synced) error { return s.shard.Discard(req.ID) })
}

func syncedStatus(c *call) error {
	return c.described(func(s *synced) (any, error) { return s.shard.Status(), nil })
}

func syncedMetrics(c *call) error {
	return c.described(func(s *synced) (any, error) { return s.shard.Metrics(), nil })
}

func syncedPointStates(c *call) error {
	req, err := api.DecodePointStatesRequestJSON(c.body)
	if err != nil {
		return err
	}
	return c.described(func(s *synced) (any, error) { return s.shard.PointStates(req.IDs...) })
}

// described answers with the JSON of a value.
func (c *call) described(run func(*synced) (any, error)) error {
	return withSynced(c.handle, func(s *synced) error {
		v, err := run(s)
		if err != nil {
			return err
		}
		out, err := json.Marshal(v)
		c.out = append(c.out, out...)
		return err
	})
}

func syncedStart(c *call) error {
	return withSynced(c.handle, func(s *synced) error { return s.shard.Start() })
}

func syncedStop(c *call) error {
	return withSynced(c.handle, func(s *synced) error { s.shard.Stop(); return nil })
}

func syncedCancel(c *call) error {
	return withSynced(c.handle, func(s *synced) error { s.interrupt(); return nil })
}

func syncedSetKey(c *call) error {
	req, err := api.DecodeAPIKeyRequestJSON(c.body)
	if err != nil {
		return err
	}
	return withSynced(c.handle, func(s *synced) error { s.setKey(req.APIKey); return nil })
}

func syncedReset(c *call) error {
	req, err := api.DecodeResetRequestJSON(c.body)
	if err != nil {
		return err
	}
	return withSynced(c.handle, func(s *synced) error {
		ctx, cancel := s.begin(0)
		defer cancel()
		return s.shard.Reset(ctx, edgesync.ResetMode(req.Mode))
	})
}

func syncedVerify(c *call) error {
	return c.described(func(s *synced) (any, error) { return s.shard.Verify(s.current()) })
}

func syncedBackup(c *call) error {
	a, err := c.arguments()
	if err != nil {
		return err
	}
	return withSynced(c.handle, func(s *synced) error { return s.shard.Backup(s.current(), a.Path) })
}

func syncedRestore(c *call) error {
	a, err := c.arguments()
	if err != nil {
		return err
	}
	return edgesync.Restore(context.Background(), a.Path, a.TargetPath)
}
