package check

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
	"github.com/qdrant-edge-go/edge/core/internal/store/wal"
)

// Shard checks a shard directory that nobody writes to meanwhile. An error means that there is no shard to check.
func Shard(fsys disk.FS, path string) (_ *Report, err error) {
	c := &collector{fs: fsys, report: &Report{Path: path, Findings: []Finding{}, Segments: []SegmentSummary{}}, seen: map[string]int{}}
	var view *shard.View
	err = disk.Guard(func() (err error) {
		view, err = shard.Inspect(fsys, path, func(dir string, err error) { c.failed(dir, err) })
		return err
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, disk.Guard(view.Release)) }()
	c.count(path)
	c.leftovers()
	for i := range view.Parts {
		p := &view.Parts[i]
		c.segment(p)
		c.report.Points += p.Seg.IDs().Live() - p.HiddenCopies()
	}
	c.try(filepath.Join(path, shard.ConfigFile), func() error {
		_, err := shard.StoredConfig(fsys, path, view)
		return err
	})
	c.log(view)
	c.report.OK = !c.damaged()
	return c.report, nil
}

// count measures the files of the shard.
func (c *collector) count(dir string) {
	entries, err := c.fs.ReadDir(dir)
	if err != nil {
		c.failed(dir, err)
		return
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if e.IsDir() {
			c.count(name)
			continue
		}
		if info, err := c.fs.Lstat(name); err == nil {
			c.report.Files++
			c.report.Bytes += info.Size()
		}
	}
}

// leftovers names what crashes leave and the next load removes.
func (c *collector) leftovers() {
	root := filepath.Join(c.report.Path, shard.SegmentsDir)
	entries, err := c.fs.ReadDir(root)
	if err != nil {
		c.failed(root, err)
	}
	for _, e := range entries {
		name := filepath.Join(root, e.Name())
		done, err := disk.Exists(c.fs, filepath.Join(name, segment.VersionFile))
		switch {
		case strings.HasPrefix(e.Name(), "."), !e.IsDir():
			c.add(Note, name, "does not belong to the shard")
		case strings.HasSuffix(e.Name(), ".deleted"):
			c.add(Repair, name, "a segment that was being deleted")
		case err == nil && !done:
			c.add(Repair, name, "an unfinished segment: it has no %s", segment.VersionFile)
		}
	}
	temp := filepath.Join(c.report.Path, shard.TempDir)
	if entries, err := c.fs.ReadDir(temp); err == nil && len(entries) > 0 {
		c.add(Repair, temp, "%d entries of an interrupted optimization", len(entries))
	}
}

