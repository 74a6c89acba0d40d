package shard

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/segment"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
	"github.com/qdrant-edge-go/edge/core/internal/store/wal"
)

const segmentsDir = "segments"

// Create makes a new shard. The directory is made when it is missing and must not hold segments.
func Create(fsys disk.FS, path string, cfg *api.EdgeConfig) (*Shard, error) {
	if cfg == nil {
		return nil, api.Errorf(api.InvalidArgument, "a configuration is required to create a shard")
	}
	if err := segment.CheckSupported(cfg); err != nil {
		return nil, err
	}
	if found, err := hasSegments(fsys, path); err != nil || found {
		if err == nil {
			err = api.Errorf(api.AlreadyExists, "cannot create edge shard: path already contains segment data")
		}
		return nil, err
	}
	if err := fsys.MkdirAll(path); err != nil {
		return nil, fmt.Errorf("shard: %w", err)
	}
	s := newShard(fsys, path)
	s.cfg.Store(cfg)
	if err := disk.Guard(func() error { return s.create(cfg) }); err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

func (s *Shard) create(cfg *api.EdgeConfig) error {
	if walEnabled(cfg) {
		l, err := openLog(s.fs, s.path, cfg)
		if err != nil {
			return err
		}
		s.num.log = l
	} else if err := s.num.lockSegments(s.fs, s.path); err != nil {
		return err
	}
	if err := s.fs.MkdirAll(filepath.Join(s.path, segmentsDir)); err != nil {
		return fmt.Errorf("shard: %w", err)
	}
	if err := writeConfig(s.fs, s.path, cfg); err != nil {
		return err
	}
	seg, err := newSegment(s.fs, s.path, cfg)
	if err != nil {
		return err
	}
	s.view.Store(newView([]*segment.Segment{seg}))
	return s.fs.SyncDir(filepath.Dir(s.path))
}

// newSegment makes an empty appendable segment that has the payload indexes of those it stands beside. What fails leaves no directory.
func newSegment(fsys disk.FS, path string, cfg *api.EdgeConfig, beside ...*segment.Segment) (*segment.Segment, error) {
	fields, err := segment.FieldsOf(beside...)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(path, segmentsDir, newUUID())
	return segment.CreateIndexed(fsys, dir, cfg, fields)
}

// newUUID returns a random UUID of version 4.
func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func hasSegments(fsys disk.FS, path string) (bool, error) {
	entries, err := fsys.ReadDir(filepath.Join(path, segmentsDir))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("shard: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			return true, nil
		}
	}
	return false, nil
}

// Load opens an existing shard: finish an interrupted snapshot switch, take the lock of the log, open the segments, replay the log.
func Load(fsys disk.FS, path string, cfg *api.EdgeConfig) (*Shard, error) {
	if info, err := fsys.Stat(path); err != nil || !info.IsDir() {
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("shard: %w", err)
		}
		return nil, api.Errorf(api.NotFound, "cannot load edge shard: directory %s does not exist", path)
	}
	if err := snapshot.Recover(fsys, path); err != nil {
		return nil, err
	}
	if err := refuseUnsupported(fsys, path); err != nil {
		return nil, err
	}
	s := newShard(fsys, path)
	if err := s.loadOrFail(cfg); err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

// refuseUnsupported looks at the segments before anything is locked, made or cleaned up. Whatever else is wrong shows when they are opened.
func refuseUnsupported(fsys disk.FS, path string) error {
	entries, err := fsys.ReadDir(filepath.Join(path, segmentsDir))
	if err != nil {
		return nil
	}
	for _, e := range entries {
		err := segment.Supported(fsys, filepath.Join(path, segmentsDir, e.Name()))
		if errors.Is(err, api.ErrUnsupported) && !strings.HasSuffix(e.Name(), ".deleted") {
			return err
		}
	}
	return nil
}

// release gives back what a failed load took.
func (s *Shard) release() error {
	err := disk.Guard(s.num.close)
	if v := s.view.Swap(nil); v != nil {
		err = errors.Join(err, disk.Guard(v.retire))
	}
	return err
}

// loadOrFail is load with faults of mapped files as errors, so that what was locked can be given back.
func (s *Shard) loadOrFail(provided *api.EdgeConfig) error {
	return disk.Guard(func() error { return s.load(provided, nil) })
}

