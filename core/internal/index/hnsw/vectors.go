package hnsw

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// HasVectors reports whether the file of links holds the vectors of the points, too.
func (g *Graph) HasVectors() bool { return g.links.format == formatVectors }

// Base returns the bytes of the vector of a point in links_comp_vec.bin.
func (g *Graph) Base(p uint32) ([]byte, error) { return g.links.base(p) }

// LinkVectors returns the bytes of the vectors beside the n links of a point on a level, one after the other.
func (g *Graph) LinkVectors(p uint32, level, n int) ([]byte, error) {
	return g.links.linkVectors(p, level, n)
}

func (l *links) base(p uint32) ([]byte, error) {
	if l.format != formatVectors || int(p) >= l.points {
		return nil, l.corrupt(0, "no vector of point %d", p)
	}
	from, to := l.offsets.pair(int(p))
	if from > to || to > uint64(len(l.neighbours)) || uint64(l.inline.baseSize) > to-from || int(from)%l.inline.baseAlign != 0 {
		return nil, l.corrupt(l.at, "list %d at %d to %d of %d bytes has no vector", p, from, to, len(l.neighbours))
	}
	return l.neighbours[from : from+uint64(l.inline.baseSize)], nil
}

func (l *links) linkVectors(p uint32, level, n int) ([]byte, error) {
	if l.format != formatVectors {
		return nil, l.corrupt(0, "no vectors beside the links")
	}
	i, err := l.list(p, level)
	if err != nil {
		return nil, err
	}
	from, to := l.offsets.pair(i)
	if from > to || to > uint64(len(l.neighbours)) {
		return nil, l.corrupt(l.at, "list %d spans %d to %d of %d bytes", i, from, to, len(l.neighbours))
	}
	sorted := l.m
	if level == 0 {
		sorted = l.m0
	}
	at, packed, err := l.skipVectors(i, int(from), int(to), level, sorted)
	if err != nil {
		return nil, err
	}
	at = roundUp(at+packed, l.inline.linkAlign)
	if at+n*l.inline.linkSize > int(to) {
		return nil, l.corrupt(l.at+at, "list %d ends inside the vectors of its %d links", i, n)
	}
	return l.neighbours[at : at+n*l.inline.linkSize], nil
}

// Inline gives the vectors that stand between the links: that of each point once, those of its links beside the links. All of a kind have one
// size; alignments are powers of two.
type Inline struct {
	BaseSize, BaseAlign int
	LinkSize, LinkAlign int
	Base, Link          func(p uint32) ([]byte, error)
}

// encodeVectorLinks returns links_comp_vec.bin; order lists the points by descending level.
func encodeVectorLinks(src source, order []uint32, v *Inline) ([]byte, error) {
	points, m, m0 := src.size()
	levels := 0
	if points > 0 {
		levels = src.level(order[0]) + 1
	}
	data := make([]byte, vectorTablesAt)
	lists, counts := 0, make([]int, levels)
	for l := range levels {
		counts[l], _ = slices.BinarySearchFunc(order, l, func(p uint32, l int) int { return cmp.Compare(l, src.level(p)+1) })
		data = binary.LittleEndian.AppendUint64(data, uint64(lists))
		lists += counts[l]
	}
	data = padTo(appendRanks(data, order), 0, max(v.BaseAlign, v.LinkAlign))
	body := len(data)
	ends := make([]uint64, 1, lists+1)
	w := listWriter{src: src, v: v, body: body, unsorted: unsortedWidth(points)}
	for l := range levels {
		w.level, w.sorted = l, m
		if l == 0 {
			w.sorted = m0
		}
		for i := range counts[l] {
			p := uint32(i)
			if l > 0 {
				p = order[i]
			}
			var err error
			if data, err = w.append(data, p); err != nil {
				return nil, err
			}
			ends = append(ends, uint64(len(data)-body))
		}
	}
	packed, base, delta, log := packOffsets(ends)
	putHeader(data, []int{0: points, 2: levels, 3: len(data) - body, 4: len(ends)}, m, m0)
	binary.LittleEndian.PutUint64(data[8:], versionVectors)
	data[40], data[41], data[42] = byte(base), byte(delta), byte(log)
	binary.LittleEndian.PutUint64(data[59:], uint64(v.BaseSize))
	data[67] = byte(v.BaseAlign)
	binary.LittleEndian.PutUint64(data[68:], uint64(v.LinkSize))
	data[76] = byte(v.LinkAlign)
	return append(data, packed...), nil
}

// listWriter appends lists of one level.
type listWriter struct {
	src           source
	v             *Inline
	body          int
	unsorted      uint
	level, sorted int
	row           []uint32
}

func (w *listWriter) append(dst []byte, p uint32) (_ []byte, err error) {
	if w.level == 0 {
		b, err := w.v.Base(p)
		if err != nil {
			return nil, err
		}
		dst = append(dst, b...)
	}
	if w.row, err = w.src.row(w.row[:0], p, w.level); err != nil {
		return nil, err
	}
	dst = binary.AppendUvarint(dst, uint64(len(w.row)))
	dst = packList(dst, w.row, w.unsorted, w.sorted)
	dst = padTo(dst, w.body, w.v.LinkAlign)
	for _, to := range w.row { // packing has sorted them
		b, err := w.v.Link(to)
		if err != nil {
			return nil, err
		}
		dst = append(dst, b...)
	}
	if w.level == 0 {
		dst = padTo(dst, w.body, w.v.BaseAlign)
	}
	return dst, nil
}

// padTo appends zeros up to an alignment, counted from a place.
func padTo(dst []byte, from, align int) []byte {
	return append(dst, make([]byte, roundUp(len(dst)-from, align)-(len(dst)-from))...)
}
