package hnsw

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"path/filepath"
	"unsafe"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// The names of the files of links, in the order in which they are looked for.
const (
	VectorLinksFile     = "links_comp_vec.bin"
	CompressedLinksFile = "links_compressed.bin"
	PlainLinksFile      = "links.bin"
)

const (
	versionCompressed = 0xFFFFFFFFFFFFFF01
	versionVectors    = 0xFFFFFFFFFFFFFF02

	tablesAt       = 64 // header of links.bin and links_compressed.bin
	vectorTablesAt = 80 // header of links_comp_vec.bin

	maxPoints uint64 = 1 << 32 // ids are u32
	maxLevel         = 1 << 10 // a random level is 1075 at most for m = 2, and below 64 in files that exist
)

type linkFormat uint8

const (
	formatCompressed linkFormat = iota
	formatVectors
	formatPlain
)

// links is a mapped file of links. What open cannot check cheaply is checked at each access.
type links struct {
	file   *disk.Mapping
	format linkFormat
	points int
	levels []int  // first list of each level, and one past the last list
	rank   []byte // u32 per point
	m, m0  int    // sorted links per list, of the packed formats

	unsorted   uint
	at         int // where the neighbours begin
	neighbours []byte
	slack      []byte // neighbours and listsSlack bytes or more behind them
	offsets    offsets
	plain      []byte // u64 offsets of links.bin
	inline     inlineLayout
}

// inlineLayout is where the vectors of links_comp_vec.bin lie.
type inlineLayout struct{ baseSize, baseAlign, linkSize, linkAlign int }

// openLinks maps the file of links of an index directory.
func openLinks(fsys disk.FS, dir string) (*links, error) {
	for _, c := range []struct {
		name   string
		format linkFormat
	}{{VectorLinksFile, formatVectors}, {CompressedLinksFile, formatCompressed}, {PlainLinksFile, formatPlain}} {
		file, err := fsys.Map(filepath.Join(dir, c.name), false)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		l := &links{file: file, format: c.format}
		if err := disk.Guard(l.decode); err != nil {
			return nil, errors.Join(err, file.Close())
		}
		return l, nil
	}
	return nil, disk.Corruptf(filepath.Join(dir, CompressedLinksFile), 0, "no file of links")
}

func (l *links) corrupt(off int, format string, args ...any) error {
	return disk.Corruptf(l.file.Name(), int64(off), format, args...)
}

func (l *links) decode() error {
	head := tablesAt
	if l.format == formatVectors {
		head = vectorTablesAt
	}
	data := l.file.Data
	if len(data) < head {
		return l.corrupt(0, "%d bytes are no header of %d", len(data), head)
	}
	if l.format == formatPlain {
		return l.decodePlain(data)
	}
	return l.decodePacked(data, head)
}

// field is the u64 at off, at most limit.
func (l *links) field(off int, what string, limit uint64) (int, error) {
	n := binary.LittleEndian.Uint64(l.file.Data[off:])
	if n > limit {
		return 0, l.corrupt(off, "%s is %d, more than %d", what, n, limit)
	}
	return int(n), nil
}

// fields reads u64 numbers that lie at the given places.
func (l *links) fields(list []headerField) error {
	for _, f := range list {
		n, err := l.field(f.off, f.what, f.limit)
		if err != nil {
			return err
		}
		*f.into = n
	}
	return nil
}

type headerField struct {
	off   int
	what  string
	limit uint64
	into  *int
}

// tables reads level offsets and ranks, and returns where they end.
func (l *links) tables(at, levels, lists int) (end int, err error) {
	data := l.file.Data
	end = at + 8*levels + 4*l.points
	if end > len(data) {
		return 0, l.corrupt(at, "the file ends inside the tables of %d points on %d levels", l.points, levels)
	}
	l.levels = make([]int, levels+1)
	for i := range levels {
		if l.levels[i], err = l.field(at+8*i, "first list of a level", uint64(lists)); err != nil {
			return 0, err
		}
	}
	l.levels[levels] = lists
	l.rank = data[at+8*levels : end]
	if levels == 0 && (l.points > 0 || lists > 0) {
		return 0, l.corrupt(at, "%d points and %d lists on no level", l.points, lists)
	}
	for i, size := 0, l.points; i < levels; i++ {
		n := l.levels[i+1] - l.levels[i]
		if n < 0 || n > size || (i == 0 && (n != size || l.levels[0] != 0)) {
			return 0, l.corrupt(at+8*i, "level %d has lists %d to %d", i, l.levels[i], l.levels[i+1])
		}
		size = n
	}
	return end, nil
}

