package remote

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/api"
)

type collectionInfo struct {
	Status      string
	PointsCount uint64          `json:"points_count"`
	Config      json.RawMessage `json:"config"`
}

type collectionConfig struct {
	Params struct {
		ShardNumber uint32 `json:"shard_number"`
	}
	Metadata json.RawMessage
}

type clusterInfo struct {
	PeerID json.Number `json:"peer_id"`
	Local  []shardInfo `json:"local_shards"`
	Remote []shardInfo `json:"remote_shards"`
}

type shardInfo struct {
	ID  uint32          `json:"shard_id"`
	Key json.RawMessage `json:"shard_key"`
}

// Info describes the collection; Exists is false, with no error, when there is none.
func (c *Client) Info(ctx context.Context) (*Info, error) {
	raw, err := c.call(ctx, http.MethodGet, c.path(""), nil)
	if kindIs(err, Identity) {
		return &Info{}, nil
	}
	if err != nil {
		return nil, err
	}
	var found collectionInfo
	var config collectionConfig
	if json.Unmarshal(raw, &found) != nil || json.Unmarshal(found.Config, &config) != nil {
		return nil, &Error{Kind: Retryable, Msg: "the description of the collection is not a server's"}
	}
	info := &Info{Exists: true, Config: found.Config, Points: found.PointsCount, Status: found.Status}
	if string(config.Metadata) != "null" {
		info.Metadata = config.Metadata
	}
	if err := c.topology(ctx, info, config.Params.ShardNumber); err != nil {
		return nil, err
	}
	info.Version, err = c.version(ctx)
	return info, err
}

// topology fills in the shards and the peer. A key that may not see the cluster leaves what the configuration tells.
func (c *Client) topology(ctx context.Context, info *Info, shards uint32) error {
	raw, err := c.call(ctx, http.MethodGet, c.path("/cluster"), nil)
	if err != nil && (!kindIs(err, Auth, Permanent) || c.opts.ShardKey != "") {
		return err
	}
	var cluster clusterInfo
	if err == nil && json.Unmarshal(raw, &cluster) != nil {
		return &Error{Kind: Retryable, Msg: "the description of the cluster is not a server's"}
	}
	info.Peer = cluster.PeerID.String()
	for _, s := range append(cluster.Local, cluster.Remote...) {
		if c.opts.ShardKey == "" || sameKey(s.Key, c.opts.ShardKey) {
			info.Shards = append(info.Shards, s.ID)
		}
	}
	if len(info.Shards) == 0 && c.opts.ShardKey != "" {
		return &Error{Kind: Identity, Msg: "the collection has no shard of the shard key"}
	}
	for id := uint32(0); len(info.Shards) == 0 && id < shards; id++ {
		info.Shards = append(info.Shards, id)
	}
	slices.Sort(info.Shards)
	info.Shards = slices.Compact(info.Shards)
	return nil
}

// sameKey compares a shard key of a server, a string or a number, with the configured one.
func sameKey(raw json.RawMessage, want string) bool {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text == want
	}
	return string(raw) == want
}

// version is that of the server; proxies may hide it.
func (c *Client) version(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.opts.CallTime, ErrTimeout)
	defer cancel()
	resp, err := c.send(ctx, http.MethodGet, "/", nil, nil)
	if err != nil {
		return "", err
	}
	defer drop(resp)
	var root struct{ Version string }
	if resp.StatusCode == http.StatusOK {
		if raw, err := c.answer(ctx, resp); err == nil {
			_ = json.Unmarshal(raw, &root) // a page without a version has none
		}
	}
	return root.Version, nil
}

// Retrieve returns the points that exist, with payload. It asks by REST: gRPC rounds large integers of payloads.
func (c *Client) Retrieve(ctx context.Context, ids []api.PointID, withVector bool) ([]api.Record, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	body := appendIDs([]byte(`{"ids":`), ids)
	body = append(body, `,"with_payload":true,"with_vector":`...)
	body = append(strconv.AppendBool(body, withVector), '}')
	if c.opts.ShardKey != "" {
		body = withShardKey(body, c.opts.ShardKey)
	}
	raw, err := c.call(ctx, http.MethodPost, c.path("/points"), body)
	if err != nil {
		return nil, err
	}
	return decodeRecords(raw)
}

// decodeRecords reads points; what they carry beside id, payload and vectors is passed over.
func decodeRecords(raw []byte) ([]api.Record, error) {
	var list []struct {
		ID      json.RawMessage `json:"id"`
		Payload json.RawMessage `json:"payload,omitempty"`
		Vector  json.RawMessage `json:"vector,omitempty"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, &Error{Kind: Retryable, Msg: "the points are not a server's", Err: err}
	}
	records := make([]api.Record, len(list))
	for i, item := range list {
		known, err := json.Marshal(item)
		if err != nil {
			return nil, &Error{Kind: Retryable, Msg: "the points are not a server's", Err: err}
		}
		record, err := api.DecodeRecordJSON(known)
		if err != nil {
			return nil, &Error{Kind: Permanent, Msg: "a point of the server cannot be read", Err: err}
		}
		records[i] = *record
	}
	return records, nil
}

// Mark sets a key of the metadata of the collection; the server merges it into the others.
func (c *Client) Mark(ctx context.Context, key, value string) error {
	body, err := json.Marshal(map[string]any{"metadata": map[string]string{key: value}})
	if err != nil {
		return &Error{Kind: Permanent, Msg: "metadata", Err: err}
	}
	result, err := c.call(ctx, http.MethodPatch, c.path(""), body)
	if kindIs(err, Permanent) {
		return errors.Join(ErrUnsupported, err)
	}
	if err == nil && string(result) != "true" {
		return &Error{Kind: Retryable, Msg: "the server has not set the metadata"}
	}
	return err
}
