package idmap

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
)

// repair applies the rules of Tracker.Repair to a tracker with the given number
// of version entries, as fix_inconsistencies of the engine's id_tracker_base.
func repair(t Tracker, versions int) ([]uint32, error) {
	var clean []uint32
	for i := range versions {
		off := uint32(i)
		if t.Version(off) != 0 && t.IsDeleted(off) {
			clean = append(clean, off)
		}
	}
	var drop []api.PointID
	for i := versions; i < t.Total(); i++ {
		if id, ok := t.External(uint32(i)); ok {
			drop = append(drop, id)
			clean = append(clean, uint32(i))
		}
	}
	for _, id := range drop {
		if err := t.Drop(id); err != nil {
			return nil, err
		}
	}
	for _, off := range clean {
		if t.Version(off) == 0 {
			continue
		}
		if err := t.SetVersion(off, 0); err != nil {
			return nil, err
		}
	}
	return slices.Clip(clean), nil
}
