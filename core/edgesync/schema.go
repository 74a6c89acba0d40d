package edgesync

import (
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
		op := &api.CreateIndex{FieldName: x.Key, FieldSchema: schema}
		n, err := s.log.Append(kindLocal, api.AppendUpdateOperationCBOR(nil, op))
		if err != nil {
			return err
		}
		if err := s.over.ApplyLogged(n, nil, op); err != nil {
			return err
		}
	}
	return nil
}

// replayLocal applies what followSchema logged.
func (s *SyncedShard) replayLocal(n uint64, data []byte) error {
	op, err := api.DecodeUpdateOperationCBOR(data)
	if err != nil {
		return api.Wrap(api.Corrupt, err, "a record of the log")
	}
	return s.over.ApplyLogged(n, nil, op)
}