func (l *links) decodePacked(data []byte, head int) error {
	want := uint64(versionCompressed)
	if l.format == formatVectors {
		want = versionVectors
	}
	if v := binary.LittleEndian.Uint64(data[8:]); v != want {
		return l.corrupt(8, "version %#x, expected %#x", v, want)
	}
	var levels, size, count int
	fits := uint64(len(data))
	err := l.fields([]headerField{
		{0, "number of points", min(maxPoints, fits), &l.points}, {16, "number of levels", maxLevel, &levels},
		{24, "size of the neighbours", fits, &size}, {32, "number of offsets", 8 * fits, &count}, // a bit each, at least
		{43, "m", maxM, &l.m}, {51, "m0", maxM, &l.m0},
	})
	if err != nil {
		return err
	}
	if count < 1 {
		return l.corrupt(32, "no offsets")
	}
	end, err := l.tables(head, levels, count-1)
	if err != nil {
		return err
	}
	if l.format == formatVectors {
		if end, err = l.decodeLayout(end); err != nil {
			return err
		}
	}
	if size > len(data)-end {
		return l.corrupt(24, "%d bytes of neighbours exceed the file", size)
	}
	l.at, l.neighbours, l.slack = end, data[end:end+size], data[end:]
	l.unsorted = unsortedWidth(l.points)
	var ok bool
	l.offsets, ok = openOffsets(data[end+size:], count, uint(data[40]), uint(data[41]), uint(data[42]))
	if !ok {
		return l.corrupt(40, "%d offsets of %d and %d bits in chunks of 1<<%d are not in the %d bytes behind the neighbours",
			count, data[40], data[41], data[42], len(data)-end-size)
	}
	return nil
}

// decodeLayout reads how the vectors are laid out and returns where the neighbours begin.
func (l *links) decodeLayout(end int) (int, error) {
	data := l.file.Data
	in := &l.inline
	fits := uint64(len(data))
	err := l.fields([]headerField{{59, "size of a vector", fits, &in.baseSize}, {68, "size of a link vector", fits, &in.linkSize}})
	if err != nil {
		return 0, err
	}
	in.baseAlign, in.linkAlign = int(data[67]), int(data[76])
	for _, a := range []int{in.baseAlign, in.linkAlign} {
		if a == 0 || a&(a-1) != 0 {
			return 0, l.corrupt(67, "alignment %d is no power of two", a)
		}
	}
	if in.linkSize == 0 {
		return 0, l.corrupt(68, "link vectors without bytes")
	}
	end = roundUp(end, max(in.baseAlign, in.linkAlign))
	if end > len(data) {
		return 0, l.corrupt(end, "the file ends before the neighbours")
	}
	return end, nil
}

func roundUp(n, to int) int { return (n + to - 1) &^ (to - 1) }

func (l *links) decodePlain(data []byte) error {
	var levels, count, lists, pad int
	fits := uint64(len(data))
	err := l.fields([]headerField{
		{0, "number of points", min(maxPoints, fits), &l.points}, {8, "number of levels", maxLevel, &levels},
		{16, "number of links", fits / 4, &count}, {24, "number of offsets", fits / 8, &lists},
		{32, "padding", 7, &pad},
	})
	if err != nil {
		return err
	}
	if lists < 1 {
		return l.corrupt(24, "no offsets")
	}
	end, err := l.tables(tablesAt, levels, lists-1)
	if err != nil {
		return err
	}
	if end+4*count+pad+8*lists > len(data) {
		return l.corrupt(end, "the file ends inside %d links and %d offsets", count, lists)
	}
	l.at, l.neighbours = end, data[end:end+4*count]
	l.plain = data[end+4*count+pad:][:8*lists]
	return nil
}

