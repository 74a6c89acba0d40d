package postings

import (
	"encoding/binary"
	"math/bits"
)

// ChunkLen is the number of ids in a chunk.
const ChunkLen = 128

const lanes = 4

// widthOf is how many bits the widest of the numbers takes.
func widthOf(v *[ChunkLen]uint32) int {
	var all uint32
	for _, x := range v {
		all |= x
	}
	return bits.Len32(all)
}

// packedSize is the size of a chunk of numbers of w bits.
func packedSize(w int) int { return ChunkLen / 8 * w }

// pack writes numbers of w bits into dst, which is all zeros.
func pack(dst []byte, v *[ChunkLen]uint32, w int) {
	for i, x := range v {
		at, lane := i/lanes*w, i%lanes
		for word, wide := at/32, uint64(x)<<(at%32); wide != 0; word, wide = word+1, wide>>32 {
			p := dst[(word*lanes+lane)*4:]
			binary.LittleEndian.PutUint32(p, binary.LittleEndian.Uint32(p)|uint32(wide))
		}
	}
}

// unpack reads the numbers of a chunk, whose size says how wide they are.
func unpack(v *[ChunkLen]uint32, src []byte) {
	w := len(src) / packedSize(1)
	mask := uint32(1<<w - 1)
	for i := range v {
		at, lane := i/lanes*w, i%lanes
		word := at / 32
		var wide uint64
		if w > 0 {
			wide = uint64(binary.LittleEndian.Uint32(src[(word*lanes+lane)*4:]))
			if at%32+w > 32 {
				wide |= uint64(binary.LittleEndian.Uint32(src[((word+1)*lanes+lane)*4:])) << 32
			}
		}
		v[i] = uint32(wide>>(at%32)) & mask
	}
}
