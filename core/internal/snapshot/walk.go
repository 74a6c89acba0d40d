package snapshot

import (
	"archive/tar"
	"errors"
	"io"
	"strings"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// blockSize is the unit of a tar archive.
const blockSize = 512

// maxTrailer bounds the zero padding that may follow the end mark (tar writers pad to records of 10 KiB, some to more).
const maxTrailer = 1 << 20

// entry is one accepted archive entry.
type entry struct {
	name string // cleaned, relative, no trailing slash
	dir  bool
	size int64 // logical
	body io.Reader
	raw  io.Reader // body without the meter, for an archive inside
}

// budget counts what an archive, with the archives inside it, has used of its limits.
type budget struct {
	limits  Limits
	entries int
	logical int64 // as the headers announce
	read    int64 // logical bytes read so far
	stored  int64 // archive bytes read so far; an archive inside is counted by the outer one
}

// meter stops the reading of holes in time: a sparse entry of a few bytes can announce any size.
type meter struct {
	r io.Reader
	b *budget
}

func (m meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if m.b.read += int64(n); m.b.read-m.b.stored > m.b.limits.Holes {
		return n, hostilef("sparse entries expand by more than %d bytes", m.b.limits.Holes)
	}
	return n, err
}

func (b *budget) admit(size int64) error {
	b.entries++
	b.logical += size
	switch {
	case b.entries > b.limits.Entries:
		return hostilef("more than %d entries", b.limits.Entries)
	case size > b.limits.FileSize:
		return hostilef("a file of %d bytes, the limit is %d", size, b.limits.FileSize)
	case b.logical > b.limits.Total:
		return hostilef("more than %d bytes in files", b.limits.Total)
	}
	return nil
}

// tail counts bytes and remembers whether the last two blocks were zero: archive/tar reports a cut at an entry border and the real end
// of an archive alike.
type tail struct {
	r     io.Reader
	n     int64
	zeros int64 // length of the run of zero bytes at the end
	bytes *int64
}

func (t *tail) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.n += int64(n)
	*t.bytes += int64(n)
	if run := trailingZeros(p[:n]); run == n {
		t.zeros += int64(n)
	} else {
		t.zeros = int64(run)
	}
	return n, err
}

// trailingZeros looks at no more than two blocks: enough to know the end mark.
func trailingZeros(p []byte) int {
	run := 0
	for run < len(p) && run < 2*blockSize && p[len(p)-1-run] == 0 {
		run++
	}
	if run == 2*blockSize && run < len(p) && disk.AllZero(p[:len(p)-run]) {
		return len(p)
	}
	return run
}

// walk calls visit for every entry of the tar in r and verifies that the archive has its end mark and nothing behind it. An archive
// inside an archive may lack the mark, servers write it so: there the outer entry tells the length.
func walk(r io.Reader, b *budget, stored *int64, inner bool, visit func(e *entry) error) error {
	t := &tail{r: r, bytes: stored}
	tr := tar.NewReader(t)
	seen := names{}
	for {
		start := roundUp(t.n)
		h, err := tr.Next()
		if err == io.EOF && inner && t.n == start {
			return nil
		}
		if err == io.EOF {
			return checkEnd(t, start)
		}
		if err != nil {
			return readError(err)
		}
		e, err := admit(h, b, seen)
		if err != nil {
			return err
		}
		e.raw, e.body = tr, meter{tr, b}
		if err := visit(e); err != nil {
			return readError(err)
		}
		if _, err := io.Copy(io.Discard, e.body); err != nil {
			return readError(err)
		}
	}
}

func roundUp(n int64) int64 { return (n + blockSize - 1) &^ (blockSize - 1) }

// checkEnd demands two zero blocks directly behind the last entry, then at most zero padding.
func checkEnd(t *tail, start int64) error {
	if t.n != start+2*blockSize || t.zeros < 2*blockSize {
		return incompletef("the archive ends without its end mark")
	}
	n, err := io.Copy(io.Discard, io.LimitReader(t, maxTrailer+1))
	if err != nil {
		return err
	}
	if n > maxTrailer || t.zeros < n+2*blockSize {
		return malformedf("data behind the end mark")
	}
	return nil
}

// readError gives the errors of archive/tar a class; others pass.
func readError(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), err == io.EOF:
		return incompletef("the archive ends inside an entry")
	case errors.Is(err, tar.ErrHeader), errors.Is(err, tar.ErrFieldTooLong), errors.Is(err, tar.ErrInsecurePath):
		return malformedf("%v", err)
	case strings.HasPrefix(err.Error(), "archive/tar:"):
		return malformedf("%v", err)
	}
	return err
}

// admit checks type, name and size of an entry.
func admit(h *tar.Header, b *budget, seen names) (*entry, error) {
	e := &entry{size: h.Size}
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeGNUSparse:
	case tar.TypeDir:
		e.dir = true
	default:
		return nil, hostilef("forbidden entry type %q of %.100q", h.Typeflag, h.Name)
	}
	if len(h.Name) > b.limits.NameLen {
		return nil, hostilef("a name of %d bytes", len(h.Name))
	}
	if h.Size < 0 || (e.dir && h.Size != 0) {
		return nil, malformedf("entry %q has size %d", h.Name, h.Size)
	}
	e.name = strings.TrimSuffix(strings.TrimPrefix(h.Name, "./"), "/")
	if h.Typeflag == tar.TypeReg && strings.HasSuffix(h.Name, "/") {
		return nil, malformedf("file name %q", h.Name)
	}
	if e.dir && (e.name == "" || e.name == ".") {
		e.name = ""
		return e, b.admit(0)
	}
	if err := checkRelative(e.name); err != nil {
		return nil, err
	}
	if err := seen.add(e.name, e.dir); err != nil {
		return nil, err
	}
	return e, b.admit(h.Size)
}

// names holds every path of an archive: true for a directory, false for a file.
type names map[string]bool

// add refuses a second file of the same name and a file where a directory is, or the reverse.
func (n names) add(name string, dir bool) error {
	if was, ok := n[name]; ok && (!was || !dir) {
		return hostilef("duplicate entry %q", name)
	}
	n[name] = dir
	for i := strings.LastIndexByte(name, '/'); i > 0; i = strings.LastIndexByte(name[:i], '/') {
		was, ok := n[name[:i]]
		if ok && !was {
			return hostilef("entry %q lies inside a file", name)
		}
		if ok {
			return nil
		}
		n[name[:i]] = true
	}
	return nil
}
