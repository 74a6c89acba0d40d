package snapshot

import (
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// extractor unpacks an archive into root/segments/<uuid>/… and root/<shard file>.
type extractor struct {
	fs     disk.FS
	root   string
	budget budget
	survey survey
	dirs   map[string]bool // directories made
	buf    []byte
}

func newExtractor(fs disk.FS, root string, l Limits) *extractor {
	return &extractor{
		fs: fs, root: root, budget: budget{limits: l.withDefaults()}, dirs: map[string]bool{}, buf: make([]byte, disk.CopyBuffer),
		survey: survey{Contents: Contents{Segments: map[string]*SegmentContents{}}},
	}
}

// extract unpacks and verifies. On error the files written so far are the caller's to remove.
func (x *extractor) extract(r io.Reader) (*Contents, error) {
	if err := walk(r, &x.budget, &x.budget.stored, false, x.visit); err != nil {
		return nil, err
	}
	if err := x.survey.verify(); err != nil {
		return nil, err
	}
	return &x.survey.Contents, x.syncDirs()
}

func (x *extractor) visit(e *entry) error {
	top, rest, nested := strings.Cut(e.name, "/")
	switch {
	case top == "wal":
		return x.walEntry(e, rest)
	case top == "segments" && nested:
		return x.segmentEntry(e, rest)
	case e.dir || nested || !slices.Contains(shardFiles, e.name):
		return nil
	}
	if e.size > x.budget.limits.Meta {
		return hostilef("%s of %d bytes", e.name, e.size)
	}
	x.survey.Extra = append(x.survey.Extra, e.name)
	return x.file(e.name, e.body, e.size)
}

// walEntry takes the index out of the foreign WAL's name and checks that it carries no operations: they would be lost here.
func (x *extractor) walEntry(e *entry, name string) error {
	if e.dir {
		x.survey.wal = x.survey.wal || name == ""
		return nil
	}
	if name == "" {
		return malformedf("wal is a file")
	}
	x.survey.wal = true
	n, closed := carrierIndex(name)
	if !closed && !strings.HasPrefix(name, "open-") {
		return nil
	}
	if closed {
		x.survey.NextIndex = max(x.survey.NextIndex, n)
	}
	return x.checkEmptyLog(e)
}

// checkEmptyLog reads over a log file: 8 bytes of header, then only zeros.
func (x *extractor) checkEmptyLog(e *entry) error {
	var head [8]byte
	n, err := io.ReadFull(e.body, head[:min(8, e.size)])
	if err != nil {
		return err
	}
	if string(head[:min(n, 4)]) != "wal\x00" {
		return malformedf("%s is no log file", e.name)
	}
	for {
		n, err := e.body.Read(x.buf)
		if !disk.AllZero(x.buf[:n]) {
			return malformedf("%s holds operations", e.name)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// segmentEntry handles "<uuid>/files/<path>" and "<uuid>.tar".
func (x *extractor) segmentEntry(e *entry, rest string) error {
	id, inner, nested := strings.Cut(rest, "/")
	if !nested && !e.dir {
		return x.segmentArchive(e, id)
	}
	if !isSegmentID(id) {
		return malformedf("segment directory %q", id)
	}
	file, ok := strings.CutPrefix(inner, "files/")
	if e.dir {
		if ok || inner == "files" || inner == "" {
			return nil
		}
	}
	if !ok {
		return malformedf("entry %q", e.name)
	}
	return x.segmentFile(id, file, e)
}

// segmentArchive unpacks the tar of one segment inside a stored snapshot.
func (x *extractor) segmentArchive(e *entry, name string) error {
	id, ok := strings.CutSuffix(name, ".tar")
	if !ok || !isSegmentID(id) {
		return malformedf("segment archive %q", name)
	}
	if _, twice := x.survey.Segments[id]; twice {
		return malformedf("segment %s comes twice", id)
	}
	x.budget.logical -= e.size
	var inner int64
	return walk(e.raw, &x.budget, &inner, true, func(e *entry) error {
		file, ok := strings.CutPrefix(e.name, "snapshot/files/")
		switch {
		case ok && e.dir, e.dir && strings.HasPrefix("snapshot/files", e.name):
			return nil
		case !ok:
			return malformedf("segment %s: entry %q", id, e.name)
		}
		return x.segmentFile(id, file, e)
	})
}

func (x *extractor) segmentFile(id, file string, e *entry) error {
	s := x.survey.segment(id)
	if _, twice := s.Files[file]; twice {
		return malformedf("segment %s: file %s comes twice", id, file)
	}
	rel := path.Join("segments", id, file)
	switch file {
	case segmentManifestFile:
		data, err := x.meta(e)
		if err != nil {
			return err
		}
		m, err := DecodeSegmentManifest(data)
		s.Manifest = &m
		return err
	case segmentStateFile:
		data, err := x.meta(e)
		if err != nil {
			return err
		}
		if err := s.readState(id, data); err != nil {
			return err
		}
		s.Files[file] = e.size
		return x.file(rel, strings.NewReader(string(data)), e.size)
	}
	s.Files[file] = e.size
	return x.file(rel, e.body, e.size)
}

// meta reads a small file into memory.
func (x *extractor) meta(e *entry) ([]byte, error) {
	if e.size > x.budget.limits.Meta {
		return nil, hostilef("%s of %d bytes", e.name, e.size)
	}
	return io.ReadAll(e.body)
}

// file writes one new file below the root, leaving zero pages as holes, and syncs it.
func (x *extractor) file(rel string, body io.Reader, size int64) error {
	name := filepath.Join(x.root, filepath.FromSlash(rel))
	if err := x.mkdirs(path.Dir(rel)); err != nil {
		return err
	}
	f, err := x.fs.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	err = disk.CopySparse(f, body, size, x.buf)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// mkdirs makes a directory below the root and remembers it, with its parents, for syncDirs.
func (x *extractor) mkdirs(rel string) error {
	if rel == "." || x.dirs[rel] {
		return nil
	}
	if err := x.fs.MkdirAll(filepath.Join(x.root, filepath.FromSlash(rel))); err != nil {
		return err
	}
	for d := rel; d != "."; d = path.Dir(d) {
		x.dirs[d] = true
	}
	return nil
}

func (x *extractor) syncDirs() error {
	for d := range x.dirs {
		if err := x.fs.SyncDir(filepath.Join(x.root, filepath.FromSlash(d))); err != nil {
			return err
		}
	}
	return x.fs.SyncDir(x.root)
}
