package segment

import (
	"fmt"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Edit is a change of one point. Vectors are ready for storage: normalised where the distance wants it, sparse ones sorted.
type Edit struct {
	Vectors []api.NamedVector                        // set these
	Without []string                                 // delete these
	Payload func(old []byte) (now []byte, err error) // nil keeps the payload; an empty result clears it
}

// Stored is a point outside of a segment, ready to be inserted.
type Stored struct {
	Vectors []api.NamedVector
	Payload []byte
}

// Insert writes a whole point: into its slot when the segment has it, else into a new one. Nothing of an older state survives.
func (s *Segment) Insert(op uint64, id api.PointID, p *Stored) error {
	if err := s.beforeWrite(); err != nil {
		return err
	}
	off, known := s.ids.Internal(id)
	if !known {
		off = uint32(s.ids.Total())
	}
	if err := s.putPayload(op, off, p.Payload); err != nil {
		return err
	}
	for i := range s.vectors {
		if err := s.putVector(op, &s.vectors[i], off, find(p.Vectors, s.vectors[i].Name)); err != nil {
			return err
		}
	}
	if !known {
		if err := s.ids.Set(id, off); err != nil {
			return fmt.Errorf("segment %s: %w", s.uuid, err)
		}
	}
	return s.stamp(op, off)
}

// Apply changes a point in its slot.
func (s *Segment) Apply(op uint64, off uint32, e *Edit) error {
	if err := s.beforeWrite(); err != nil {
		return err
	}
	if e.Payload != nil {
		old, err := s.Payload(off, nil)
		if err != nil {
			return err
		}
		now, err := e.Payload(old)
		if err != nil {
			return err
		}
		if err := s.putPayload(op, off, now); err != nil {
			return err
		}
	}
	for i := range e.Vectors {
		if v := s.Vector(e.Vectors[i].Name); v != nil {
			if err := s.putVector(op, v, off, e.Vectors[i].Vector); err != nil {
				return err
			}
		}
	}
	for _, name := range e.Without {
		if v := s.Vector(name); v != nil {
			if err := s.putVector(op, v, off, nil); err != nil {
				return err
			}
		}
	}
	return s.stamp(op, off)
}

// Delete drops a point; its slot is never used again.
func (s *Segment) Delete(op uint64, id api.PointID) error {
	off, ok := s.ids.Internal(id)
	if !ok {
		return nil
	}
	if s.Appendable() {
		if err := s.beforeWrite(); err != nil {
			return err
		}
	}
	if s.Appendable() {
		for i := range s.vectors {
			if err := s.vectors[i].leaveIndex(off); err != nil {
				return fmt.Errorf("segment %s: vector %q of slot %d: %w", s.uuid, s.vectors[i].Name, off, err)
			}
		}
	}
	if err := s.ids.Drop(id); err != nil {
		return fmt.Errorf("segment %s: %w", s.uuid, err)
	}
	if s.sealed {
		s.dropped = append(s.dropped, id)
	}
	s.bump(op)
	if !s.Appendable() {
		return s.failed(s.fields.Remove(off))
	}
	return s.putPayload(op, off, nil)
}

// Copy reads a whole point out of its slot. Nothing of the result aliases the segment.
func (s *Segment) Copy(off uint32) (*Stored, error) {
	p := &Stored{}
	raw, err := s.Payload(off, nil)
	if err != nil {
		return nil, err
	}
	p.Payload = raw
	for i := range s.vectors {
		if v := &s.vectors[i]; v.Has(off) {
			value, err := v.Value(off)
			if err != nil {
				return nil, fmt.Errorf("segment %s: %w", s.uuid, err)
			}
			p.Vectors = append(p.Vectors, api.NamedVector{Name: v.Name, Vector: value})
		}
	}
	return p, nil
}

// Edit applies an edit to the copy, for a point that is about to move.
func (p *Stored) Edit(e *Edit) error {
	if e.Payload != nil {
		now, err := e.Payload(p.Payload)
		if err != nil {
			return err
		}
		p.Payload = now
	}
	for _, nv := range e.Vectors {
		p.remove(nv.Name)
		p.Vectors = append(p.Vectors, nv)
	}
	for _, name := range e.Without {
		p.remove(name)
	}
	return nil
}

func (p *Stored) remove(name string) {
	for i := range p.Vectors {
		if p.Vectors[i].Name == name {
			p.Vectors = append(p.Vectors[:i], p.Vectors[i+1:]...)
			return
		}
	}
}

func find(vs []api.NamedVector, name string) api.Vector {
	for i := range vs {
		if vs[i].Name == name {
			return vs[i].Vector
		}
	}
	return nil
}

// stamp writes the point's version, the last step of every change.
func (s *Segment) stamp(op uint64, off uint32) error {
	if err := s.ids.SetVersion(off, op); err != nil {
		return fmt.Errorf("segment %s: %w", s.uuid, err)
	}
	s.bump(op)
	return nil
}

// bump raises the segment's version; operation 0 counts.
func (s *Segment) bump(op uint64) {
	if s.version == nil || op > *s.version {
		s.version = &op
	}
}

func (s *Segment) putPayload(op uint64, off uint32, raw []byte) error {
	var err error
	if len(raw) == 0 || string(raw) == "{}" {
		_, err = s.payload.Delete(off)
	} else {
		err = s.payload.Set(off, raw)
	}
	if err != nil {
		return fmt.Errorf("segment %s: payload of slot %d: %w", s.uuid, off, err)
	}
	s.payloadTouched = &op
	return s.failed(s.fields.Update(off, raw))
}

// putVector stores a vector; nil marks it as missing.
func (s *Segment) putVector(op uint64, v *Vector, off uint32, value api.Vector) error {
	err := v.leaveIndex(off)
	if err == nil {
		err = v.set(off, value)
	}
	if err == nil {
		err = v.quantize(off, value)
	}
	if err != nil {
		return fmt.Errorf("segment %s: vector %q of slot %d: %w", s.uuid, v.Name, off, err)
	}
	v.joinIndex(off, value)
	v.touched = &op
	return nil
}

// beforeWrite refuses changes of a segment that is open for reading.
func (s *Segment) beforeWrite() error {
	if s.readOnly {
		return api.Errorf(api.Unsupported, "segment %s is open for reading only", s.uuid)
	}
	return nil
}
