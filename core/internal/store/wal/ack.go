package wal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sort"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

const firstIndexName = "first-index"

// decodeAck reads the first-index file.
func decodeAck(file string, data []byte) (uint64, error) {
	var state struct {
		AckIndex *uint64 `json:"ack_index"`
	}
	if err := json.Unmarshal(data, &state); err != nil {
		return 0, disk.Corruptf(file, 0, "wal acknowledged index: %v", err)
	}
	if state.AckIndex == nil {
		return 0, disk.Corruptf(file, 0, "wal acknowledged index: no ack_index")
	}
	return *state.AckIndex, nil
}

// loadAck reads first-index, if it exists, and clamps it to the entries present.
func (l *Log) loadAck() error {
	path := filepath.Join(l.dir, firstIndexName)
	data, err := disk.ReadFile(l.fs, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	n, err := decodeAck(path, data)
	if err != nil {
		return err
	}
	l.ack, l.hasAck = min(max(n, l.oldest()), l.last()), true
	return nil
}

// Ack says that entries before n are no longer needed: closed segments lying
// wholly before n are deleted, except the last RetainClosed ones, and the index
// is saved for the next open. It never moves backwards.
func (l *Log) Ack(n uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shut {
		return ErrClosed
	}
	if err := l.truncatePrefix(n); err != nil {
		return err
	}
	floor := l.oldest()
	if l.hasAck {
		floor = l.ack
	}
	ack := min(max(n, floor), l.last())
	if l.hasAck && l.ack == ack {
		return nil
	}
	path := filepath.Join(l.dir, firstIndexName)
	if err := disk.WriteFileAtomic(l.fs, path, fmt.Appendf(nil, `{"ack_index":%d}`, ack)); err != nil {
		return err
	}
	l.ack, l.hasAck = ack, true
	return nil
}

// truncatePrefix deletes the closed segments that end at or before n.
func (l *Log) truncatePrefix(n uint64) error {
	done := sort.Search(len(l.closed), func(i int) bool { return l.closed[i].end() > n })
	drop := min(done, len(l.closed)-l.opts.RetainClosed)
	for ; drop > 0; drop-- {
		if err := l.closed[0].remove(); err != nil {
			return err
		}
		l.closed = l.closed[1:]
	}
	return nil
}
