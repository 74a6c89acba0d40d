package numeric

import (
	"encoding/binary"
	"math"
)

// blockSize is the size of a value and of the blocks of the gridstore.
const blockSize = 8

// toBits turns a value into the 8 bytes it is stored as.
func toBits[K Number](v K) uint64 {
	switch v := any(v).(type) {
	case int64:
		return uint64(v)
	case float64:
		return math.Float64bits(v)
	}
	return 0
}

// fromBits is the inverse of toBits.
func fromBits[K Number](b uint64) (v K) {
	switch p := any(&v).(type) {
	case *int64:
		*p = int64(b)
	case *float64:
		*p = math.Float64frombits(b)
	}
	return v
}

func pack[K Number](dst []byte, values []K) []byte {
	for _, v := range values {
		dst = binary.LittleEndian.AppendUint64(dst, toBits(v))
	}
	return dst
}

// unpack reads packed values; false when they are none or not numbers.
func unpack[K Number](dst []K, b []byte) ([]K, bool) {
	for ; len(b) >= blockSize; b = b[blockSize:] {
		v := fromBits[K](binary.LittleEndian.Uint64(b))
		if v != v {
			return dst, false
		}
		dst = append(dst, v)
	}
	return dst, len(b) == 0 && len(dst) > 0
}
