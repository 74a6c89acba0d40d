package idmap

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// openMutable replays the log and reads the versions. Missing files are empty.
func openMutable(fsys disk.FS, dir string, readOnly bool) (Tracker, error) {
	m := newMutable(fsys, dir, readOnly)
	if err := m.loadMappings(); err != nil {
		return nil, err
	}
	if err := m.loadVersions(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *mutable) mappingsPath() string { return filepath.Join(m.dir, MutableMappingsFile) }

func (m *mutable) versionsPath() string { return filepath.Join(m.dir, MutableVersionsFile) }

// loadMappings replays the log and cuts off a torn last record.
func (m *mutable) loadMappings() error {
	log, err := disk.ReadFile(m.fs, m.mappingsPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if m.logLen, err = replay(m.mappingsPath(), log, m.apply); err != nil {
		return err
	}
	if m.logLen == int64(len(log)) || m.readOnly {
		return nil
	}
	f, err := m.fs.OpenFile(m.mappingsPath(), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = f.Truncate(m.logLen)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func (m *mutable) loadVersions() error {
	data, err := disk.ReadFile(m.fs, m.versionsPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	m.versions = make([]uint64, len(data)/8)
	for i := range m.versions {
		m.versions[i] = binary.LittleEndian.Uint64(data[i*8:])
	}
	return nil
}

// FlushMappings appends the pending records. A file longer than what was written
// is the rest of a failed flush and is cut; a shorter one lost records.
func (m *mutable) FlushMappings() error {
	if len(m.log) == 0 {
		return nil
	}
	f, created, err := m.openForFlush(m.mappingsPath())
	if err != nil {
		return err
	}
	err = m.appendLog(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	m.logLen += int64(len(m.log))
	m.log = nil
	return m.syncCreated(created)
}

func (m *mutable) appendLog(f disk.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	switch {
	case info.Size() < m.logLen:
		return disk.Corruptf(m.mappingsPath(), info.Size(), "id mappings shrank from %d bytes", m.logLen)
	case info.Size() > m.logLen:
		if err := f.Truncate(m.logLen); err != nil {
			return err
		}
	}
	if _, err = f.WriteAt(m.log, m.logLen); err == nil {
		err = f.Sync()
	}
	if err != nil {
		// Best effort: opening and the next flush both cut off what is left.
		_ = f.Truncate(m.logLen)
	}
	return err
}

// FlushVersions writes the changed versions in place.
func (m *mutable) FlushVersions() error {
	if m.changed.NextSet(0) < 0 {
		return nil
	}
	f, created, err := m.openForFlush(m.versionsPath())
	if err != nil {
		return err
	}
	err = healTail(f)
	if err == nil {
		err = m.writeVersions(f)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	clear(m.changed)
	return m.syncCreated(created)
}

// healTail cuts a torn last entry, which would else merge with the zeros of a
// later hole into an entry that looks whole.
func healTail(f disk.File) error {
	info, err := f.Stat()
	if err != nil || info.Size()%8 == 0 {
		return err
	}
	return f.Truncate(info.Size() &^ 7)
}

// writeVersions writes every run of changed entries.
func (m *mutable) writeVersions(f disk.File) error {
	var buf []byte
	for i := m.changed.NextSet(0); i >= 0; {
		end := m.changed.NextClear(i)
		if end < 0 || end > len(m.versions) {
			end = len(m.versions)
		}
		buf = buf[:0]
		for _, v := range m.versions[i:end] {
			buf = binary.LittleEndian.AppendUint64(buf, v)
		}
		if _, err := f.WriteAt(buf, int64(i)*8); err != nil {
			return err
		}
		i = m.changed.NextSet(end)
	}
	return nil
}

func (m *mutable) openForFlush(path string) (f disk.File, created bool, err error) {
	found, err := disk.Exists(m.fs, path)
	if err != nil {
		return nil, false, err
	}
	f, err = m.fs.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	return f, !found, err
}

func (m *mutable) syncCreated(created bool) error {
	if !created {
		return nil
	}
	return m.fs.SyncDir(m.dir)
}
