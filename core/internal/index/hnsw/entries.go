package hnsw

import (
	"encoding/binary"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// GraphFile is the name of the file of entry points.
const GraphFile = "graph.bin"

// entry is a point where a search may begin.
type entry struct {
	point uint32
	level int
}

const entryBytes = 12

// header is graph.bin.
type header struct {
	m, m0, efConstruct int
	entries
}

// entries are the entry points: the first acceptable one of main, else the
// highest acceptable one of extra.
type entries struct {
	main     []entry
	extra    []entry // min-heap by level, at most capacity
	capacity int
}

type reader struct {
	name string
	data []byte
	at   int
	err  error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = disk.Corruptf(r.name, int64(r.at), format, args...)
	}
}

func (r *reader) u64() uint64 {
	if r.err != nil || len(r.data)-r.at < 8 {
		r.fail("the file ends inside a number")
		return 0
	}
	r.at += 8
	return binary.LittleEndian.Uint64(r.data[r.at-8:])
}

// number is a u64 that is at most limit.
func (r *reader) number(what string, limit uint64) int {
	n := r.u64()
	if r.err == nil && n > limit {
		r.fail("%s is %d, more than %d", what, n, limit)
		return 0
	}
	return int(n)
}

func (r *reader) list() []entry {
	n := r.number("number of entry points", uint64((len(r.data)-r.at)/entryBytes))
	if r.err != nil {
		return nil
	}
	list := make([]entry, n)
	for i := range list {
		list[i].point = binary.LittleEndian.Uint32(r.data[r.at:])
		r.at += 4
		list[i].level = r.number("level", maxLevel)
	}
	return list
}

func decodeHeader(name string, data []byte) (*header, error) {
	r := reader{name: name, data: data}
	h := &header{}
	h.m = r.number("m", maxM)
	h.m0 = r.number("m0", maxM)
	h.efConstruct = r.number("ef_construct", 1<<40)
	h.main = r.list()
	h.extra = r.list()
	h.capacity = r.number("capacity", 1<<40)
	if r.err == nil && r.at != len(data) {
		r.fail("%d bytes follow the end", len(data)-r.at)
	}
	if r.err != nil {
		return nil, r.err
	}
	return h, nil
}

func (h *header) append(dst []byte) []byte {
	for _, n := range []int{h.m, h.m0, h.efConstruct} {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(n))
	}
	for _, list := range [][]entry{h.main, h.extra} {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(len(list)))
		for _, e := range list {
			dst = binary.LittleEndian.AppendUint32(dst, e.point)
			dst = binary.LittleEndian.AppendUint64(dst, uint64(e.level))
		}
	}
	return binary.LittleEndian.AppendUint64(dst, uint64(h.capacity))
}

// find returns where a search begins.
func (e *entries) find(ok func(uint32) bool) (best entry, found bool) {
	for _, x := range e.main {
		if ok(x.point) {
			return x, true
		}
	}
	for _, x := range e.extra {
		if (!found || x.level >= best.level) && ok(x.point) {
			best, found = x, true
		}
	}
	return best, found
}

// add offers a point of a graph without filters as an entry: a higher one takes the first place.
func (e *entries) add(x entry) {
	switch {
	case len(e.main) == 0:
		e.main = append(e.main, x)
	case e.main[0].level >= x.level:
		e.keep(x)
	default:
		e.keep(e.main[0])
		e.main[0] = x
	}
}

// keep puts a point on the heap, if it has room or something lower.
func (e *entries) keep(x entry) {
	h := e.extra
	if len(h) < e.capacity {
		h = append(h, x)
		i := len(h) - 1
		for i > 0 && h[(i-1)/2].level > x.level {
			h[i] = h[(i-1)/2]
			i = (i - 1) / 2
		}
		h[i], e.extra = x, h
		return
	}
	if len(h) == 0 || h[0].level >= x.level {
		return
	}
	i := 0
	for {
		c := 2*i + 1
		if c >= len(h) {
			break
		}
		if c+1 < len(h) && h[c+1].level < h[c].level {
			c++
		}
		if h[c].level >= x.level {
			break
		}
		h[i], i = h[c], c
	}
	h[i] = x
}
