package check

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Severity says what a finding means.
type Severity string

// The severities.
const (
	Damage Severity = "damage"
	Repair Severity = "repair"
	Note   Severity = "note"
)

// Finding is one thing that was found.
type Finding struct {
	Severity Severity `json:"severity"`
	Path     string   `json:"path"` // relative to the shard
	Offset   *int64   `json:"offset,omitempty"`
	Message  string   `json:"message"`
}

// SegmentSummary counts what a segment holds.
type SegmentSummary struct {
	UUID       string  `json:"uuid"`
	Appendable bool    `json:"appendable"`
	Version    *uint64 `json:"version"`
	Slots      int     `json:"slots"`
	Points     int     `json:"points"`
	Hidden     int     `json:"hidden"` // points with a newer copy elsewhere
}

// LogSummary is where the log begins and ends.
type LogSummary struct {
	Oldest uint64 `json:"oldest"`
	Ack    uint64 `json:"ack"`
	Next   uint64 `json:"next"`
}

// Report is what a check found.
type Report struct {
	Path     string           `json:"path"`
	OK       bool             `json:"ok"` // no damage
	Files    int              `json:"files"`
	Bytes    int64            `json:"bytes"`
	Points   int              `json:"points"`
	Segments []SegmentSummary `json:"segments"`
	Log      *LogSummary      `json:"log"`
	Findings []Finding        `json:"findings"`
}

// maxFindings bounds the findings of one kind: after that only their number matters.
const maxFindings = 100

// collector gathers findings.
type collector struct {
	fs     disk.FS
	report *Report
	seen   map[string]int // per path and format
}

func (c *collector) rel(path string) string {
	if r, err := filepath.Rel(c.report.Path, path); err == nil {
		return filepath.ToSlash(r)
	}
	return path
}

func (c *collector) add(s Severity, path, format string, args ...any) {
	key := path + "\x00" + format
	if c.seen[key]++; c.seen[key] > maxFindings {
		return
	}
	c.report.Findings = append(c.report.Findings, Finding{Severity: s, Path: c.rel(path), Message: fmt.Sprintf(format, args...)})
}

// failed reports an error as damage, at the place that it names.
func (c *collector) failed(path string, err error) {
	f := Finding{Severity: Damage, Path: c.rel(path), Message: err.Error()}
	var corrupt *disk.CorruptError
	switch {
	case errors.As(err, &corrupt):
		f.Path, f.Offset, f.Message = c.rel(corrupt.File), &corrupt.Offset, corrupt.Reason
	case api.KindOf(err) == api.Unsupported:
		f.Severity = Note
	}
	key := f.Path + "\x00" + f.Message
	if c.seen[key]++; c.seen[key] == 1 {
		c.report.Findings = append(c.report.Findings, f)
	}
}

// try runs one check, with faults of mapped files as errors.
func (c *collector) try(path string, fn func() error) bool {
	err := disk.Guard(fn)
	if err != nil {
		c.failed(path, err)
	}
	return err == nil
}

func (c *collector) damaged() bool {
	for i := range c.report.Findings {
		if c.report.Findings[i].Severity == Damage {
			return true
		}
	}
	return false
}
