package hnsw

import (
	"encoding/binary"
	"math/bits"
)

const (
	offsetsTail   = 7 // bytes 0xFF behind the chunks, so that any value is within one 8-byte load
	maxChunkLog   = 7
	maxDeltaBits  = 56
	maxOffsetBits = 64
)

// offsets is a packed array of rising numbers.
type offsets struct {
	data                []byte
	n                   int
	baseBits, deltaBits uint
	log                 uint
	chunk               int // bytes of a chunk
}

func chunkBytes(base, delta, log uint) int {
	return int(base+delta*(1<<log-1)+7) / 8
}

// openOffsets checks the parameters and that data is exactly the array.
func openOffsets(data []byte, n int, base, delta, log uint) (offsets, bool) {
	o := offsets{data: data, n: n, baseBits: base, deltaBits: delta, log: log}
	if base < 1 || base > maxOffsetBits || delta < 1 || delta > maxDeltaBits || log > maxChunkLog || n < 1 {
		return o, false
	}
	o.chunk = chunkBytes(base, delta, log)
	chunks := (n-1)>>log + 1
	return o, len(data) > offsetsTail && chunks <= len(data) && chunks*o.chunk+offsetsTail == len(data)
}

// at returns value i, which must be below n.
func (o *offsets) at(i int) uint64 {
	at := (i >> o.log) * o.chunk
	base := binary.LittleEndian.Uint64(o.data[at:]) & mask(o.baseBits)
	j := uint(i) & (1<<o.log - 1)
	if j == 0 {
		return base
	}
	bit := o.baseBits + (j-1)*o.deltaBits
	return base + binary.LittleEndian.Uint64(o.data[at+int(bit>>3):])>>(bit&7)&mask(o.deltaBits)
}

// pair returns values i and i+1.
func (o *offsets) pair(i int) (a, b uint64) {
	j := uint(i) & (1<<o.log - 1)
	if j == 1<<o.log-1 {
		return o.at(i), o.at(i + 1)
	}
	at := (i >> o.log) * o.chunk
	base := binary.LittleEndian.Uint64(o.data[at:]) & mask(o.baseBits)
	bit := o.baseBits + j*o.deltaBits
	b = base + binary.LittleEndian.Uint64(o.data[at+int(bit>>3):])>>(bit&7)&mask(o.deltaBits)
	if j == 0 {
		return base, b
	}
	bit -= o.deltaBits
	return base + binary.LittleEndian.Uint64(o.data[at+int(bit>>3):])>>(bit&7)&mask(o.deltaBits), b
}

func mask(n uint) uint64 { return 1<<n - 1 }

// packOffsets returns the smallest packed form of rising numbers; of equal ones that of the smallest chunks.
func packOffsets(values []uint64) (data []byte, base, delta, log uint) {
	base = max(1, uint(bits.Len64(values[len(values)-1])))
	best := -1
	for l := uint(0); l <= maxChunkLog; l++ {
		d := deltaBits(values, 1<<l)
		if d > maxDeltaBits {
			continue
		}
		size := ((len(values)-1)>>l + 1) * chunkBytes(base, d, l)
		if best < 0 || size < best {
			best, delta, log = size, d, l
		}
	}
	data = make([]byte, 0, best+offsetsTail)
	for chunk := 1 << log; len(values) > 0; values = values[min(chunk, len(values)):] {
		w := bitWriter{dst: data}
		w.put(values[0], base)
		for i := 1; i < chunk; i++ {
			if i < len(values) {
				w.put(values[i]-values[0], delta)
			} else {
				w.put(mask(delta), delta)
			}
		}
		data = w.flush()
	}
	for range offsetsTail {
		data = append(data, 0xFF)
	}
	return data, base, delta, log
}

// deltaBits is the width of the largest difference from the first value of a chunk.
func deltaBits(values []uint64, chunk int) uint {
	widest := 1
	for i := 0; i < len(values); i += chunk {
		last := values[min(i+chunk, len(values))-1]
		widest = max(widest, bits.Len64(last-values[i]))
	}
	return uint(widest)
}

// bitWriter appends values, low bits first.
type bitWriter struct {
	dst  []byte
	acc  uint64
	held uint // bits in acc, less than 8 between calls
}

func (w *bitWriter) put(v uint64, n uint) {
	for n > 32 { // acc has room for 32 bits on top of 7
		w.put(v&mask(32), 32)
		v, n = v>>32, n-32
	}
	w.acc |= v << w.held
	w.held += n
	for w.held >= 8 {
		w.dst = append(w.dst, byte(w.acc))
		w.acc >>= 8
		w.held -= 8
	}
}

// flush pads to a byte.
func (w *bitWriter) flush() []byte {
	if w.held > 0 {
		w.dst = append(w.dst, byte(w.acc))
		w.acc, w.held = 0, 0
	}
	return w.dst
}
