package snapshot

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

const (
	segmentManifestFile = "segment_manifest.json"
	segmentStateFile    = "segment.json"
	versionFile         = "version.info"
	shardConfigFile     = "shard_config.json"

	// Either may be absent from a directory in use, and reads as empty then; of what was flushed for a snapshot both are there or none.
	mutableMappings = "mutable_id_tracker.mappings"
	mutableVersions = "mutable_id_tracker.versions"
)

// shardFiles are the shard-level files of an archive that are unpacked; others are read over.
var shardFiles = []string{"newest_clocks.json", "oldest_clocks.json", "applied_seq.json", shardManifestFile, "replica_state.json", shardConfigFile}

// Contents is what a verified archive holds.
type Contents struct {
	Partial   bool // every segment has a manifest
	Segments  map[string]*SegmentContents
	NextIndex uint64   // next operation number: that of wal/closed-<N>, raised above every segment version
	Extra     []string // shard-level files, ordered
}

// SegmentContents is one segment of an archive.
type SegmentContents struct {
	Manifest *SegmentManifest // nil in a full archive
	Files    map[string]int64 // path relative to the segment directory → logical size, without the manifest
	Version  *uint64          // of segment.json; nil when that says null: nothing was ever written
}

// SegmentIDs returns the ids in order.
func (c *Contents) SegmentIDs() []string { return slices.Sorted(maps.Keys(c.Segments)) }

// Manifest returns the segment manifests of a partial archive.
func (c *Contents) Manifest() Manifest {
	m := Manifest{}
	for id, s := range c.Segments {
		if s.Manifest != nil {
			m[id] = *s.Manifest
		}
	}
	return m
}

func (s *SegmentContents) fileNames() []string { return slices.Sorted(maps.Keys(s.Files)) }

func (c *Contents) segment(id string) *SegmentContents {
	s := c.Segments[id]
	if s == nil {
		s = &SegmentContents{Files: map[string]int64{}}
		c.Segments[id] = s
	}
	return s
}

// survey is Contents under construction, with what only verification needs.
type survey struct {
	Contents
	wal bool // the directory entry or a file below it was seen
}

// verify decides whether the archive is complete: servers write shard_config.json last.
func (v *survey) verify() error {
	switch {
	case len(v.Segments) == 0:
		return incompletef("no segments")
	case !v.wal:
		return incompletef("no wal directory")
	case !slices.Contains(v.Extra, shardConfigFile):
		return incompletef("no %s", shardConfigFile)
	}
	slices.Sort(v.Extra)
	with := 0
	for _, id := range v.SegmentIDs() {
		s := v.Segments[id]
		if err := s.verify(id); err != nil {
			return err
		}
		if s.Manifest != nil {
			with++
		}
		if n, ok := s.lastVersion(); ok {
			v.NextIndex = max(v.NextIndex, n+1)
		}
	}
	if with != 0 && with != len(v.Segments) {
		return incompletef("%d of %d segments have a manifest", with, len(v.Segments))
	}
	v.Partial = with != 0
	return nil
}

func (s *SegmentContents) verify(id string) error {
	for _, f := range []string{segmentStateFile, versionFile} {
		if _, ok := s.Files[f]; !ok {
			return incompletef("segment %s has no %s", id, f)
		}
	}
	if s.Manifest == nil {
		_, mappings := s.Files[mutableMappings]
		_, versions := s.Files[mutableVersions]
		if mappings != versions {
			return incompletef("segment %s has one of %s and %s", id, mutableMappings, mutableVersions)
		}
	}
	if s.Manifest != nil && s.Manifest.SegmentID != id {
		return malformedf("segment %s holds the manifest of %s", id, s.Manifest.SegmentID)
	}
	return nil
}

// lastVersion returns the version of segment.json, unless there is none or nothing can follow it.
func (s *SegmentContents) lastVersion() (uint64, bool) {
	if s.Version == nil || *s.Version == math.MaxUint64 {
		return 0, false
	}
	return *s.Version, true
}

// readState takes the version out of a segment.json.
func (s *SegmentContents) readState(id string, data []byte) error {
	var state struct {
		Version *uint64 `json:"version"`
	}
	if err := json.Unmarshal(data, &state); err != nil {
		return malformedf("segment %s: %s: %v", id, segmentStateFile, err)
	}
	s.Version = state.Version
	return nil
}

// carrierIndex reads N out of "closed-<N>".
func carrierIndex(name string) (uint64, bool) {
	digits, ok := strings.CutPrefix(name, "closed-")
	if !ok || digits == "" || digits[0] == '+' {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, err == nil
}
