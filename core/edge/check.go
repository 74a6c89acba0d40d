package edge

import (
	"github.com/qdrant-edge-go/edge/core/internal/check"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// CheckReport is what a check found; Findings tells damage from what the next load mends and what is only worth knowing.
type CheckReport = check.Report

// CheckFinding is one thing that a check found.
type CheckFinding = check.Finding

// Check verifies every file of a shard and every reference between them. It changes nothing and takes no lock: nobody may write meanwhile.
func Check(path string) (*CheckReport, error) {
	return guard(func() (*CheckReport, error) { return check.Shard(disk.OS, path) })
}
