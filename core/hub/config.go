package hub

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/qdrant-edge-go/edge/core/api"
)

// shardConfig turns the body of a create call into the configuration of the shard.
func shardConfig(params map[string]json.RawMessage) (*api.EdgeConfig, error) {
	shard := map[string]json.RawMessage{"vectors": namedVectors(params["vectors"])}
	for _, key := range []string{"sparse_vectors", "on_disk_payload", "quantization_config"} {
		if v, ok := params[key]; ok {
			shard[key] = v
		}
	}
	if raw, ok := params["hnsw_config"]; ok {
		hnsw, err := merged(defaultHnsw, raw)
		if err != nil {
			return nil, err
		}
		shard["hnsw_config"] = hnsw
	}
	raw, err := json.Marshal(shard)
	if err != nil {
		return nil, err
	}
	return api.DecodeEdgeConfigJSON(raw)
}

// namedVectors gives a single unnamed vector its name, the empty one.
func namedVectors(raw json.RawMessage) json.RawMessage {
	var single struct {
		Size *json.Number `json:"size"`
	}
	switch err := json.Unmarshal(raw, &single); {
	case len(raw) == 0:
		return json.RawMessage("{}")
	case err == nil && single.Size != nil:
		return json.RawMessage(`{"":` + string(raw) + `}`)
	}
	return raw
}

const (
	defaultHnsw      = `{"m":16,"ef_construct":100,"full_scan_threshold":10000,"max_indexing_threads":0,"on_disk":false}`
	defaultOptimizer = `{"deleted_threshold":0.2,"vacuum_min_vector_number":1000,"default_segment_number":0,"max_segment_size":null,` +
		`"memmap_threshold":null,"indexing_threshold":10000,"flush_interval_sec":1,"max_optimization_threads":null,"prevent_unoptimized":null}`
	defaultWal = `{"wal_capacity_mb":32,"wal_segments_ahead":0,"wal_retain_closed":1}`
)

// merged lays the non-null keys of over onto the defaults, in the order of the defaults.
func merged(defaults string, over json.RawMessage) (json.RawMessage, error) {
	if len(over) == 0 {
		return json.RawMessage(defaults), nil
	}
	given := map[string]json.RawMessage{}
	if err := json.Unmarshal(over, &given); err != nil {
		return nil, err
	}
	base := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(defaults), &base); err != nil {
		return nil, err
	}
	for key, value := range given {
		if string(value) != "null" {
			base[key] = value
		}
	}
	return json.Marshal(base)
}

// paramsReport is `config.params` of the info call, in a server's order.
type paramsReport struct {
	Vectors                json.RawMessage `json:"vectors,omitempty"`
	ShardNumber            int             `json:"shard_number"`
	ReplicationFactor      int             `json:"replication_factor"`
	WriteConsistencyFactor int             `json:"write_consistency_factor"`
	OnDiskPayload          json.RawMessage `json:"on_disk_payload"`
	SparseVectors          json.RawMessage `json:"sparse_vectors,omitempty"`
}

type configReport struct {
	Params             paramsReport    `json:"params"`
	HnswConfig         json.RawMessage `json:"hnsw_config"`
	OptimizerConfig    json.RawMessage `json:"optimizer_config"`
	WalConfig          json.RawMessage `json:"wal_config"`
	QuantizationConfig json.RawMessage `json:"quantization_config"`
	Metadata           json.RawMessage `json:"metadata,omitempty"`
}

type infoReport struct {
	Status              string          `json:"status"`
	OptimizerStatus     string          `json:"optimizer_status"`
	IndexedVectorsCount uint64          `json:"indexed_vectors_count"`
	PointsCount         uint64          `json:"points_count"`
	SegmentsCount       uint64          `json:"segments_count"`
	Config              configReport    `json:"config"`
	PayloadSchema       json.RawMessage `json:"payload_schema"`
	UpdateQueue         struct {
		Length int `json:"length"`
	} `json:"update_queue"`
}

func (c *collection) info(r *http.Request) ([]byte, error) {
	info, err := c.shard.Info(r.Context())
	if err != nil {
		return nil, err
	}
	config, err := c.configReport()
	if err != nil {
		return nil, err
	}
	schema, err := schemaOf(info)
	if err != nil {
		return nil, err
	}
	return json.Marshal(infoReport{
		Status: "green", OptimizerStatus: "ok",
		IndexedVectorsCount: info.IndexedVectorsCount, PointsCount: info.PointsCount, SegmentsCount: info.SegmentsCount,
		Config: config, PayloadSchema: schema,
	})
}

func (c *collection) configReport() (configReport, error) {
	params := c.parameters()
	report := configReport{
		Params: paramsReport{
			Vectors: params["vectors"], ShardNumber: 1, ReplicationFactor: 1, WriteConsistencyFactor: 1,
			OnDiskPayload: orDefault(params["on_disk_payload"], "true"), SparseVectors: params["sparse_vectors"],
		},
		QuantizationConfig: orDefault(params["quantization_config"], "null"),
		Metadata:           params["metadata"],
	}
	for _, part := range []struct {
		into     *json.RawMessage
		defaults string
		key      string
	}{
		{&report.HnswConfig, defaultHnsw, "hnsw_config"},
		{&report.OptimizerConfig, defaultOptimizer, "optimizers_config"},
		{&report.WalConfig, defaultWal, "wal_config"},
	} {
		value, err := merged(part.defaults, params[part.key])
		if err != nil {
			return report, api.Wrap(api.Corrupt, err, "%s of collection %q", part.key, c.name)
		}
		*part.into = value
	}
	return report, nil
}

func orDefault(raw json.RawMessage, text string) json.RawMessage {
	if len(bytes.TrimSpace(raw)) == 0 {
		return json.RawMessage(text)
	}
	return raw
}

// cluster reports the single local shard; the peer id is fixed, as there is one peer.
func (c *collection) cluster(r *http.Request) ([]byte, error) {
	info, err := c.shard.Info(r.Context())
	if err != nil {
		return nil, err
	}
	type local struct {
		ShardID     int    `json:"shard_id"`
		PointsCount uint64 `json:"points_count"`
		State       string `json:"state"`
	}
	return json.Marshal(struct {
		PeerID         uint64   `json:"peer_id"`
		ShardCount     int      `json:"shard_count"`
		LocalShards    []local  `json:"local_shards"`
		RemoteShards   []string `json:"remote_shards"`
		ShardTransfers []string `json:"shard_transfers"`
	}{1, 1, []local{{0, info.PointsCount, "Active"}}, []string{}, []string{}})
}
