package main

import (
	"encoding/json"
	"math"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edgesync"
	"github.com/qdrant-edge-go/edge/core/edgesync/remote"
)

// options are those of the shard.
func (s *synced) options(o *api.SyncedOptions) edgesync.Options {
	return edgesync.Options{
		Config:          o.Config,
		NoSync:          o.NoSync,
		MaxPending:      int(o.MaxPending),
		MaxPendingBytes: int(min(o.MaxPendingBytes, math.MaxInt)),
		WhenFull:        edgesync.FullPolicy(o.WhenFull),
		Conflicts:       edgesync.ConflictPolicy(o.Conflicts),
		DiskReserve:     int64(min(o.DiskReserve, math.MaxInt64)),
		BatchOperations: int(o.BatchOperations),
		BatchBytes:      int(o.BatchBytes),
		Interval:        seconds(o.Interval),
		PushDelay:       seconds(o.PushDelay),
		Retry:           retry(o.Retry),
		Gate:            s.hooks.open,
		Progress:        s.hooks.event,
	}
}

// server are the options of the client.
func (s *synced) server(o *api.SyncedOptions) (*remote.Options, error) {
	headers, err := decodeHeaders(o.Headers)
	if err != nil {
		return nil, err
	}
	r := &remote.Options{
		URL: o.URL, Collection: o.Collection, ShardKey: o.ShardKey, GRPC: o.GRPC, Token: s.token, Headers: headers,
		AllowPlaintext: o.AllowPlaintext, Full: remote.FullMode(o.FullSnapshots),
		ConnectTime: seconds(o.ConnectTimeout), IdleTime: seconds(o.IdleTimeout), CallTime: seconds(o.CallTimeout), PrepareTime: seconds(o.PrepareTimeout),
		MaxRequest: int(o.MaxRequestBytes), MaxArchive: int64(min(o.MaxArchiveBytes, math.MaxInt64)), BytesPerSec: int64(min(o.BytesPerSecond, math.MaxInt64)),
		Retry: retry(o.Retry),
	}
	if t := o.TLS; t != nil {
		r.TLS = remote.TLSOptions{RootCAs: []byte(t.CA), Cert: []byte(t.Cert), Key: []byte(t.Key), ServerName: t.ServerName, Pins: t.Pins}
	}
	return r, nil
}

func decodeHeaders(raw []byte) (headers map[string]string, err error) {
	if len(raw) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(raw, &headers); err != nil {
		return nil, api.Errorf(api.InvalidArgument, "headers must be an object of strings") // the error would repeat a value, which may be secret
	}
	return headers, nil
}

func retry(r *api.SyncedRetry) remote.Backoff {
	if r == nil {
		return remote.Backoff{}
	}
	return remote.Backoff{Base: seconds(r.Base), Max: seconds(r.Max), Attempts: int(r.Attempts)}
}
