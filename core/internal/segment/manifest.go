package segment

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// Manifest lists the files of the segment with their versions. Later rules override earlier ones: everything null; vector and payload
// storage files the version of the last operation that touched them; immutable files the initial version.
func (s *Segment) Manifest() (snapshot.SegmentManifest, error) {
	m := snapshot.SegmentManifest{SegmentID: s.uuid, SegmentVersion: s.Version(), Files: map[string]snapshot.FileVersion{}}
	b := manifestBuilder{s: s, files: m.Files}
	b.add("", s.ids.Files(), snapshot.NullVersion())
	b.add("", s.ids.ImmutableFiles(), b.initial())
	for i := range s.vectors {
		if err := b.vector(&s.vectors[i]); err != nil {
			return m, err
		}
	}
	b.add(payloadDir, s.payload.Files(), b.touched(s.payloadTouched))
	b.add(payloadDir, s.payload.ImmutableFiles(), b.initial())
	if err := b.payloadIndex(); err != nil {
		return m, err
	}
	return m, nil
}

type manifestBuilder struct {
	s     *Segment
	files map[string]snapshot.FileVersion
}

func (b *manifestBuilder) add(dir string, names []string, v snapshot.FileVersion) {
	for _, n := range names {
		b.files[path.Join(dir, filepath.ToSlash(n))] = v
	}
}

// initial is the version of files that never change after the segment was built.
func (b *manifestBuilder) initial() snapshot.FileVersion {
	if v := b.s.state.InitialVersion; v != nil {
		return snapshot.Version(*v)
	}
	return snapshot.Version(0)
}

// touched is the version of files that operations change.
func (b *manifestBuilder) touched(op *uint64) snapshot.FileVersion {
	switch {
	case op != nil:
		return snapshot.Version(*op)
	case b.s.version != nil:
		return snapshot.Version(*b.s.version)
	}
	return snapshot.NullVersion()
}

func (b *manifestBuilder) vector(v *Vector) error {
	dir := storageDir(v.Name)
	b.add(dir, v.Store.Files(), b.touched(v.touched))
	b.add(dir, v.Store.ImmutableFiles(), b.initial())
	all, err := b.walk(dir)
	if err != nil {
		return err
	}
	for _, f := range all {
		if isQuantized(f) {
			b.add(dir, []string{f}, b.quantized(f))
		}
	}
	if v.Hnsw == nil && (v.Sparse == nil || v.Sparse.Index == mutableIndex) {
		return nil
	}
	index, err := b.walk(indexDir(v.Name))
	if err != nil {
		return err
	}
	for _, f := range index {
		version := b.initial()
		if v.Sparse != nil && f == indicesTracker {
			version = snapshot.NullVersion()
		}
		b.add(indexDir(v.Name), []string{f}, version)
	}
	return nil
}

// indicesTracker is the one file of a sparse index that counts as mutable.
const indicesTracker = "indices_tracker.json"

// quantized is the version of a file of quantized vectors: those that grow with an appendable segment have none of their own.
func (b *manifestBuilder) quantized(name string) snapshot.FileVersion {
	if strings.Contains(name, "/") && path.Base(name) != "config.json" {
		return snapshot.NullVersion()
	}
	return b.initial()
}

// payloadIndex lists the field indexes of other implementations: in appendable segments all null, in others immutable but for the histogram.
func (b *manifestBuilder) payloadIndex() error {
	files, err := b.walk(payloadIndex)
	if err != nil {
		return err
	}
	for _, f := range files {
		v := b.initial()
		if f == indexConfig || b.s.Appendable() || path.Base(f) == "histogram_borders.bin" {
			v = snapshot.NullVersion()
		}
		b.add(payloadIndex, []string{f}, v)
	}
	return nil
}

// walk returns the regular files below a directory of the segment, relative to it; a missing directory has none.
func (b *manifestBuilder) walk(dir string) ([]string, error) {
	return b.walkInto(nil, dir, "")
}

func (b *manifestBuilder) walkInto(dst []string, dir, rel string) ([]string, error) {
	entries, err := b.s.fs.ReadDir(filepath.Join(b.s.dir, dir, rel))
	if errors.Is(err, fs.ErrNotExist) {
		return dst, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := path.Join(rel, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."), e.Name() == "tracker_journal.dat":
		case e.IsDir():
			if dst, err = b.walkInto(dst, dir, name); err != nil {
				return nil, err
			}
		case e.Type().IsRegular():
			dst = append(dst, name)
		}
	}
	return dst, nil
}
