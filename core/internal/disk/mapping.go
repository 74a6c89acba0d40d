package disk

import (
	"fmt"
	"math"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Mapping is a shared memory map of a whole file. See the package comment for
// the locking rule.
type Mapping struct {
	// Data is the current view of the file.
	Data []byte
	// BeforeSync, when set, runs before each msync; its error is returned
	// instead of syncing. Fault injection sets it.
	BeforeSync func() error

	name     string
	writable bool
	retired  [][]byte // earlier, shorter views, unmapped by Close
}

// Advice is a hint about the coming accesses.
type Advice int

// Hints for Mapping.Advise.
const (
	AdviseNormal     = Advice(unix.MADV_NORMAL)
	AdviseRandom     = Advice(unix.MADV_RANDOM)
	AdviseSequential = Advice(unix.MADV_SEQUENTIAL)
	AdviseWillNeed   = Advice(unix.MADV_WILLNEED)
)

func openMapping(name string, writable bool) (*Mapping, error) {
	m := &Mapping{name: name, writable: writable}
	data, err := mapFile(name, writable)
	if err != nil {
		return nil, err
	}
	m.Data = data
	views.add(data, name)
	return m, nil
}

func mapFile(name string, writable bool) ([]byte, error) {
	flag, prot := os.O_RDONLY, unix.PROT_READ
	if writable {
		flag, prot = os.O_RDWR, unix.PROT_READ|unix.PROT_WRITE
	}
	f, err := os.OpenFile(name, flag, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("map %s: not a regular file", name)
	}
	size := info.Size()
	if size == 0 {
		return nil, nil
	}
	if size > math.MaxInt {
		return nil, fmt.Errorf("map %s: %d bytes exceed the address space", name, size)
	}
	data, err := unix.Mmap(int(f.Fd()), 0, int(size), prot, unix.MAP_SHARED)
	if err != nil {
		return nil, &os.PathError{Op: "mmap", Path: name, Err: err}
	}
	return data, nil
}

// Name returns the name of the mapped file.
func (m *Mapping) Name() string { return m.name }

// Writable tells whether Data may be written.
func (m *Mapping) Writable() bool { return m.writable }

// Remap maps the file again at its present size. The old view stays valid
// until Close. The owner's write lock must be held.
func (m *Mapping) Remap() error {
	data, err := mapFile(m.name, m.writable)
	if err != nil {
		return err
	}
	views.add(data, m.name)
	if m.Data != nil {
		m.retired = append(m.retired, m.Data)
	}
	m.Data = data
	return nil
}

// Sync writes all changed pages of the map to the device.
func (m *Mapping) Sync() error { return m.SyncRange(0, len(m.Data)) }

// SyncRange writes the changed pages that hold Data[off:off+n] to the device.
func (m *Mapping) SyncRange(off, n int) error {
	if m.BeforeSync != nil {
		if err := m.BeforeSync(); err != nil {
			return err
		}
	}
	if n <= 0 || off < 0 || off >= len(m.Data) {
		return nil
	}
	start := off &^ (os.Getpagesize() - 1)
	end := min(off+n, len(m.Data))
	if err := unix.Msync(m.Data[start:end], unix.MS_SYNC); err != nil {
		return &os.PathError{Op: "msync", Path: m.name, Err: err}
	}
	return nil
}

// Advise gives the kernel a hint about the whole map. It never fails: a hint
// that is not understood has no effect.
func (m *Mapping) Advise(a Advice) {
	if len(m.Data) > 0 {
		_ = unix.Madvise(m.Data, int(a))
	}
}

// Close unmaps all views. It does not sync. Closing twice is allowed.
func (m *Mapping) Close() error {
	var first error
	for _, v := range append(m.retired, m.Data) {
		if len(v) == 0 {
			continue
		}
		views.remove(v)
		if err := unix.Munmap(v); err != nil && first == nil {
			first = &os.PathError{Op: "munmap", Path: m.name, Err: err}
		}
	}
	m.Data, m.retired = nil, nil
	return first
}

func address(b []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) }
