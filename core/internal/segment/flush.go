package segment

import (
	"fmt"

	"github.com/qdrant-edge-go/edge/core/internal/store/vectors"
)

// Flush makes all changes durable: mappings, vectors, payload indexes, payload, versions, segment.json. A crash between two steps leaves a state from
// which the log re-creates the rest.
func (s *Segment) Flush() error {
	if s.readOnly {
		return nil
	}
	steps := []func() error{s.ids.FlushMappings}
	for i := range s.vectors {
		steps = append(steps, s.vectors[i].Store.Flush)
		if q := s.vectors[i].Quantized; q != nil {
			steps = append(steps, q.Flush)
		}
	}
	steps = append(steps, s.fields.Flush, s.payload.Flush, s.ids.FlushVersions, s.flushState, s.dropProxies)
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("segment %s: flush: %w", s.uuid, err)
		}
	}
	return nil
}

// FlushAhead does the first part of Flush, which reads do not notice: id mappings, dense vectors and the values of payloads, most of what there is to
// write. It may run beside reads, under a lock for reading, but not beside changes.
func (s *Segment) FlushAhead() error {
	if s.readOnly {
		return nil
	}
	err := s.ids.FlushMappings()
	for i := range s.vectors {
		if dense, ok := s.vectors[i].Store.(vectors.Dense); ok && err == nil {
			err = dense.Flush()
		}
	}
	if err == nil {
		err = s.payload.FlushValues()
	}
	return s.failed(err)
}

func (s *Segment) flushState() error {
	if s.version == nil || (s.state.Version != nil && *s.state.Version == *s.version) {
		return nil
	}
	v := *s.version
	st := s.state
	st.Version = &v
	if err := writeState(s.fs, s.dir, &st); err != nil {
		return err
	}
	s.state = st
	return nil
}
