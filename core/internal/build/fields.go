package build

import (
	"encoding/json"
	"errors"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/index/field"
	"github.com/qdrant-edge-go/edge/core/internal/store/payload"
)

// written is the payload storage of the new segment.
type written struct {
	*payload.Store
	points int
}

func (w written) Total() int { return w.points }

func (w written) Deleted() bits.Set { return nil }

func (w written) Payload(off uint32, dst []byte) ([]byte, error) { return w.Get(off, dst) }

// fields builds the payload indexes out of the payloads that were written.
func (b *builder) fields(schemas map[string]json.RawMessage) error {
	if err := b.to.WriteFields(b.FS, schemas); err != nil {
		return err
	}
	st, err := payload.OpenReadOnly(b.FS, b.to.Payload())
	if err != nil {
		return err
	}
	set, err := field.Open(b.FS, b.to.Fields(), written{st, len(b.rows)}, field.Options{})
	if err == nil {
		err = set.Close()
	}
	return errors.Join(err, st.Close())
}