// log follows the chain of the log and compares its numbers with the versions of the segments.
func (c *collector) log(view *shard.View) {
	dir := filepath.Join(c.report.Path, shard.WALDir)
	if ok, err := disk.Exists(c.fs, dir); err != nil || !ok {
		return
	}
	c.try(dir, func() error {
		look, err := wal.Look(c.fs, dir, func(i uint64, data []byte) error {
			if _, err := api.DecodeUpdateOperationCBOR(data); err != nil && api.KindOf(err) != api.Unsupported {
				c.add(Repair, dir, "entry %d is no operation: %v", i, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if pending := look.Next - look.Ack; pending > 0 {
			c.add(Note, dir, "%d operations from %d on are to be applied by the next load", pending, look.Ack)
		}
		c.report.Log = &LogSummary{Oldest: look.Oldest, Ack: look.Ack, Next: look.Next}
		for _, f := range look.Files {
			if f.Torn {
				c.add(Repair, filepath.Join(dir, f.Name), "something stands behind the last whole entry, at %d", f.Used)
			}
		}
		for i := range view.Parts {
			seg := view.Parts[i].Seg
			switch {
			case !seg.HasVersion() || seg.Version() < look.Next:
			case look.Next == look.Oldest:
				c.add(Repair, dir, "the log is empty and goes on at %d, below version %d of segment %s", look.Next, seg.Version(), seg.UUID())
			default:
				c.add(Damage, dir, "the log ends before %d, segment %s is at version %d", look.Next, seg.UUID(), seg.Version())
			}
		}
		return nil
	})
}

// segment checks all of one segment.
func (c *collector) segment(p *shard.Part) {
	s := p.Seg
	sum := SegmentSummary{UUID: s.UUID(), Appendable: s.Appendable(), Slots: s.IDs().Total(), Points: s.IDs().Live(), Hidden: p.HiddenCopies()}
	if s.HasVersion() {
		v := s.Version()
		sum.Version = &v
	}
	c.report.Segments = append(c.report.Segments, sum)
	dir := s.Dir()
	c.try(dir, func() error { return c.ids(s) })
	c.try(dir, func() error { return c.payloads(s) })
	for i := range s.Vectors() {
		v := &s.Vectors()[i]
		at := segment.Layout(dir).Vectors(v.Name)
		c.try(at, func() error { return c.vector(s, v) })
		c.try(at, func() error { return c.quantized(s, v) })
		c.try(segment.Layout(dir).Index(v.Name), func() error { return c.graph(s, v) })
	}
	c.try(dir, func() error { return c.fields(s) })
	c.try(dir, func() error { return c.manifest(s) })
}

// manifest compares the files that a snapshot would send with those that exist.
func (c *collector) manifest(s *segment.Segment) error {
	m, err := s.Manifest()
	if err != nil {
		return err
	}
	if err := m.Validate(); err != nil {
		c.add(Damage, s.Dir(), "manifest: %v", err)
	}
	for name := range m.Files {
		if ok, err := disk.Exists(c.fs, filepath.Join(s.Dir(), filepath.FromSlash(name))); err == nil && !ok {
			c.add(Damage, filepath.Join(s.Dir(), filepath.FromSlash(name)), "the file is missing")
		}
	}
	return c.unlisted(s.Dir(), "", func(name string) bool { _, ok := m.Files[name]; return ok })
}

// unlisted names the files that no part of the segment claims.
func (c *collector) unlisted(dir, rel string, listed func(string) bool) error {
	entries, err := c.fs.ReadDir(filepath.Join(dir, filepath.FromSlash(rel)))
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := strings.TrimPrefix(rel+"/"+e.Name(), "/")
		switch {
		case strings.HasPrefix(e.Name(), "."), apart[e.Name()]:
		case e.IsDir():
			if err := c.unlisted(dir, name, listed); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		case strings.HasPrefix(name, "proxy_changes."):
			c.add(Repair, filepath.Join(dir, name), "changes of an interrupted optimization, which the next load applies")
		case !listed(name):
			c.add(Note, filepath.Join(dir, filepath.FromSlash(name)), "no part of the segment uses the file")
		}
	}
	return nil
}

// apart are files of a segment that manifests leave out.
var apart = map[string]bool{"segment.json": true, segment.VersionFile: true, "segment_manifest.json": true, "tracker_journal.dat": true}

// ids checks the id tracker against itself.
func (c *collector) ids(s *segment.Segment) error {
	ids := s.IDs()
	seen, last := 0, (*api.PointID)(nil)
	for id, off := range ids.From(nil) {
		seen++
		if last != nil && last.Compare(id) >= 0 {
			c.add(Damage, s.Dir(), "point %s comes after point %s", id, last)
		}
		last = &id
		if back, ok := ids.External(off); !ok || back != id {
			c.add(Damage, s.Dir(), "point %s is in slot %d, which says point %s", id, off, back)
		}
		if at, ok := ids.Internal(id); !ok || at != off {
			c.add(Damage, s.Dir(), "point %s is found in slot %d, but listed in slot %d", id, at, off)
		}
		if v := ids.Version(off); s.HasVersion() && v > s.Version() {
			c.add(Repair, s.Dir(), "point %s has version %d, the segment %d", id, v, s.Version())
		}
	}
	if seen != ids.Live() {
		c.add(Damage, s.Dir(), "%d points are listed, %d are counted", seen, ids.Live())
	}
	half := 0
	for off := range uint32(ids.Total()) {
		if ids.IsDeleted(off) && ids.Version(off) != 0 {
			half++
		}
	}
	if half > 0 {
		c.add(Repair, s.Dir(), "%d slots without a point have a version", half)
	}
	return nil
}

// String is one line.
func (f Finding) String() string {
	at := f.Path
	if f.Offset != nil {
		at = fmt.Sprintf("%s: offset %d", f.Path, *f.Offset)
	}
	return fmt.Sprintf("%s: %s: %s", f.Severity, at, f.Message)
}
