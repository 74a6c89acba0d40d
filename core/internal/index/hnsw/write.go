package hnsw

import (
	"cmp"
	"encoding/binary"
	"path/filepath"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// source is what links are written from.
type source interface {
	size() (points, m, m0 int)
	level(p uint32) int
	row(dst []uint32, p uint32, level int) ([]uint32, error)
}

func (l *links) size() (points, m, m0 int) { return l.points, l.m, l.m0 }

// byLevel returns the points by descending level, those of equal level by id.
func byLevel(src source) []uint32 {
	points, _, _ := src.size()
	order := make([]uint32, points)
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortStableFunc(order, func(a, b uint32) int { return cmp.Compare(src.level(b), src.level(a)) })
	return order
}

// encodeLinks returns links_compressed.bin; order lists the points by descending level.
func encodeLinks(src source, order []uint32) ([]byte, error) {
	points, m, m0 := src.size()
	levels := 0
	if points > 0 {
		levels = src.level(order[0]) + 1
	}
	data := make([]byte, tablesAt, tablesAt+8*levels+4*points)
	lists := 0
	counts := make([]int, levels)
	for l := range levels {
		counts[l], _ = slices.BinarySearchFunc(order, l, func(p uint32, l int) int { return cmp.Compare(l, src.level(p)+1) })
		data = binary.LittleEndian.AppendUint64(data, uint64(lists))
		lists += counts[l]
	}
	data = appendRanks(data, order)
	body := len(data)
	ends := make([]uint64, 1, lists+1)
	var row []uint32
	unsorted := unsortedWidth(points)
	for l := range levels {
		sorted := m
		if l == 0 {
			sorted = m0
		}
		for i := range counts[l] {
			p := uint32(i)
			if l > 0 {
				p = order[i]
			}
			var err error
			if row, err = src.row(row[:0], p, l); err != nil {
				return nil, err
			}
			data = packList(data, row, unsorted, sorted)
			ends = append(ends, uint64(len(data)-body))
		}
	}
	packed, base, delta, log := packOffsets(ends)
	putHeader(data, []int{0: points, 2: levels, 3: len(data) - body, 4: len(ends)}, m, m0)
	data[40], data[41], data[42] = byte(base), byte(delta), byte(log)
	return append(data, packed...), nil
}

func putHeader(data []byte, fields []int, m, m0 int) {
	for i, f := range fields {
		binary.LittleEndian.PutUint64(data[8*i:], uint64(f))
	}
	binary.LittleEndian.PutUint64(data[8:], versionCompressed)
	binary.LittleEndian.PutUint64(data[43:], uint64(m))
	binary.LittleEndian.PutUint64(data[51:], uint64(m0))
}

func appendRanks(data []byte, order []uint32) []byte {
	at := len(data)
	data = append(data, make([]byte, 4*len(order))...)
	for rank, p := range order {
		binary.LittleEndian.PutUint32(data[at+4*int(p):], uint32(rank))
	}
	return data
}

// write stores links and entry points in an existing directory, with the vectors between the links unless v is nil.
func write(fs disk.FS, dir string, src source, v *Inline, h *header) (err error) {
	order, name, data := byLevel(src), CompressedLinksFile, []byte(nil)
	if v != nil {
		name = VectorLinksFile
		data, err = encodeVectorLinks(src, order, v)
	} else {
		data, err = encodeLinks(src, order)
	}
	if err != nil {
		return err
	}
	if err := disk.WriteFileAtomic(fs, filepath.Join(dir, name), data); err != nil {
		return err
	}
	return disk.WriteFileAtomic(fs, filepath.Join(dir, GraphFile), h.append(nil))
}
