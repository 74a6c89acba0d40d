package grid

import (
	"encoding/binary"
	mathbits "math/bits"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const gapSize = 6

// gap summarises the free runs of one region.
type gap struct {
	max, lead, trail uint16
}

// space is bitmask.dat with gaps.dat: which blocks are free. It knows nothing
// of pages but their number of regions.
type space struct {
	region int // blocks per region
	mask   *disk.Mapping
	gaps   *disk.Mapping
}

func (s *space) regions() int { return len(s.mask.Data) * 8 / s.region }

func (s *space) blocks() int { return len(s.mask.Data) * 8 }

func (s *space) gap(r int) gap {
	b := s.gaps.Data[r*gapSize:]
	return gap{binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:]), binary.LittleEndian.Uint16(b[4:])}
}

func (s *space) setGap(r int, v gap) {
	b := s.gaps.Data[r*gapSize:]
	binary.LittleEndian.PutUint16(b, v.max)
	binary.LittleEndian.PutUint16(b[2:], v.lead)
	binary.LittleEndian.PutUint16(b[4:], v.trail)
}

// compute derives the gap of region r from the bitmask, word by word.
func (s *space) compute(r int) gap {
	from, to := r*s.region, (r+1)*s.region
	if from&63 != 0 || to&63 != 0 {
		return s.computeBits(from, to)
	}
	words := s.mask.Data[from/8 : to/8]
	run, longest, lead := 0, 0, -1
	for at := 0; at+8 <= len(words); at += 8 {
		w := binary.LittleEndian.Uint64(words[at:])
		if w == 0 {
			run += 64
			continue
		}
		run += mathbits.TrailingZeros64(w)
		longest = max(longest, run)
		if lead < 0 {
			lead = run
		}
		run = mathbits.LeadingZeros64(w)
		// No run inside the word is longer than 62.
		if longest < 62 && w != ^uint64(0) {
			longest = max(longest, longestInside(w))
		}
	}
	if lead < 0 {
		lead = run
	}
	return gap{max: uint16(max(longest, run)), lead: uint16(lead), trail: uint16(run)}
}

// longestInside returns the length of the longest run of zeros between two ones of a word.
func longestInside(w uint64) int {
	longest := 0
	w >>= mathbits.TrailingZeros64(w)
	for {
		w >>= mathbits.TrailingZeros64(^w)
		if w == 0 {
			return longest
		}
		free := mathbits.TrailingZeros64(w)
		longest = max(longest, free)
		w >>= free
	}
}

func (s *space) computeBits(from, to int) gap {
	first := bits.Next(s.mask.Data, from, to, true)
	v := gap{lead: uint16(first - from)}
	v.max = v.lead
	for i := first; i < to; {
		free := bits.Next(s.mask.Data, i, to, false)
		i = bits.Next(s.mask.Data, free, to, true)
		v.max = max(v.max, uint16(i-free))
		v.trail = uint16(i - free)
	}
	if first == to {
		v.trail = v.lead
	}
	return v
}

// rebuild recomputes the gaps of regions from r to the end.
func (s *space) rebuild(r int) {
	for ; r < s.regions(); r++ {
		s.setGap(r, s.compute(r))
	}
}

// mark sets n blocks from start used or free and refreshes the gaps they touch.
func (s *space) mark(start, n int, used bool) {
	bits.PutRange(s.mask.Data, start, start+n, used)
	for r := start / s.region; r <= (start+n-1)/s.region; r++ {
		s.setGap(r, s.compute(r))
	}
}

// find returns the first of n free consecutive blocks, or -1.
func (s *space) find(n int) int {
	from, to := s.window(n)
	if from == to {
		return -1
	}
	return bits.FindRun(s.mask.Data, from*s.region, to*s.region, n)
}

// window returns the regions [from, to) whose gaps promise n free blocks.
func (s *space) window(n int) (from, to int) {
	need := (n + s.region - 1) / s.region
	if need == 1 {
		for r := 0; r < s.regions(); r++ {
			if int(s.gap(r).max) >= n {
				return r, r + 1
			}
		}
		return 0, 0
	}
	for size := need; size <= need+1; size++ {
		for r := 0; r+size <= s.regions(); r++ {
			if s.fits(r, size, n) {
				return r, r + size
			}
		}
	}
	return 0, 0
}

// fits tells whether n free blocks run through size regions from r.
func (s *space) fits(r, size, n int) bool {
	inner := (size - 2) * s.region
	if int(s.gap(r).trail)+inner+int(s.gap(r+size-1).lead) < n {
		return false
	}
	for i := r + 1; i < r+size-1; i++ {
		if int(s.gap(i).max) != s.region {
			return false
		}
	}
	return true
}

// trailing returns the number of free blocks at the very end.
func (s *space) trailing() int {
	n := 0
	for r := s.regions() - 1; r >= 0; r-- {
		v := s.gap(r)
		n += int(v.trail)
		if int(v.trail) != s.region {
			break
		}
	}
	return n
}

func (s *space) sync() error {
	if err := s.mask.Sync(); err != nil {
		return err
	}
	return s.gaps.Sync()
}

func (s *space) close() []error {
	var errs []error
	for _, m := range []*disk.Mapping{s.mask, s.gaps} {
		if m != nil {
			errs = append(errs, m.Close())
		}
	}
	return errs
}
