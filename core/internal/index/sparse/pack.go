package sparse

import (
	"encoding/binary"
	"math/bits"
)

// chunkLen is the number of points of a chunk.
const chunkLen = 128

// maxPoint is the highest point that a list may have.
const maxPoint = 1<<32 - 2

// packedBytes is the size of a chunk of packed points of some bits each.
func packedBytes(width int) int { return chunkLen / 8 * width }

// unpackChunk restores 128 rising points, the first of which is known, and reports whether they rise. data is 16·width bytes.
func unpackChunk(out *[chunkLen]uint32, first uint32, data []byte) bool {
	width := uint(len(data) / (chunkLen / 8))
	var gaps [chunkLen]uint32
	if width > 0 {
		unpack(&gaps, data, width)
	}
	last := uint64(first)
	out[0] = first
	for i := 1; i < chunkLen; i++ {
		last += uint64(gaps[i]) + 1
		out[i] = uint32(last)
	}
	return gaps[0] == 0 && last <= maxPoint
}

func unpack(out *[chunkLen]uint32, data []byte, width uint) {
	mask := uint64(1)<<width - 1
	for lane := range 4 {
		var acc uint64
		var have uint
		at := 4 * lane
		for i := lane; i < chunkLen; i += 4 {
			if have < width {
				acc |= uint64(binary.LittleEndian.Uint32(data[at:])) << have
				have += 32
				at += 16
			}
			out[i] = uint32(acc & mask)
			acc >>= width
			have -= width
		}
	}
}

// packChunk appends 128 rising points in packed form.
func packChunk(dst []byte, points []uint32) []byte {
	var gaps [chunkLen]uint32
	all := uint32(0)
	for i := 1; i < chunkLen; i++ {
		gaps[i] = points[i] - points[i-1] - 1
		all |= gaps[i]
	}
	width := uint(bits.Len32(all))
	at := len(dst)
	dst = append(dst, make([]byte, packedBytes(int(width)))...)
	for lane := range 4 {
		var acc uint64
		var have uint
		to := at + 4*lane
		for i := lane; i < chunkLen; i += 4 {
			acc |= uint64(gaps[i]) << have
			if have += width; have >= 32 {
				binary.LittleEndian.PutUint32(dst[to:], uint32(acc))
				acc >>= 32
				have -= 32
				to += 16
			}
		}
	}
	return dst
}
