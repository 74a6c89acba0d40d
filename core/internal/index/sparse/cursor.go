package sparse

import (
	"math"
	"slices"
)

// cursor is a place in a posting list. The points of a mutable list are all in view, those of a frozen one a chunk at a time.
type cursor struct {
	query   float32 // weight in the query
	points  []uint32
	weights []float32
	at      int
	highest []float32 // see list; nil when not known

	frozen frozenList
	chunk  int // in view; chunks that are not loaded yet follow
	buf    *[chunkLen]uint32
	val    *[chunkLen]float32
}

// head is the next point; false at the end.
func (c *cursor) head() (uint32, bool, error) {
	for c.at >= len(c.points) {
		more, err := c.load(c.chunk + 1)
		if !more || err != nil {
			return 0, false, err
		}
	}
	return c.points[c.at], true, nil
}

// load brings a chunk of a frozen list into view; false behind the last.
func (c *cursor) load(chunk int) (bool, error) {
	if chunk >= c.frozen.blocks() {
		return false, nil
	}
	if c.buf == nil {
		c.buf, c.val = new([chunkLen]uint32), new([chunkLen]float32)
	}
	n, err := c.frozen.read(chunk, c.buf, c.val)
	if err != nil {
		return false, err
	}
	c.chunk, c.at = chunk, 0
	c.points, c.weights = c.buf[:n], c.val[:n]
	return true, nil
}

// bound is at least the largest weight that is left; false when it is not known.
func (c *cursor) bound() (float32, bool) {
	if block := c.at / chunkLen; block < len(c.highest) {
		return c.highest[block], true
	}
	return 0, false
}

// seek moves forward to the first point that is not below the given one.
func (c *cursor) seek(point uint32) error {
	if c.frozen.blocks() > 0 {
		if target := c.frozen.find(point, c.chunk); target > c.chunk {
			if _, err := c.load(target); err != nil {
				return err
			}
		}
	}
	from, _ := slices.BinarySearch(c.points[c.at:], point)
	c.at += from
	return nil
}

// weight returns the weight of a point, which is not below the one asked for before.
func (c *cursor) weight(point uint32) (float32, bool, error) {
	if err := c.seek(point); err != nil {
		return 0, false, err
	}
	if c.at < len(c.points) && c.points[c.at] == point {
		return c.weights[c.at], true, nil
	}
	return 0, false, nil
}

// add adds what the points below to contribute. scores[0] is that of point from.
func (c *cursor) add(scores []float32, from, to uint32) error {
	for {
		points, weights, q := c.points[c.at:], c.weights[c.at:], c.query
		weights = weights[:len(points)]
		i := 0
		for ; i < len(points) && points[i] < to; i++ {
			// The addition of 0 turns -0, the mark of a point that no list has, into 0.
			scores[points[i]-from] += float32(weights[i]*q) + 0
		}
		c.at += i
		if c.at < len(c.points) {
			return nil
		}
		if more, err := c.load(c.chunk + 1); !more || err != nil {
			return err
		}
	}
}

// untouched marks the scores of points that no list of the query has.
var untouched = float32(math.Copysign(0, -1))

// IsHit tells the score of a point that some list of the query has.
func IsHit(score float32) bool { return math.Float32bits(score) != 1<<31 }
