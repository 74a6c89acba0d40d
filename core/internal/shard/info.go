package shard

import (
	"encoding/json"
	"sort"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// Info counts what the shard holds. Of the copies of a point in two segments one counts.
func (s *Shard) Info() (*api.ShardInfo, error) {
	v, err := s.Acquire()
	if err != nil {
		return nil, err
	}
	defer v.RUnlock()
	info := &api.ShardInfo{SegmentsCount: uint64(len(v.Parts))}
	for i := range v.Parts {
		seg := v.Parts[i].Seg
		info.PointsCount += uint64(seg.IDs().Live() - v.Parts[i].HiddenCopies())
		info.IndexedVectorsCount += indexedVectors(seg)
	}
	info.PayloadSchema, err = payloadSchema(v)
	return info, err
}

// indexedVectors counts sparse vectors everywhere: others have an index of them in each segment.
func indexedVectors(seg *segment.Segment) uint64 {
	var n uint64
	for i := range seg.Vectors() {
		if v := &seg.Vectors()[i]; v.Hnsw != nil || v.Sparse != nil {
			n += uint64(v.Store.Live())
		}
	}
	return n
}

// payloadSchema lists the payload indexes with the numbers of points that have a value in them.
func payloadSchema(v *View) ([]api.NamedPayloadIndex, error) {
	found := map[string]api.PayloadIndexInfo{}
	for i := range v.Parts {
		fields, err := v.Parts[i].Seg.IndexedFields()
		if err != nil {
			return nil, err
		}
		for key, raw := range fields {
			info, ok := found[key]
			if !ok {
				info = indexInfo(raw)
			}
			if x := v.Parts[i].Seg.Fields().Get(key); x != nil {
				info.Points += uint64(x.Points())
			}
			found[key] = info
		}
	}
	list := make([]api.NamedPayloadIndex, 0, len(found))
	for key, info := range found {
		list = append(list, api.NamedPayloadIndex{Key: key, Info: info})
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Key < list[j].Key })
	return list, nil
}

// indexInfo reads a stored schema: a bare type name, or an object with the type and its parameters.
func indexInfo(raw json.RawMessage) api.PayloadIndexInfo {
	var name string
	if json.Unmarshal(raw, &name) == nil {
		return api.PayloadIndexInfo{DataType: name}
	}
	var params struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(raw, &params) != nil {
		return api.PayloadIndexInfo{Params: raw}
	}
	return api.PayloadIndexInfo{DataType: params.Type, Params: raw}
}
