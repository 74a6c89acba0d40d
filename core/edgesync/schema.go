package edgesync

import (
	"maps"
	"slices"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// followSchema gives the overlay the payload indexes that a mirror has and it lacks: what asks an index then finds the local points too. The
// server has them already, so they are logged for this side alone. The caller holds mu.
func (s *SyncedShard) followSchema(b *shard.Base) error {
	if b == nil {
		return nil
	}
	theirs, err := b.Schema()
	if err != nil {
		return err
	}
	ours, err := s.over.OwnSchema()
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, x := range ours {
		have[x.Key] = true
	}
	for _, x := range theirs {
		if have[x.Key] {
			continue
		}
		raw := []byte(x.Info.Params)
		if raw == nil {
			raw = strconv.AppendQuote(nil, x.Info.DataType)
		}
		schema, err := api.DecodePayloadFieldSchemaJSON(raw)
		if err != nil {
			continue // a kind of index that a later server has: queries do without
		}
		if err := s.applyLocal(&api.CreateIndex{FieldName: x.Key, FieldSchema: schema}); err != nil {
			return err
		}
	}
	return nil
}

// followNames gives the overlay the named vectors that a mirror has and it lacks, and takes away those that the mirror before had and this one has not,
// unless they were made here again. The caller holds mu.
func (s *SyncedShard) followNames(before, b *shard.Base) error {
	if b == nil {
		return nil
	}
	ours, theirs := vectorConfigs(s.over.Config()), vectorConfigs(b.Config())
	for _, name := range slices.Sorted(maps.Keys(theirs)) {
		if ours[name] == nil {
			if err := s.applyLocal(&api.CreateVectorName{VectorName: name, Config: theirs[name]}); err != nil {
				return err
			}
		}
	}
	if before == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(vectorConfigs(before.Config()))) {
		if ours[name] != nil && theirs[name] == nil && s.box.named[name] <= s.cur.Cut {
			if err := s.applyLocal(&api.DeleteVectorName{VectorName: name}); err != nil {
				return err
			}
		}
	}
	return nil
}

// vectorConfigs is what never changes of each vector.
func vectorConfigs(c *api.EdgeConfig) map[string]api.VectorNameConfig {
	m := map[string]api.VectorNameConfig{}
	for _, v := range c.Vectors {
		m[v.Name] = &api.DenseVectorConfig{Size: v.Params.Size, Distance: v.Params.Distance, MultivectorConfig: v.Params.MultivectorConfig, Datatype: v.Params.Datatype}
	}
	for _, v := range c.SparseVectors {
		config := &api.SparseVectorConfig{}
		if v.Params != nil {
			config.Modifier, config.Datatype = v.Params.Modifier, v.Params.Datatype
		}
		m[v.Name] = config
	}
	return m
}

// applyLocal logs an operation of this side alone and applies it.
func (s *SyncedShard) applyLocal(op api.UpdateOperation) error {
	n, err := s.log.Append(kindLocal, api.AppendUpdateOperationCBOR(nil, op))
	if err != nil {
		return err
	}
	return s.over.ApplyLogged(n, nil, op)
}

// decodeLocal reads what applyLocal logged.
func decodeLocal(data []byte) (api.UpdateOperation, error) {
	op, err := api.DecodeUpdateOperationCBOR(data)
	return op, api.Wrap(api.Corrupt, err, "a record of the log")
}
