package sparse

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

const (
	widthBits = 6
	minWidth  = 8
	maxWidth  = 64
)

// encode appends the value of a vector with ascending indices to dst.
func encode(dst []byte, indices []uint32, values []float32) []byte {
	head := len(dst)
	dst = append(dst, make([]byte, 8)...)
	dst = pack(dst, indices)
	binary.LittleEndian.PutUint64(dst[head:], uint64(len(dst)-head-8))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(len(values)))
	for _, x := range values {
		dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(x))
	}
	return dst
}

func pack(dst []byte, indices []uint32) []byte {
	if len(indices) == 0 {
		return dst
	}
	width, last := uint(minWidth), uint32(0)
	for _, i := range indices {
		width = max(width, uint(bits.Len32(i-last)))
		last = i
	}
	// have bits of acc wait for a full byte: never more than 7 before an addition of up to 32.
	acc, have := uint64(width-minWidth), uint(widthBits)
	last = 0
	for _, i := range indices {
		acc |= uint64(i-last) << have
		last = i
		for have += width; have >= 8; have -= 8 {
			dst = append(dst, byte(acc))
			acc >>= 8
		}
	}
	if have > 0 {
		dst = append(dst, byte(acc))
	}
	return dst
}

// decode appends the vector of a value to indices and values. The problem is "" when the value is sound.
func decode(data []byte, indices []uint32, values []float32) (i []uint32, v []float32, problem string) {
	packed, data, ok := section(data, 1)
	if !ok {
		return indices, values, "indices run over the end"
	}
	weights, rest, ok := section(data, 4)
	switch {
	case !ok:
		return indices, values, "weights run over the end"
	case len(rest) > 0:
		return indices, values, "bytes behind the weights"
	}
	before := len(indices)
	if indices, problem = unpack(packed, indices); problem != "" {
		return indices, values, problem
	}
	if len(indices)-before != len(weights)/4 {
		return indices, values, "not as many weights as indices"
	}
	at := len(values)
	values = slices.Grow(values, len(weights)/4)[:at+len(weights)/4]
	for i := range values[at:] {
		values[at+i] = math.Float32frombits(binary.LittleEndian.Uint32(weights[4*i:]))
	}
	return indices, values, ""
}

// section cuts off a u64 count and as many items.
func section(data []byte, item uint64) (items, rest []byte, ok bool) {
	if len(data) < 8 {
		return nil, nil, false
	}
	n := binary.LittleEndian.Uint64(data)
	data = data[8:]
	if n > uint64(len(data))/item {
		return nil, nil, false
	}
	return data[:n*item], data[n*item:], true
}

func unpack(packed []byte, indices []uint32) (all []uint32, problem string) {
	if len(packed) == 0 {
		return indices, ""
	}
	width := uint(packed[0]&(1<<widthBits-1)) + minWidth
	if width > maxWidth {
		return indices, "wider than 64 bits"
	}
	n := (len(packed)*8 - widthBits) / int(width)
	from := len(indices)
	indices = slices.Grow(indices, n)[:from+n]
	out, last, at := indices[from:], uint64(0), uint(widthBits)
	for i := range out {
		var step uint64
		if whole := at / 8; whole+8 <= uint(len(packed)) && width <= 64-7 {
			step = binary.LittleEndian.Uint64(packed[whole:]) >> (at % 8) & (1<<width - 1)
		} else {
			step = readBits(packed, int(at), width)
		}
		if step > math.MaxUint32-last {
			return indices[:from], "an index is beyond 32 bits"
		}
		last += step
		out[i] = uint32(last)
		at += width
	}
	return indices, ""
}

// readBits reads up to 64 bits that lie within b.
func readBits(b []byte, at int, width uint) uint64 {
	var v uint64
	for got := uint(0); got < width; {
		low := uint(at) % 8
		take := min(8-low, width-got)
		v |= uint64(b[at/8]>>low) & (1<<take - 1) << got
		got += take
		at += int(take)
	}
	return v
}
