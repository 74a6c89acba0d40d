package quant

import (
	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/quant/turbo"
)

// Packer is the codec of vectors that are stored in a turbo datatype alone; nil for other datatypes.
func Packer(s Spec) *turbo.Codec {
	var b turbo.Bits
	switch s.Elements {
	case api.DatatypeTurbo4:
		b = turbo.Bits4
	case api.DatatypeTurbo8:
		b = turbo.Bits8
	case api.DatatypeTurbo16:
		b = turbo.Bits16
	default:
		return nil
	}
	return turbo.Plain(s.parameters(&api.TurboQuantization{}, nil), b)
}

// Rotated reports whether vectors that are stored in a turbo datatype are quantized as they are, without being turned back.
func (s *Spec) Rotated(q api.QuantizationConfig) bool {
	t, ok := q.(*api.TurboQuantization)
	return ok && s.Elements > api.DatatypeUint8 && turboBits(t) != turbo.Bits1And5 && s.Distance != api.DistanceManhattan
}
