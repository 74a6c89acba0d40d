package sparse

import (
	"math"
	"sync"
)

// batch is how many points are scored before they are looked at.
const batch = 4096

// Search is the state of one search, for one goroutine.
type Search struct {
	cursors []cursor
	left    []*cursor // those that are not at their end
	scores  [batch]float32
	prunes  bool
	last    uint32
	started bool
}

var searches = sync.Pool{New: func() any { return new(Search) }}

// Start begins a search. The dimensions of the query ascend and are distinct. Release gives the memory back.
func Start(x Index, dims []uint32, weights []float32) (*Search, error) {
	s := searches.Get().(*Search)
	s.left, s.started, s.prunes = s.left[:0], false, true
	if cap(s.cursors) < len(dims) {
		s.cursors = make([]cursor, len(dims))
	}
	s.cursors = s.cursors[:len(dims)]
	for i, dim := range dims {
		c := &s.cursors[i]
		*c = cursor{query: weights[i], chunk: -1, buf: c.buf, val: c.val}
		found, err := x.start(dim, c)
		if err != nil {
			s.Release()
			return nil, err
		}
		s.prunes = s.prunes && weights[i] >= 0
		if found {
			s.left = append(s.left, c)
		}
	}
	return s, nil
}

// Release ends the search.
func (s *Search) Release() {
	for i := range s.cursors {
		c := &s.cursors[i]
		*c = cursor{buf: c.buf, val: c.val}
	}
	searches.Put(s)
}

// Next scores the next batch of points; scores[i] is that of point from+i, and IsHit tells whether it has one. There is none left when scores
// is nil. Points whose score cannot reach floor may be left out.
func (s *Search) Next(floor float32) (from uint32, scores []float32, err error) {
	if s.prunes && s.started && !math.IsInf(float64(floor), -1) {
		if err := s.prune(floor); err != nil {
			return 0, nil, err
		}
	}
	s.started = true
	from, err = s.lowest()
	if err != nil || len(s.left) == 0 {
		return 0, nil, err
	}
	to := uint32(min(uint64(from)+batch, math.MaxUint32))
	scores = s.scores[:to-from]
	for i := range scores {
		scores[i] = untouched
	}
	for _, c := range s.left {
		if err := c.add(scores, from, to); err != nil {
			return 0, nil, err
		}
	}
	return from, scores, nil
}

// lowest is the lowest next point of all lists. Lists that are at their end are dropped.
func (s *Search) lowest() (uint32, error) {
	low, keep := uint32(math.MaxUint32), s.left[:0]
	for _, c := range s.left {
		head, ok, err := c.head()
		if err != nil {
			return 0, err
		}
		if ok {
			low = min(low, head)
			keep = append(keep, c)
		}
	}
	s.left = keep
	return low, nil
}

// prune skips, in each list in turn, points that only that list has and whose weights are too small.
func (s *Search) prune(floor float32) error {
	for _, c := range s.left {
		highest, known := c.bound()
		if !known || !(highest*c.query < floor) {
			continue
		}
		next, any := uint32(math.MaxUint32), false
		for _, other := range s.left {
			if other == c {
				continue
			}
			head, ok, err := other.head()
			if err != nil {
				return err
			}
			if ok {
				next, any = min(next, head), true
			}
		}
		if !any {
			c.at = len(c.points)
			continue
		}
		if err := c.seek(next); err != nil {
			return err
		}
	}
	return nil
}

// Score scores single points, ascending in calls that follow each other; a point that no list has gets NaN.
func (s *Search) Score(points []uint32, out []float32) error {
	for i, p := range points {
		if s.started && p < s.last {
			s.rewind()
		}
		s.started, s.last = true, p
		sum := untouched
		for _, c := range s.left {
			w, ok, err := c.weight(p)
			if err != nil {
				return err
			}
			if ok {
				sum += float32(w*c.query) + 0
			}
		}
		if !IsHit(sum) {
			sum = float32(math.NaN())
		}
		out[i] = sum
	}
	return nil
}

// rewind puts all lists back to their beginning.
func (s *Search) rewind() {
	for _, c := range s.left {
		c.at = 0
		if c.frozen.blocks() > 0 {
			c.chunk, c.points, c.weights = -1, nil, nil
		}
	}
}
