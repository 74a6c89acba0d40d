package shard

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/segment"
)

// LimitSegments makes updates start another appendable segment once each holds limit points; 0 keeps one for all. It is called before the
// shard is shared. Points stay where they are: what later updates do not touch is not sent again by partial snapshots.
func (s *Shard) LimitSegments(limit int) { s.segmentPoints = limit }

// grow starts a segment when all that take points are full. The caller holds mu.
func (s *Shard) grow() error {
	if s.segmentPoints <= 0 {
		return nil
	}
	old := s.view.Load()
	own := old.own()
	segs := make([]*segment.Segment, len(own))
	for i := range own {
		segs[i] = own[i].Seg
		if segs[i].TakesPoints() && segs[i].IDs().Live() < s.segmentPoints {
			return nil
		}
	}
	_, err := s.addSegment(segs)
	return err
}

// addSegment publishes an empty appendable segment beside those there are. The caller holds mu.
func (s *Shard) addSegment(beside []*segment.Segment) (*segment.Segment, error) {
	seg, err := newSegment(s.fs, s.path, s.cfg.Load(), beside...)
	if err != nil {
		return nil, err
	}
	old := s.view.Load()
	lockSoon(old)
	defer old.unlock()
	s.view.Store(&View{Parts: append(slices.Clone(old.Parts), Part{Seg: seg}), base: old.base})
	old.retired = true // reads that hold it not yet take the new one
	return seg, nil
}
