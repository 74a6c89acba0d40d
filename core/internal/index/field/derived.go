package field

import (
	"sync"
	"sync/atomic"
)

// derived is an index in memory that is built from the payloads when it is first asked, and kept from then on. It has no files: config.json names
// its schema alone, by which other implementations build theirs.
type derived struct {
	from  Payloads
	index *Index
	add   func(off uint32, values [][]byte)
	done  func() // all points were added

	mu    sync.Mutex // one reader builds it
	built atomic.Bool
}

// ensure builds the index. The segment is locked, for reading at least.
func (d *derived) ensure() error {
	if d.built.Load() {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.built.Load() {
		return nil
	}
	var buf []byte
	var values [][]byte
	deleted := d.from.Deleted()
	for off := range uint32(d.from.Total()) {
		if deleted.Get(off) {
			continue
		}
		raw, err := d.from.Payload(off, buf[:0])
		if err != nil {
			return err
		}
		if raw != nil {
			buf = raw
		}
		if values = d.index.values(values[:0], raw); len(values) > 0 {
			d.add(off, values)
		}
	}
	d.done()
	d.built.Store(true)
	return nil
}

// set is part of an index; what is not built yet will read the payload.
func (d *derived) set(off uint32, values [][]byte) error {
	if d.built.Load() {
		d.add(off, values)
	}
	return nil
}

func (d *derived) files() []string          { return nil }
func (d *derived) immutableFiles() []string { return nil }
func (d *derived) flush() error             { return nil }
func (d *derived) close() error             { return nil }