// load fills s from the directory. An already locked log may be given.
func (s *Shard) load(provided *api.EdgeConfig, locked *wal.Log) error {
	persisted, err := readConfig(s.fs, s.path)
	if err != nil {
		return err
	}
	initial, err := initialConfig(provided, persisted)
	if err != nil {
		return err
	}
	if s.num.log = locked; locked == nil {
		if err := s.lockLog(initial); err != nil {
			return err
		}
	}
	if err := s.clearTemp(); err != nil {
		return fmt.Errorf("shard: %w", err)
	}
	segs, err := openSegments(s.fs, s.path)
	if err != nil {
		return err
	}
	s.view.Store(newView(segs))
	initial, renamed, err := settleNames(initial, s.num.log, segs)
	if err != nil {
		return err
	}
	cfg, err := resolve(initial, segs)
	if err != nil {
		return err
	}
	s.cfg.Store(cfg)
	if err := segment.CheckSupported(cfg); err != nil {
		return err
	}
	if segs, err = s.withAppendable(segs, cfg); err != nil {
		return err
	}
	if s.num.log != nil {
		if s.num.log, err = checkNumbering(s.fs, s.path, cfg, s.num.log, segs); err != nil {
			return err
		}
		if err := s.replay(renamed); err != nil {
			return err
		}
	}
	s.view.Store(newView(s.without(nil)))
	if err := s.settleLog(s.cfg.Load()); err != nil {
		return err
	}
	return writeConfig(s.fs, s.path, s.cfg.Load())
}

// lockLog locks the shard: it opens the log when the shard has one, or when one is left over that has to be replayed. An unlocked look
// tells a directory that is no shard before anything is made in it.
func (s *Shard) lockLog(initial *api.EdgeConfig) error {
	exists, err := disk.Exists(s.fs, filepath.Join(s.path, walDir))
	if err != nil {
		return fmt.Errorf("shard: %w", err)
	}
	if !exists {
		found, err := hasSegments(s.fs, s.path)
		if err != nil {
			return err
		}
		if initial == nil && !found {
			return api.Errorf(api.InvalidArgument, "edge config is not provided and no segments were loaded")
		}
		if !walEnabled(initial) {
			return s.num.lockSegments(s.fs, s.path)
		}
	}
	s.num.log, err = openLog(s.fs, s.path, initial)
	return err
}

// withAppendable adds a new segment when none takes points.
func (s *Shard) withAppendable(segs []*segment.Segment, cfg *api.EdgeConfig) ([]*segment.Segment, error) {
	for _, seg := range segs {
		if seg.Appendable() {
			return segs, nil
		}
	}
	seg, err := newSegment(s.fs, s.path, cfg, segs...)
	if err != nil {
		return nil, err
	}
	segs = append(segs, seg)
	s.view.Store(newView(segs))
	return segs, nil
}

// settleLog removes a replayed log from a shard that works without one.
func (s *Shard) settleLog(cfg *api.EdgeConfig) error {
	if walEnabled(cfg) {
		return nil
	}
	if s.num.log != nil {
		if err := s.flush(); err != nil {
			return err
		}
		if err := s.num.close(); err != nil {
			return err
		}
		if err := s.num.lockSegments(s.fs, s.path); err != nil {
			return err
		}
		if err := s.fs.RemoveAll(filepath.Join(s.path, walDir)); err != nil {
			return fmt.Errorf("shard: %w", err)
		}
	}
	s.num.last = 0
	for _, p := range s.view.Load().own() {
		s.num.last = max(s.num.last, p.Seg.Version())
	}
	return nil
}

// openSegments cleans up what crashes left in segments/ and opens the rest in the order of their UUIDs.
func openSegments(fsys disk.FS, path string) (segs []*segment.Segment, err error) {
	dir := filepath.Join(path, segmentsDir)
	if err := fsys.MkdirAll(dir); err != nil {
		return nil, fmt.Errorf("shard: %w", err)
	}
	entries, err := fsys.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("shard: %w", err)
	}
	defer func() {
		if err != nil {
			for _, s := range segs {
				err = errors.Join(err, s.Close())
			}
			segs = nil
		}
	}()
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		name, err := normalise(fsys, dir, e.Name())
		if err != nil {
			return segs, fmt.Errorf("shard: %w", err)
		}
		if name == "" {
			continue
		}
		err = disk.Guard(func() error {
			seg, err := segment.Open(fsys, filepath.Join(dir, name))
			if err == nil {
				segs = append(segs, seg)
			}
			return err
		})
		if err != nil {
			return segs, err
		}
	}
	return segs, nil
}

// normalise removes segments that were being deleted or never finished, and renames those whose name is no UUID. It returns the name to
// open, "" for none.
func normalise(fsys disk.FS, dir, name string) (string, error) {
	full := filepath.Join(dir, name)
	done, err := disk.Exists(fsys, filepath.Join(full, segment.VersionFile))
	if err != nil {
		return "", err
	}
	if !done || strings.HasSuffix(name, ".deleted") {
		return "", fsys.RemoveAll(full)
	}
	if isUUID(name) {
		return name, nil
	}
	fresh := newUUID()
	return fresh, fsys.Rename(full, filepath.Join(dir, fresh))
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	id, err := api.ParsePointID(s)
	return err == nil && id.IsUUID()
}
