package quant

import (
	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/quant/binary"
	"github.com/qdrant-edge-go/edge/core/internal/quant/turbo"
)

// groupSize is how many elements share a byte.
func groupSize(c api.CompressionRatio) int { return 1 << c }

func bits(q *api.BinaryQuantization) binary.Encoding {
	if q.Encoding == nil {
		return binary.OneBit
	}
	return [...]binary.Encoding{binary.OneBit, binary.TwoBits, binary.OneAndHalfBits}[*q.Encoding]
}

func queryBits(q *api.BinaryQuantization) binary.QueryEncoding {
	switch {
	case q.QueryEncoding == nil:
	case *q.QueryEncoding == api.BinaryQueryScalar4Bits:
		return binary.Scalar4bits
	case *q.QueryEncoding == api.BinaryQueryScalar8Bits:
		return binary.Scalar8bits
	}
	return binary.SameAsStorage
}

func turboBits(q *api.TurboQuantization) turbo.Bits {
	if q.Bits == nil {
		return turbo.Bits4
	}
	return [...]turbo.Bits{turbo.Bits1, turbo.Bits1And5, turbo.Bits2, turbo.Bits4, turbo.Bits8}[*q.Bits]
}
