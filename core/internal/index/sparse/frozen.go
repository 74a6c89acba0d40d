package sparse

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"path/filepath"
	"sort"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// The names of the files.
const (
	ConfigFile   = "sparse_index_config.json"
	TrackerFile  = "indices_tracker.json"
	CountsFile   = "inverted_index_config.json"
	PostingsFile = "inverted_index.dat"
	VersionFile  = "version.info"

	currentVersion = "0.2.0"
)

// Frozen is an index in files. It may be read by many goroutines at once; Close needs exclusive access.
type Frozen struct {
	file    *disk.Mapping
	weights Weights
	numbers map[uint32]uint32 // dimension -> list
	counts  counts
}

type counts struct {
	Postings int  `json:"posting_count"`
	Vectors  int  `json:"vector_count"`
	Size     *int `json:"total_sparse_size,omitempty"`
}

// Current tells whether a directory holds a complete index of the present version.
func Current(fs disk.FS, dir string) (bool, error) {
	name := filepath.Join(dir, VersionFile)
	if ok, err := disk.Exists(fs, name); err != nil || !ok {
		return false, err
	}
	data, err := disk.ReadFile(fs, name)
	return string(data) == currentVersion, err
}

// Open opens the files of an index; cold leaves them on disk until they are read.
func Open(fs disk.FS, dir string, cold bool) (*Frozen, error) {
	f := &Frozen{}
	if err := f.readConfigs(fs, dir); err != nil {
		return nil, err
	}
	var err error
	if f.file, err = fs.Map(filepath.Join(dir, PostingsFile), false); err != nil {
		return nil, err
	}
	if need := f.counts.Postings; need > len(f.file.Data)/f.weights.header() {
		err := disk.Corruptf(f.file.Name(), 0, "%d bytes do not hold the headers of %d lists", len(f.file.Data), need)
		f.file.Close()
		return nil, err
	}
	if !cold {
		f.file.Advise(disk.AdviseWillNeed)
	}
	return f, nil
}

func (f *Frozen) readConfigs(fs disk.FS, dir string) error {
	var cfg struct {
		Datatype string `json:"datatype"`
	}
	if err := readJSON(fs, filepath.Join(dir, ConfigFile), &cfg); err != nil {
		return err
	}
	var ok bool
	if f.weights, ok = ParseWeights(cfg.Datatype); !ok {
		return disk.Corruptf(filepath.Join(dir, ConfigFile), 0, "datatype %q", cfg.Datatype)
	}
	name := filepath.Join(dir, CountsFile)
	if err := readJSON(fs, name, &f.counts); err != nil {
		return err
	}
	if f.counts.Postings < 0 || f.counts.Vectors < 0 || uint64(f.counts.Postings) > math.MaxUint32 {
		return disk.Corruptf(name, 0, "%d lists, %d vectors", f.counts.Postings, f.counts.Vectors)
	}
	var tracker struct {
		Map map[string]uint32 `json:"map"`
	}
	name = filepath.Join(dir, TrackerFile)
	if err := readJSON(fs, name, &tracker); err != nil {
		return err
	}
	f.numbers = make(map[uint32]uint32, len(tracker.Map))
	for text, number := range tracker.Map {
		dim, err := strconv.ParseUint(text, 10, 32)
		if err != nil || int64(number) >= int64(f.counts.Postings) {
			return disk.Corruptf(name, 0, "dimension %q is in list %d of %d", text, number, f.counts.Postings)
		}
		f.numbers[uint32(dim)] = number
	}
	return nil
}

func readJSON(fs disk.FS, name string, into any) error {
	data, err := disk.ReadFile(fs, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return disk.Corruptf(name, 0, "%v", err)
	}
	return nil
}

// Close unmaps the file.
func (f *Frozen) Close() error { return f.file.Close() }

// Vectors implements Index.
func (f *Frozen) Vectors() int { return f.counts.Vectors }

// Bytes implements Index.
func (f *Frozen) Bytes() uint64 {
	return uint64(len(f.file.Data) - f.counts.Postings*f.weights.header())
}

// Dims lists the dimensions in the order of their lists.
func (f *Frozen) Dims() []uint32 {
	dims := make([]uint32, 0, len(f.numbers))
	for dim := range f.numbers {
		dims = append(dims, dim)
	}
	sort.Slice(dims, func(i, j int) bool { return f.numbers[dims[i]] < f.numbers[dims[j]] })
	return dims
}

// Count implements Index.
func (f *Frozen) Count(dim uint32) (int, error) {
	number, ok := f.numbers[dim]
	if !ok {
		return 0, nil
	}
	l, err := f.list(int(number))
	return l.len(), err
}

func (f *Frozen) start(dim uint32, c *cursor) (bool, error) {
	number, ok := f.numbers[dim]
	if !ok {
		return false, nil
	}
	l, err := f.list(int(number))
	c.frozen = l
	return l.len() > 0, err
}