// list is the number of the list of a point on a level, which may be any.
func (l *links) list(p uint32, level int) (int, error) {
	if level == 0 && int(p) < l.points {
		return int(p), nil
	}
	if int(p) >= l.points || level < 0 || level+1 >= len(l.levels) {
		return 0, l.corrupt(0, "point %d has no level %d", p, level)
	}
	rank := int(binary.LittleEndian.Uint32(l.rank[4*int(p):]))
	if rank >= l.levels[level+1]-l.levels[level] {
		return 0, l.corrupt(0, "point %d has no level %d", p, level)
	}
	return l.levels[level] + rank, nil
}

// level is the highest level of a point.
func (l *links) level(p uint32) int {
	rank := int(binary.LittleEndian.Uint32(l.rank[4*int(p):]))
	level := 0
	for level+2 < len(l.levels) && rank < l.levels[level+2]-l.levels[level+1] {
		level++
	}
	return level
}

// row appends the links of a point on a level. All of them are points of the graph.
func (l *links) row(dst []uint32, p uint32, level int) ([]uint32, error) {
	i := int(p)
	if level > 0 || i >= l.points {
		var err error
		if i, err = l.list(p, level); err != nil {
			return dst, err
		}
	}
	if l.format == formatPlain {
		return l.plainRow(dst, i)
	}
	from, to := l.offsets.pair(i)
	if from > to || to > uint64(len(l.neighbours)) {
		return dst, l.corrupt(l.at, "list %d spans %d to %d of %d bytes", i, from, to, len(l.neighbours))
	}
	sorted := l.m
	if level == 0 {
		sorted = l.m0
	}
	at, n := int(from), int(to-from)
	if l.format == formatVectors {
		var err error
		if at, n, err = l.skipVectors(i, at, int(to), level, sorted); err != nil {
			return dst, err
		}
	}
	dst, ok := unpackList(dst, l.slack[at:], n, l.unsorted, sorted, l.points)
	if !ok {
		return dst, l.corrupt(l.at+at, "list %d links to a point beyond %d", i, l.points)
	}
	return dst, nil
}

// skipVectors finds the packed links within a list of links_comp_vec.bin.
func (l *links) skipVectors(list, from, to, level, sorted int) (at, n int, err error) {
	if level == 0 {
		from += l.inline.baseSize
	}
	if from > to {
		return 0, 0, l.corrupt(l.at, "list %d is shorter than its vector", list)
	}
	count, used := binary.Uvarint(l.neighbours[from:to])
	if used <= 0 || count > uint64(l.points) {
		return 0, 0, l.corrupt(l.at+from, "list %d has no valid number of links", list)
	}
	from += used
	bits := (int(count) - min(int(count), sorted)) * int(l.unsorted)
	if s := min(int(count), sorted); s > 0 {
		bits += widthBits + s*(int(l.slack[from]&31)+minWidth)
	}
	n = (bits + 7) / 8
	if from+n > to {
		return 0, 0, l.corrupt(l.at+from, "list %d ends inside its %d links", list, count)
	}
	return from, n, nil
}

func (l *links) plainRow(dst []uint32, i int) ([]uint32, error) {
	from, to := binary.LittleEndian.Uint64(l.plain[8*i:]), binary.LittleEndian.Uint64(l.plain[8*i+8:])
	if from > to || to > uint64(len(l.neighbours)/4) {
		return dst, l.corrupt(l.at, "list %d spans links %d to %d of %d", i, from, to, len(l.neighbours)/4)
	}
	for b := l.neighbours[4*from : 4*to]; len(b) > 0; b = b[4:] {
		link := binary.LittleEndian.Uint32(b)
		if int(link) >= l.points {
			return dst, l.corrupt(l.at, "list %d links to point %d of %d", i, link, l.points)
		}
		dst = append(dst, link)
	}
	return dst, nil
}

// prefetch brings the beginning of the list of a point on level 0 near.
func (l *links) prefetch(p uint32) {
	if l.format == formatPlain {
		return
	}
	if from := l.offsets.at(int(p)); from < uint64(len(l.neighbours)) {
		prefetch(unsafe.Pointer(&l.neighbours[from]))
	}
}
