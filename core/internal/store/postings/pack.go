package postings

import (
	"encoding/binary"
	"math/bits"
)

// ChunkLen is the number of ids in a chunk.
const ChunkLen = 128

const (
	lanes    = 4
	rowBytes = lanes * 4 // a word of each lane
)

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

// unpack reads the numbers of a chunk, whose size says how wide they are. The four lanes go side by side.
func unpack(v *[ChunkLen]uint32, src []byte) {
	w := uint(len(src) / packedSize(1))
	if w == 0 {
		*v = [ChunkLen]uint32{}
		return
	}
	mask, left := uint32(1<<w-1), uint(0) // bits that a, b, c and d still hold
	var a, b, c, d uint32
	for row := 0; row < ChunkLen; row += lanes {
		out := (*[lanes]uint32)(v[row:])
		if left >= w {
			out[0], out[1], out[2], out[3] = a&mask, b&mask, c&mask, d&mask
			a, b, c, d = a>>w, b>>w, c>>w, d>>w
			left -= w
			continue
		}
		in := (*[rowBytes]byte)(src)
		e, f := binary.LittleEndian.Uint32(in[0:]), binary.LittleEndian.Uint32(in[4:])
		g, h := binary.LittleEndian.Uint32(in[8:]), binary.LittleEndian.Uint32(in[12:])
		out[0], out[1], out[2], out[3] = (a|e<<left)&mask, (b|f<<left)&mask, (c|g<<left)&mask, (d|h<<left)&mask
		used := w - left
		a, b, c, d = e>>used, f>>used, g>>used, h>>used
		left, src = left+32-w, src[rowBytes:]
	}
}
