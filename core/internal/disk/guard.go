package disk

import (
	"os"
	"runtime/debug"
	"sync"

	"golang.org/x/sys/unix"
)

// viewTable knows which addresses belong to which mapped file. It is read only
// when a fault has to be explained.
//
// A fault while something is opened passes the deferred calls that unmap what
// was mapped so far, before it is explained: so the last views that ended are
// remembered.
type viewTable struct {
	mu    sync.Mutex
	byAt  map[uintptr]view
	ended [32]endedView
	next  int
}

type endedView struct {
	at uintptr
	view
}

type view struct {
	size uintptr
	name string
}

var views = viewTable{byAt: map[uintptr]view{}}

func (t *viewTable) add(data []byte, name string) {
	if len(data) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.byAt[address(data)] = view{size: uintptr(len(data)), name: name}
}

func (t *viewTable) remove(data []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := address(data)
	t.ended[t.next] = endedView{at, t.byAt[at]}
	t.next = (t.next + 1) % len(t.ended)
	delete(t.byAt, at)
}

// find returns the file and the offset of an address. Maps end at a page
// border, so the last page counts as a whole.
func (t *viewTable) find(addr uintptr) (name string, off int64, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for at, v := range t.byAt {
		if addr >= at && addr < at+v.size {
			return v.name, int64(addr - at), true
		}
	}
	for i := range t.ended {
		v := t.ended[(t.next+len(t.ended)-1-i)%len(t.ended)] // the latest first
		if addr >= v.at && addr < v.at+v.size {
			return v.name, int64(addr - v.at), true
		}
	}
	return "", 0, false
}

// Guard runs fn and turns a memory fault inside a mapped file into an error:
// ENOSPC when a page of a sparse file found no room on a full disk, else a
// CorruptError (the file was truncated by somebody, or the device failed).
// Other panics pass through. The protection covers the calling goroutine only: a
// worker goroutine needs a Guard of its own.
func Guard(fn func() error) (err error) {
	old := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(old)
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		fault, ok := r.(interface{ Addr() uintptr })
		if !ok {
			panic(r)
		}
		name, off, ok := views.find(fault.Addr())
		if !ok {
			panic(r)
		}
		err = explain(name, off)
	}()
	return fn()
}

// roomForPages is the free space below which a fault inside a file's size is taken for a full disk.
const roomForPages = 64 << 10

func explain(name string, off int64) error {
	var fs unix.Statfs_t
	info, err := os.Stat(name)
	if err == nil && off < info.Size() && unix.Statfs(name, &fs) == nil && fs.Bavail*uint64(fs.Bsize) < roomForPages {
		return &os.PathError{Op: "write to the map of", Path: name, Err: unix.ENOSPC}
	}
	return Corruptf(name, off, "the mapped file is shorter than when it was opened, or unreadable")
}
