package wal

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Survey is what a look at a log finds that changes nothing.
type Survey struct {
	Oldest uint64 // first entry present
	Next   uint64 // index behind the last entry
	Ack    uint64 // first entry that a load applies
	Files  []SurveyFile
}

// SurveyFile is one segment file.
type SurveyFile struct {
	Name    string
	Start   uint64 // index of the first entry
	Entries uint64
	Used    int64 // bytes of header and entries
	Torn    bool  // the bytes behind the last entry are not zero
}

// Look reads a log without a lock and without changing it, and calls fn for its entries in order; the data is valid during the call only.
func Look(fsys disk.FS, dir string, fn func(index uint64, data []byte) error) (*Survey, error) {
	l := &Log{fs: fsys, dir: dir}
	opens, err := l.look()
	defer func() {
		for _, c := range l.closed {
			_ = c.file.Close()
		}
		for _, o := range opens {
			_ = o.file.Close()
		}
	}()
	if err != nil {
		return nil, err
	}
	if err := l.checkClosed(); err != nil {
		return nil, err
	}
	v := &Survey{}
	if len(l.closed) > 0 {
		v.Oldest = l.closed[0].start
	}
	v.Next = v.Oldest
	for _, s := range surveyed(l.closed, opens) {
		start := v.Next
		if err := s.walk(0, func(i uint64, data []byte) error { return fn(start+i, data) }); err != nil {
			return nil, err
		}
		v.Next += s.count
		v.Files = append(v.Files, SurveyFile{Name: filepath.Base(s.path), Start: start, Entries: s.count, Used: s.size, Torn: s.torn()})
	}
	v.Ack = v.Oldest
	path := filepath.Join(dir, firstIndexName)
	data, err := disk.ReadFile(fsys, path)
	if errors.Is(err, fs.ErrNotExist) {
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	ack, err := decodeAck(path, data)
	v.Ack = min(max(ack, v.Oldest), v.Next)
	return v, err
}

// surveyed is the files in the order of their entries.
func surveyed(closed []closedSegment, opens []openSegmentFile) (all []*segment) {
	for _, c := range closed {
		all = append(all, c.segment)
	}
	for _, o := range opens {
		all = append(all, o.segment)
	}
	return all
}

// look opens the segment files for reading.
func (l *Log) look() (opens []openSegmentFile, err error) {
	entries, err := l.fs.ReadDir(l.dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		kind, rest, found := strings.Cut(e.Name(), "-")
		if !found || !e.Type().IsRegular() || (kind != "open" && kind != "closed") {
			continue
		}
		path := filepath.Join(l.dir, e.Name())
		n, err := strconv.ParseUint(rest, 10, 64)
		if err != nil {
			return opens, disk.Corruptf(path, 0, "unexpected file name in the wal directory")
		}
		f, err := l.fs.Open(path)
		if err != nil {
			return opens, err
		}
		s := &segment{fs: l.fs, path: path, file: f}
		if err := s.scan(); err != nil {
			return opens, errors.Join(err, f.Close())
		}
		if kind == "open" {
			opens = append(opens, openSegmentFile{n, s})
		} else {
			l.closed = append(l.closed, closedSegment{n, s})
		}
	}
	slices.SortFunc(l.closed, func(a, b closedSegment) int { return cmp.Compare(a.start, b.start) })
	slices.SortFunc(opens, func(a, b openSegmentFile) int { return cmp.Compare(a.id, b.id) })
	return opens, nil
}

// torn reports whether something stands where the next entry would be.
func (s *segment) torn() bool {
	if s.capacity-s.size < headerLen {
		return false
	}
	var next [headerLen]byte
	_, err := s.file.ReadAt(next[:], s.size)
	return err == nil && next != [headerLen]byte{}
}
