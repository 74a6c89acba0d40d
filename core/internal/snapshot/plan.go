package snapshot

import (
	"slices"
)

// MergePlan says how the new state of a shard directory is put together. It is data: nothing here touches a file.
type MergePlan struct {
	Full      bool          // the archive replaces the shard; otherwise it updates it
	NextIndex uint64        // next operation number: the new wal/ is an empty carrier of it
	Segments  []SegmentPlan // the complete new set, ordered by id
	Delete    []string      // local segments that end, ordered
	Move      []string      // shard-level files taken from the archive
	Remove    []string      // shard-level files that end without a successor
}

// SegmentPlan says where the files of one new segment come from.
type SegmentPlan struct {
	ID      string
	New     bool     // unknown locally
	Archive []string // files from the archive
	Keep    []string // files linked from the live segment
	Drop    []string // files of the live segment that end
}

// clockFiles are the shard-level files that a snapshot may carry along with the segments.
var clockFiles = []string{"newest_clocks.json", "oldest_clocks.json", "applied_seq.json"}

// shardManifestFile is a shard-level list of segments that replaces the local one in a full restore.
const shardManifestFile = "segments_manifest.json"

// Plan decides between a full replacement and a merge: an archive without segment manifests is full. In a merge every file that the
// manifests list must be in the archive or present locally in at least the listed version and no newer than the listed segment.
func Plan(local Manifest, c *Contents) (*MergePlan, error) {
	p := &MergePlan{Full: !c.Partial, NextIndex: c.NextIndex}
	for _, id := range c.SegmentIDs() {
		sp, err := planSegment(id, local, c)
		if err != nil {
			return nil, err
		}
		p.Segments = append(p.Segments, sp)
	}
	if len(p.Segments) == 0 {
		return nil, incompletef("no segments")
	}
	for _, id := range local.Segments() {
		if _, ok := c.Segments[id]; !ok {
			p.Delete = append(p.Delete, id)
		}
	}
	p.planShardFiles(c)
	return p, nil
}

func planSegment(id string, local Manifest, c *Contents) (SegmentPlan, error) {
	s := c.Segments[id]
	old, known := local[id]
	sp := SegmentPlan{ID: id, New: !known, Archive: s.fileNames()}
	if s.Manifest != nil {
		for _, f := range s.Manifest.FileNames() {
			if _, ok := s.Files[f]; ok {
				continue
			}
			if err := checkKept(s.Manifest, &old, f); err != nil {
				return sp, err
			}
			sp.Keep = append(sp.Keep, f)
		}
	}
	for _, f := range old.FileNames() {
		_, sent := s.Files[f]
		if _, kept := slices.BinarySearch(sp.Keep, f); !sent && !kept {
			sp.Drop = append(sp.Drop, f)
		}
	}
	return sp, nil
}

// checkKept decides whether the local copy of a file that the archive leaves out may stand in for it.
func checkKept(want, old *SegmentManifest, file string) error {
	have, ok := old.EffectiveVersion(file)
	need, _ := want.EffectiveVersion(file)
	switch {
	case !ok:
		return incompletef("segment %s: file %s is neither in the archive nor in the shard", want.SegmentID, file)
	case have < need:
		return incompletef("segment %s: file %s has version %d in the shard, %d is needed and not in the archive", want.SegmentID, file, have, need)
	case have > want.SegmentVersion:
		return divergedf("segment %s: file %s has version %d, the snapshot's segment only %d", want.SegmentID, file, have, want.SegmentVersion)
	}
	return nil
}

func (p *MergePlan) planShardFiles(c *Contents) {
	names := clockFiles
	if p.Full {
		names = append(slices.Clone(names), shardManifestFile)
	}
	for _, f := range names {
		switch {
		case slices.Contains(c.Extra, f):
			p.Move = append(p.Move, f)
		case p.Full:
			p.Remove = append(p.Remove, f)
		}
	}
}