// Each calls fn for all points of a dimension.
func (f *Frozen) Each(dim uint32, fn func(point uint32, weight float32)) error {
	c := cursor{chunk: -1}
	ok, err := f.start(dim, &c)
	for ok && err == nil {
		if ok, err = c.load(c.chunk + 1); !ok || err != nil {
			break
		}
		for i, p := range c.points {
			fn(p, c.weights[i])
		}
	}
	return err
}

// frozenList is where the parts of a list are. The zero value has no points.
type frozenList struct {
	name    string
	at      int // of the list in the file
	weights Weights
	scale   scale
	packed  []byte
	chunks  []byte
	rest    []byte
}

// list checks the header of a list and cuts out its parts.
func (f *Frozen) list(number int) (frozenList, error) {
	data, size := f.file.Data, f.weights.header()
	head := data[number*size:]
	start, end := binary.LittleEndian.Uint64(head), uint64(len(data))
	if number+1 < f.counts.Postings {
		end = binary.LittleEndian.Uint64(head[size:])
	}
	packed, chunks := uint64(binary.LittleEndian.Uint32(head[12:])), uint64(binary.LittleEndian.Uint32(head[16:]))
	chunkBytes := uint64(f.weights.chunk())
	if start > end || end > uint64(len(data)) || start < uint64(f.counts.Postings*size) || packed+chunks*chunkBytes > end-start ||
		(end-start-packed-chunks*chunkBytes)%8 != 0 {
		return frozenList{}, disk.Corruptf(f.file.Name(), int64(number*size), "list %d spans %d to %d with %d bytes of points and %d chunks", number, start, end, packed, chunks)
	}
	l := frozenList{name: f.file.Name(), at: int(start), weights: f.weights}
	l.packed = data[start : start+packed]
	l.chunks = data[start+packed : start+packed+chunks*chunkBytes]
	l.rest = data[start+packed+chunks*chunkBytes : end]
	if f.weights == Uint8 {
		l.scale = scale{math.Float32frombits(binary.LittleEndian.Uint32(head[20:])), math.Float32frombits(binary.LittleEndian.Uint32(head[24:]))}
	}
	if len(l.rest) >= 8*chunkLen {
		return frozenList{}, disk.Corruptf(f.file.Name(), int64(number*size), "list %d has %d points outside of chunks", number, len(l.rest)/8)
	}
	return l, nil
}

func (l *frozenList) full() int {
	if len(l.chunks) == 0 {
		return 0
	}
	return len(l.chunks) / l.weights.chunk()
}

// blocks counts the chunks, the rest as one.
func (l *frozenList) blocks() int {
	if len(l.rest) > 0 {
		return l.full() + 1
	}
	return l.full()
}

func (l *frozenList) len() int { return l.full()*chunkLen + len(l.rest)/8 }

// first is the first point of a block.
func (l *frozenList) first(block int) uint32 {
	if block == l.full() {
		return binary.LittleEndian.Uint32(l.rest)
	}
	return binary.LittleEndian.Uint32(l.chunks[block*l.weights.chunk():])
}

// find is the block, from the given one on, that has a point if any does.
func (l *frozenList) find(point uint32, from int) int {
	from = max(from, 0)
	behind := sort.Search(l.blocks()-from, func(i int) bool { return l.first(from+i) > point })
	return max(from+behind-1, from)
}

// read unpacks a block and returns how many points it has.
func (l *frozenList) read(block int, points *[chunkLen]uint32, weights *[chunkLen]float32) (int, error) {
	if block == l.full() {
		return l.readRest(points, weights)
	}
	size := l.weights.chunk()
	c := l.chunks[block*size:]
	from, to := binary.LittleEndian.Uint32(c[4:]), uint32(len(l.packed))
	if block+1 < l.full() {
		to = binary.LittleEndian.Uint32(c[size+4:])
	}
	if from > to || to > uint32(len(l.packed)) || (to-from)%(chunkLen/8) != 0 || to-from > 32*chunkLen/8 {
		return 0, disk.Corruptf(l.name, int64(l.at), "chunk %d has its points at %d to %d of %d", block, from, to, len(l.packed))
	}
	if !unpackChunk(points, binary.LittleEndian.Uint32(c), l.packed[from:to]) {
		return 0, disk.Corruptf(l.name, int64(l.at)+int64(from), "the points of chunk %d do not rise", block)
	}
	if block+1 < l.blocks() && l.first(block+1) <= points[chunkLen-1] {
		return 0, disk.Corruptf(l.name, int64(l.at), "chunk %d begins below the end of the one before", block+1)
	}
	l.weights.decode(weights[:], c[8:], l.scale)
	return chunkLen, nil
}

func (l *frozenList) readRest(points *[chunkLen]uint32, weights *[chunkLen]float32) (int, error) {
	n := len(l.rest) / 8
	for i := range n {
		e := l.rest[8*i:]
		points[i] = binary.LittleEndian.Uint32(e)
		if points[i] > maxPoint || (i > 0 && points[i] <= points[i-1]) {
			return 0, disk.Corruptf(l.name, int64(l.at), "point %d of the rest is %d", i, points[i])
		}
		l.weights.decode(weights[i:i+1], e[4:], l.scale)
	}
	return n, nil
}
