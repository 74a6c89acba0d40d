package hnsw

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

const (
	minWidth   = 8 // bits of a packed link, at least
	widthBits  = 5 // of the field that holds width-minWidth
	listsSlack = 8 // bytes that must be readable behind a list
)

// unsortedWidth is the width of a link that is not delta coded.
func unsortedWidth(points int) uint {
	return max(minWidth, uint(bits.Len64(uint64(max(points, 1)-1))))
}

// unpackList appends the links in the first n bytes of b, which has listsSlack
// bytes more. It fails when a link is not below points.
func unpackList(dst []uint32, b []byte, n int, unsorted uint, sorted, points int) ([]uint32, bool) {
	total := uint(n) * 8
	if total == 0 {
		return dst, true
	}
	var pos uint
	if sorted > 0 {
		w := uint(b[0]&31) + minWidth
		pos = widthBits
		k := min(uint(sorted), (total-widthBits)/w)
		m := mask(w)
		var link uint64
		for end := pos + k*w; pos < end; pos += w {
			link += binary.LittleEndian.Uint64(b[pos>>3:]) >> (pos & 7) & m
			dst = append(dst, uint32(link))
		}
		if link >= uint64(points) { // they rise, and cannot wrap around 64 bits
			return dst, false
		}
	}
	m := mask(unsorted)
	for ; pos+unsorted <= total; pos += unsorted {
		link := binary.LittleEndian.Uint64(b[pos>>3:]) >> (pos & 7) & m
		if link >= uint64(points) {
			return dst, false
		}
		dst = append(dst, uint32(link))
	}
	return dst, true
}

// packList appends the packed form of a list. It sorts the first links of the list in place.
func packList(dst []byte, list []uint32, unsorted uint, sorted int) []byte {
	if len(list) == 0 {
		return dst
	}
	w := bitWriter{dst: dst}
	head := list[:min(sorted, len(list))]
	if len(head) > 0 {
		slices.Sort(head)
		width, last := uint(minWidth), uint32(0)
		for _, l := range head {
			width, last = max(width, uint(bits.Len32(l-last))), l
		}
		w.put(uint64(width-minWidth), widthBits)
		last = 0
		for _, l := range head {
			w.put(uint64(l-last), width)
			last = l
		}
	}
	for _, l := range list[len(head):] {
		w.put(uint64(l), unsorted)
	}
	return w.flush()
}
