package dict

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"sort"
	"sync"
	"unicode/utf8"
)

//go:embed jieba.gz
var jiebaFile []byte

//go:embed thai.gz
var thaiFile []byte

// Chinese and Thai give the dictionaries; the first call unpacks them.
var (
	Chinese = sync.OnceValue(func() *Dict { return unpack(jiebaFile) })
	Thai    = sync.OnceValue(func() *Dict { return unpack(thaiFile) })
)

// maxUnpacked bounds the unpacked files; the larger one has 2.4 MB.
const maxUnpacked = 16 << 20

// Dict is a sorted list of words.
type Dict struct {
	LogTotal float64
	text     []byte
	ends     []uint32
	ranks    []uint16
	logs     []float64
	first    map[rune]span // words by their first character
}

type span struct{ lo, hi uint32 }

var errCorrupt = errors.New("dict: corrupt word list")

// unpack never fails on the files of this package, which a test reads; an unreadable one would be an empty dictionary.
func unpack(packed []byte) *Dict {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return &Dict{}
	}
	data, err := io.ReadAll(io.LimitReader(r, maxUnpacked))
	if err != nil {
		return &Dict{}
	}
	d, err := decode(data)
	if err != nil {
		return &Dict{}
	}
	return d
}

func decode(data []byte) (*Dict, error) {
	count, n := binary.Uvarint(data)
	if n <= 0 || count > uint64(len(data)) || len(data) < n+8 {
		return nil, errCorrupt
	}
	d := &Dict{LogTotal: math.Float64frombits(binary.LittleEndian.Uint64(data[n:]))}
	data = data[n+8:]
	var streams [5][]byte
	for i := range streams {
		size, n := binary.Uvarint(data)
		if n <= 0 || size > uint64(len(data)-n) {
			return nil, errCorrupt
		}
		streams[i], data = data[n:n+int(size)], data[n+int(size):]
	}
	for logs := streams[0]; len(logs) >= 8; logs = logs[8:] {
		d.logs = append(d.logs, math.Float64frombits(binary.LittleEndian.Uint64(logs)))
	}
	return d, d.words(int(count), streams[1], streams[2], streams[3], streams[4])
}

// words decodes the streams of the words.
func (d *Dict) words(count int, shared, sizes, suffixes, ranks []byte) error {
	d.ends, d.ranks = make([]uint32, 0, count+1), make([]uint16, 0, count)
	d.ends = append(d.ends, 0)
	d.first = map[rune]span{}
	before := 0
	for i := range count {
		keep, n1 := binary.Uvarint(shared)
		size, n2 := binary.Uvarint(sizes)
		rank, n3 := binary.Uvarint(ranks)
		if n1 <= 0 || n2 <= 0 || n3 <= 0 || rank >= uint64(len(d.logs)) || keep > uint64(len(d.text)-before) || size > uint64(len(suffixes)) ||
			keep+size == 0 {
			return errCorrupt
		}
		shared, sizes, ranks = shared[n1:], sizes[n2:], ranks[n3:]
		start := len(d.text)
		d.text = append(d.text, d.text[before:before+int(keep)]...)
		d.text = append(d.text, suffixes[:size]...)
		suffixes = suffixes[size:]
		d.ends, d.ranks = append(d.ends, uint32(len(d.text))), append(d.ranks, uint16(rank))
		before = start
		r, _ := utf8.DecodeRune(d.text[start:])
		s, ok := d.first[r]
		if !ok {
			s.lo = uint32(i)
		}
		s.hi = uint32(i) + 1
		d.first[r] = s
	}
	return nil
}

// Len is the number of words.
func (d *Dict) Len() int { return len(d.ranks) }

// Word is the word of a number.
func (d *Dict) Word(i int) []byte { return d.text[d.ends[i]:d.ends[i+1]] }

// Log is the logarithm of a word's frequency.
func (d *Dict) Log(i int) float64 { return d.logs[d.ranks[i]] }

// Prefixes calls found with the end and the number of each word that text begins with, the shortest first.
func (d *Dict) Prefixes(text string, found func(end, word int)) {
	r, size := utf8.DecodeRuneInString(text)
	s, ok := d.first[r]
	if !ok || r == utf8.RuneError {
		return
	}
	lo, hi := int(s.lo), int(s.hi)
	for at := size; ; at++ {
		if len(d.Word(lo)) == at {
			found(at, lo)
			lo++
		}
		if lo >= hi || at >= len(text) {
			return
		}
		lo, hi = d.narrow(lo, hi, at, text[at])
		if lo >= hi {
			return
		}
	}
}

// narrow finds the words among lo to hi, all longer than at, whose byte there is c.
func (d *Dict) narrow(lo, hi, at int, c byte) (int, int) {
	if hi-lo == 1 {
		if d.text[int(d.ends[lo])+at] == c {
			return lo, hi
		}
		return lo, lo
	}
	from := lo + sort.Search(hi-lo, func(i int) bool { return d.text[int(d.ends[lo+i])+at] >= c })
	to := from + sort.Search(hi-from, func(i int) bool { return d.text[int(d.ends[from+i])+at] > c })
	return from, to
}

// Has reports whether a word is in the list.
func (d *Dict) Has(word string) bool {
	has := false
	d.Prefixes(word, func(end, _ int) { has = end == len(word) })
	return has
}
