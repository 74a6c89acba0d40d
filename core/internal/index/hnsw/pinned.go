package hnsw

import "unsafe"

// pinned holds the lists of level 0 unpacked in memory: about a tenth faster, for
// 4 bytes per link.
type pinned struct {
	from []uint32
	flat []uint32
}

// pin unpacks level 0. More links than a u32 can count stay in the file.
func pin(l *links) (*pinned, error) {
	p := &pinned{from: make([]uint32, 1, l.points+1)}
	var err error
	for i := range l.points {
		if p.flat, err = l.row(p.flat, uint32(i), 0); err != nil {
			return nil, err
		}
		if uint64(len(p.flat)) >= maxPoints {
			return nil, nil
		}
		p.from = append(p.from, uint32(len(p.flat)))
	}
	p.flat = append(make([]uint32, 0, len(p.flat)), p.flat...)
	return p, nil
}

func (p *pinned) row(i uint32) []uint32 { return p.flat[p.from[i]:p.from[i+1]] }

func (p *pinned) prefetch(i uint32) {
	if from := p.from[i]; int(from) < len(p.flat) {
		prefetch(unsafe.Pointer(&p.flat[from]))
	}
}
