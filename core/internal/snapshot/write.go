package snapshot

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Source is what a snapshot is made of. While it is written the listed files must stay as they are: the caller has flushed the
// segments and keeps writers away from them, and no gridstore has a pending tracker_journal.dat.
type Source struct {
	Segments  []SegmentSource
	NextIndex uint64 // next operation number, above every segment version
	Time      time.Time
	// Extra holds shard-level files. Without replica_state.json and shard_config.json the defaults of a single node are sent, which a
	// server needs for a restore.
	Extra map[string][]byte
}

// SegmentSource is one segment of a Source.
type SegmentSource struct {
	Dir         string
	Manifest    SegmentManifest
	SegmentJSON []byte // nil: segment.json as it is on disk
}

const (
	defaultReplicaState = `{"is_local":true,"this_peer_id":1,"peers":{"1":"Active"}}`
	defaultShardConfig  = `{"type":"ReplicaSet"}`
)

// Manifest returns the manifest of the whole source.
func (s *Source) Manifest() Manifest {
	m := make(Manifest, len(s.Segments))
	for _, seg := range s.Segments {
		m[seg.Manifest.SegmentID] = seg.Manifest
	}
	return m
}

// WriteFull streams the full snapshot of src: every listed file, mmap files as sparse entries.
func WriteFull(w io.Writer, fs disk.FS, src Source) error {
	return writeArchive(w, fs, src, func(s *SegmentSource) (head []byte, files []string) {
		return nil, s.Manifest.FileNames()
	})
}

// WritePartial streams what a client with the given manifest lacks. When that manifest covers the source's nothing is
// written and changed is false: the "304 Not Modified" case.
func WritePartial(w io.Writer, fs disk.FS, src Source, client Manifest) (changed bool, err error) {
	if client.Covers(src.Manifest()) {
		return false, nil
	}
	return true, writeArchive(w, fs, src, func(s *SegmentSource) (head []byte, files []string) {
		var old *SegmentManifest
		if o, ok := client[s.Manifest.SegmentID]; ok {
			old = &o
		}
		return s.Manifest.AppendJSON(nil), s.Manifest.Diff(old)
	})
}

// writeArchive writes the segments, each with what choose returns, then the tail; shard_config.json comes last because readers take it for the
// sign of completeness.
func writeArchive(w io.Writer, fs disk.FS, src Source, choose func(s *SegmentSource) (head []byte, files []string)) error {
	if err := src.check(); err != nil {
		return err
	}
	a := &archiver{fs: fs, tw: tarWriter{w: w}}
	segments := slices.SortedFunc(slices.Values(src.Segments), func(a, b SegmentSource) int {
		return cmp.Compare(a.Manifest.SegmentID, b.Manifest.SegmentID)
	})
	for i := range segments {
		head, files := choose(&segments[i])
		if err := a.segment(&segments[i], head, files); err != nil {
			return err
		}
	}
	if err := a.tail(src); err != nil {
		return err
	}
	return a.tw.close()
}

func (s *Source) check() error {
	if len(s.Segments) == 0 {
		return fmt.Errorf("snapshot: a source without segments")
	}
	seen := map[string]bool{}
	for _, seg := range s.Segments {
		id := seg.Manifest.SegmentID
		if err := seg.Manifest.Validate(); err != nil {
			return err
		}
		if seen[id] {
			return fmt.Errorf("snapshot: segment %s is listed twice", id)
		}
		if seen[id] = true; seg.Manifest.SegmentVersion >= s.NextIndex {
			return fmt.Errorf("snapshot: next index %d is not above version %d of segment %s", s.NextIndex, seg.Manifest.SegmentVersion, id)
		}
	}
	return nil
}

type archiver struct {
	fs disk.FS
	tw tarWriter
}

// segment writes the manifest, the files, and last what makes the directory a segment.
func (a *archiver) segment(s *SegmentSource, head []byte, files []string) error {
	base := path.Join("segments", s.Manifest.SegmentID, "files")
	if head != nil {
		if err := a.tw.bytes(path.Join(base, segmentManifestFile), head); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := a.file(path.Join(base, f), filepath.Join(s.Dir, filepath.FromSlash(f))); err != nil {
			return err
		}
	}
	state := path.Join(base, segmentStateFile)
	if s.SegmentJSON != nil {
		if err := a.tw.bytes(state, s.SegmentJSON); err != nil {
			return err
		}
	} else if err := a.file(state, filepath.Join(s.Dir, segmentStateFile)); err != nil {
		return err
	}
	return a.file(path.Join(base, versionFile), filepath.Join(s.Dir, versionFile))
}

func (a *archiver) file(name, from string) error {
	f, err := a.fs.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("snapshot: %s is no regular file", from)
	}
	list, err := extents(f, info.Size())
	if err != nil {
		return err
	}
	return a.tw.file(name, f, info.Size(), list, info.ModTime())
}

// tail writes the clocks, the carrier of the next index and the replica's description.
func (a *archiver) tail(src Source) error {
	for _, f := range clockFiles[:2] {
		if data, ok := src.Extra[f]; ok {
			if err := a.tw.bytes(f, data); err != nil {
				return err
			}
		}
	}
	if err := a.tw.dir("wal", src.Time); err != nil {
		return err
	}
	if err := a.tw.bytes(fmt.Sprintf("wal/closed-%d", src.NextIndex), carrier(src.NextIndex)); err != nil {
		return err
	}
	for _, f := range []struct{ name, fallback string }{{"replica_state.json", defaultReplicaState}, {shardConfigFile, defaultShardConfig}} {
		data, ok := src.Extra[f.name]
		if !ok {
			data = []byte(f.fallback)
		}
		if err := a.tw.bytes(f.name, data); err != nil {
			return err
		}
	}
	return nil
}

// carrier is the header of an empty log segment: magic, version 0, a seed (any number; the index serves, so that equal sources give equal archives).
func carrier(next uint64) []byte {
	return []byte{'w', 'a', 'l', 0, byte(next), byte(next >> 8), byte(next >> 16), byte(next >> 24)}
}
