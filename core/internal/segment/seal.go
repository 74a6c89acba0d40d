package segment

import "github.com/qdrant-edge-go/edge/core/api"

// Seal keeps updates from adding points and from changing them in place, so that another segment can be built from this one. Points may be
// dropped; TakeDropped tells which were. Seal, Unseal, Sealed, TakesPoints and TakeDropped are for the one who lets one update in at a time.
func (s *Segment) Seal() { s.sealed, s.dropped = true, nil }

// Unseal lets updates change points again.
func (s *Segment) Unseal() { s.sealed, s.dropped = false, nil }

// Sealed reports whether the segment is sealed.
func (s *Segment) Sealed() bool { return s.sealed }

// TakesPoints reports whether updates add points and change them in place.
func (s *Segment) TakesPoints() bool { return s.Appendable() && !s.sealed }

// TakeDropped returns the points that were dropped since the segment was sealed, or since it was asked last.
func (s *Segment) TakeDropped() []api.PointID {
	list := s.dropped
	s.dropped = nil
	return list
}

// Closed reports whether the segment was closed, after which nothing can be read from it. The segment is locked.
func (s *Segment) Closed() bool { return s.closed }
