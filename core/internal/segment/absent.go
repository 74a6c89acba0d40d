package segment

import "github.com/qdrant-edge-go/edge/core/internal/disk"

// absent tells a vector that was added to an optimized segment and whose storage others make at their next load only. Opened for writing it
// is made at once.
func (s *Segment) absent(dir string, vc *VectorConfig, m mode) (bool, error) {
	if m != modeRead || s.growing || vc.Hnsw != nil || vc.Matrix {
		return false, nil
	}
	found, err := disk.Exists(s.fs, dir)
	return err == nil && !found, err
}

// absentStore is the storage of a vector that no point has.
type absentStore struct{}

func (absentStore) Len() int                    { return 0 }
func (absentStore) Live() int                   { return 0 }
func (absentStore) IsDeleted(uint32) bool       { return true }
func (absentStore) Delete(uint32) (bool, error) { return false, disk.ErrReadOnly }
func (absentStore) Flush() error                { return nil }
func (absentStore) Close() error                { return nil }
func (absentStore) Files() []string             { return nil }
func (absentStore) ImmutableFiles() []string    { return nil }
