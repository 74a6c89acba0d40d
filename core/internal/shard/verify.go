package shard

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

// payloadFiles is the directory of a segment that holds its payloads.
const payloadFiles = "payload_storage/"

// Unpack makes a shard directory out of a full snapshot: all of it, or nothing.
func Unpack(fsys disk.FS, archive, target string) error {
	return snapshot.UnpackTo(fsys, archive, target, snapshot.Options{Verify: func(dir string) error {
		_, err := verifySegments(fsys, dir, func(string) bool { return true })
		return err
	}})
}

// verify test-opens the new segments and compares them with the configuration.
func (s *Shard) verify(dir string, plan *snapshot.MergePlan) error {
	received := map[string]bool{}
	for _, sp := range plan.Segments {
		received[sp.ID] = slices.ContainsFunc(sp.Archive, func(f string) bool { return strings.HasPrefix(f, payloadFiles) })
	}
	configs, err := verifySegments(s.fs, dir, func(id string) bool { return received[id] })
	if err != nil {
		return err
	}
	_, err = resolve(s.cfg.Load(), configs)
	return err
}

// verifySegments opens every segment without writing, reads the payloads of those that received them, and returns them closed: archives
// carry no checksums, so damage shows only in what cannot be read. A file that is missing here was missing in the archive.
func verifySegments(fsys disk.FS, dir string, received func(id string) bool) (segs []*segment.Segment, err error) {
	entries, err := fsys.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("shard: %w", err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		err := disk.Guard(func() (err error) {
			seg, err := segment.OpenReadOnly(fsys, filepath.Join(dir, e.Name()))
			if err != nil {
				return err
			}
			segs = append(segs, seg)
			defer func() { err = errors.Join(err, seg.Close()) }()
			if received(e.Name()) {
				return verifyPayloads(seg)
			}
			return nil
		})
		if errors.Is(err, fs.ErrNotExist) {
			err = api.Wrap(api.IncompleteSnapshot, err, "segment %s lacks a file", e.Name())
		}
		if err != nil {
			return nil, err
		}
	}
	return segs, nil
}

func verifyPayloads(seg *segment.Segment) error {
	var buf []byte
	for id, off := range seg.IDs().From(nil) {
		raw, err := seg.Payload(off, buf[:0])
		if err != nil {
			return err
		}
		if raw == nil {
			continue
		}
		if err := rawjson.Valid(raw); err != nil {
			return api.Wrap(api.Corrupt, err, "segment %s: the payload of point %s is no JSON", seg.UUID(), id)
		}
		buf = raw
	}
	return nil
}
