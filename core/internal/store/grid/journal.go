package grid

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"os"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// The tracker journal is a redo log of tracker.dat, as
// lib/blobstore/src/tracker/journal.rs of newer engines. It is a sequence of
// entries, one per flush:
//
//	u32 payload length | u32 CRC-32C of the payload | payload = k × 20 bytes
//	{u32 key, u32 0|1, u32 page, u32 block, u32 length}
//
// Reading stops silently at the first incomplete or invalid entry: that is the
// one a crash cut. The valid entries are written over tracker.dat at open, then
// the file is removed. It is no part of manifests and snapshots; whoever
// replaces tracker.dat must remove it.
const (
	journalHeader = 8
	recordSize    = 4 + slotSize
	journalMax    = 1024 * recordSize // beyond it a flush removes the file
	entryRecords  = 1 << 20           // records of one entry, keeps its length in u32
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// record is one pointer write.
type record struct {
	key  uint32
	slot slot
}

// decodeJournal returns the records of the valid entries in order.
func decodeJournal(b []byte) []record {
	var recs []record
	for len(b) >= journalHeader {
		n := int64(binary.LittleEndian.Uint32(b))
		sum := binary.LittleEndian.Uint32(b[4:])
		b = b[journalHeader:]
		if n == 0 || n%recordSize != 0 || n > int64(len(b)) || crc32.Checksum(b[:n], castagnoli) != sum {
			break
		}
		for p := b[:n]; len(p) > 0; p = p[recordSize:] {
			recs = append(recs, record{binary.LittleEndian.Uint32(p), decodeSlot(p[4:])})
		}
		b = b[n:]
	}
	return recs
}

// appendJournal appends the entries that hold recs.
func appendJournal(dst []byte, recs []record) []byte {
	for len(recs) > 0 {
		k := min(len(recs), entryRecords)
		start := len(dst)
		dst = append(dst, make([]byte, journalHeader)...)
		for _, r := range recs[:k] {
			dst = binary.LittleEndian.AppendUint32(dst, r.key)
			dst = r.slot.append(dst)
		}
		payload := dst[start+journalHeader:]
		binary.LittleEndian.PutUint32(dst[start:], uint32(len(payload)))
		binary.LittleEndian.PutUint32(dst[start+4:], crc32.Checksum(payload, castagnoli))
		recs = recs[k:]
	}
	return dst
}

// readJournal returns the records of a store's journal, none without a journal.
func readJournal(fsys disk.FS, name string) ([]record, error) {
	b, err := disk.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	recs := decodeJournal(b)
	for _, r := range recs {
		if r.key >= maxKeys {
			return nil, disk.Corruptf(name, 0, "key %d exceeds the limit of %d keys", r.key, maxKeys)
		}
	}
	return recs, nil
}

// logPointers makes recs durable in the journal before they are written to
// tracker.dat.
func (g *Grid) logPointers(recs []record) error {
	f, err := g.fs.OpenFile(g.path(journalFile), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	// A failed append may have left an incomplete entry behind the valid ones.
	if err := f.Truncate(g.journalLen); err != nil {
		return err
	}
	b := appendJournal(nil, recs)
	if _, err := f.WriteAt(b, g.journalLen); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if g.journalLen == 0 {
		if err := g.fs.SyncDir(g.dir); err != nil {
			return err
		}
	}
	g.journalLen += int64(len(b))
	return nil
}

// dropJournal removes the journal; tracker.dat is durable.
func (g *Grid) dropJournal() error {
	err := g.fs.Remove(g.path(journalFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	g.journalLen = 0
	return nil
}
