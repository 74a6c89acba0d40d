package hashmap

import (
	"encoding/binary"
	"math/bits"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const (
	maxLevels  = 1 << 10 // of a perfect hash function
	stride     = 8       // words per rank sample
	stuckAfter = 10      // levels without progress: equal keys
)

// perfect is a perfect hash function over words that stay where they are.
type perfect struct {
	kind   Kind
	levels []uint64 // words per level
	words  []byte
	ranks  []uint32 // set bits before every stride-th word
}

// parsePerfect reads a function that starts at data[pos:] and may reach to the
// end of data.
func parsePerfect(file string, kind Kind, data []byte, pos int) (*perfect, error) {
	next := func() (uint64, error) {
		v, n := binary.Uvarint(data[pos:])
		if n <= 0 {
			return 0, disk.Corruptf(file, int64(pos), "perfect hash: number ends early")
		}
		pos += n
		return v, nil
	}
	count, err := next()
	if err != nil {
		return nil, err
	}
	if count > maxLevels {
		return nil, disk.Corruptf(file, int64(pos), "perfect hash of %d levels", count)
	}
	f := &perfect{kind: kind}
	total, room := uint64(0), uint64(len(data))/8
	for range count {
		n, err := next()
		if err != nil {
			return nil, err
		}
		if n == 0 || n > room || total+n > room {
			return nil, disk.Corruptf(file, int64(pos), "perfect hash level of %d words", n)
		}
		total += n
		f.levels = append(f.levels, n)
	}
	if uint64(len(data)-pos) < total*8 {
		return nil, disk.Corruptf(file, int64(pos), "perfect hash of %d words does not fit", total)
	}
	f.words = data[pos : pos+int(total)*8]
	f.index()
	return f, nil
}

func (f *perfect) word(i uint64) uint64 { return binary.LittleEndian.Uint64(f.words[i*8:]) }

// index counts the bits for rank.
func (f *perfect) index() {
	n := uint32(0)
	f.ranks = make([]uint32, 0, len(f.words)/8/stride+1)
	for i := range uint64(len(f.words) / 8) {
		if i%stride == 0 {
			f.ranks = append(f.ranks, n)
		}
		n += uint32(bits.OnesCount64(f.word(i)))
	}
	f.ranks = append(f.ranks, n)
}

// ones is the number of keys of the function.
func (f *perfect) ones() int { return int(f.ranks[len(f.ranks)-1]) }

// find gives the bucket of a key, or of a foreign key perhaps any bucket.
func (f *perfect) find(key []byte) (int, bool) {
	base := uint64(0)
	for level, words := range f.levels {
		at, _ := bits.Mul64(f.kind.hash(key, uint64(level)), words*64)
		w, m := base+at/64, uint64(1)<<(at%64)
		if v := f.word(w); v&m != 0 {
			n := int(f.ranks[w/stride]) + bits.OnesCount64(v&(m-1))
			for i := w - w%stride; i < w; i++ {
				n += bits.OnesCount64(f.word(i))
			}
			return n, true
		}
		base += words
	}
	return 0, false
}

// buildPerfect makes a function of n distinct keys; false when keys repeat.
func buildPerfect(kind Kind, n int, key func(i int, buf []byte) []byte) (*perfect, bool) {
	f := &perfect{kind: kind}
	left := make([]uint32, n)
	for i := range left {
		left[i] = uint32(i)
	}
	var buf []byte
	for stuck := 0; len(left) > 0; {
		words := uint64(len(left)+63) / 64
		hit, twice := make([]uint64, words), make([]uint64, words)
		bit := func(i uint32) (uint64, uint64) {
			buf = key(int(i), buf[:0])
			at, _ := bits.Mul64(kind.hash(buf, uint64(len(f.levels))), words*64)
			return at / 64, 1 << (at % 64)
		}
		for _, i := range left {
			w, m := bit(i)
			twice[w] |= hit[w] & m
			hit[w] |= m
		}
		rest := left[:0]
		for _, i := range left {
			if w, m := bit(i); twice[w]&m != 0 {
				rest = append(rest, i)
			}
		}
		if stuck++; len(rest) < len(left) {
			stuck = 0
		}
		if stuck == stuckAfter {
			return nil, false
		}
		left = rest
		f.levels = append(f.levels, words)
		for w := range hit {
			f.words = binary.LittleEndian.AppendUint64(f.words, hit[w]&^twice[w])
		}
	}
	f.index()
	return f, true
}

// append appends the stored form.
func (f *perfect) append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(f.levels)))
	for _, n := range f.levels {
		dst = binary.AppendUvarint(dst, n)
	}
	return append(dst, f.words...)
}
