package main

import (
	"encoding/binary"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/qdrant-edge-go/edge/core/api"
)

// call is one request on its way through the dispatch table. body and floats are the caller's memory: nothing keeps them.
type call struct {
	code   uint16
	handle uint64
	body   []byte
	floats []float32
	packed bool // the answer has no JSON
	// columns means that the request is not JSON: see columns.go.
	columns bool
	args    api.CallArgs // set by the typed face, else decoded from body
	typed   bool
	out     []byte
}

var calls = sync.Pool{New: func() any { return new(call) }}

// dispatch runs a function and turns panics into errors.
func dispatch(code uint16, c *call) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = recovered(r)
		}
	}()
	debug.SetPanicOnFault(true)
	c.code = code
	if int(code) < len(functions) && functions[code] != nil {
		return functions[code](c)
	}
	return api.Errorf(api.InvalidArgument, "unknown function %d", code)
}

// recovered makes an error of a panic: a fault is a mapping that reaches beyond its file.
func recovered(r any) error {
	if f, ok := r.(interface{ Addr() uintptr }); ok {
		return api.Errorf(api.Corrupt, "a mapped file was cut while it was in use (fault at %#x)", f.Addr())
	}
	return api.Errorf(api.Internal, "panic: %v\n%s", r, debug.Stack())
}

// arguments returns the named arguments, of which paths are there if they must.
func (c *call) arguments() (*api.CallArgs, error) {
	a, err := &c.args, error(nil)
	if !c.typed {
		a, err = api.DecodeCallArgsJSON(c.body)
	}
	if err == nil {
		err = checkPaths(requiredPaths(c.code, a))
	}
	return a, err
}

// pathArgument is a path by the name of its argument.
type pathArgument struct{ name, path string }

// checkPaths refuses paths that are missing or that no file can have.
func checkPaths(paths []pathArgument) error {
	for _, p := range paths {
		switch {
		case p.path == "":
			return api.Errorf(api.InvalidArgument, "%s is missing", p.name)
		case strings.IndexByte(p.path, 0) >= 0:
			return api.Errorf(api.InvalidArgument, "%s holds a NUL", p.name)
		}
	}
	return nil
}

// waiting holds responses that did not fit until they are fetched; the oldest go first when nobody fetches.
var waiting = struct {
	sync.Mutex
	next  uint64
	order []uint64
	data  map[uint64][]byte
}{data: map[uint64][]byte{}}

const maxWaiting = 1024

func park(data []byte) uint64 {
	waiting.Lock()
	defer waiting.Unlock()
	if len(waiting.order) == maxWaiting {
		delete(waiting.data, waiting.order[0])
		waiting.order = waiting.order[1:]
	}
	waiting.next++
	waiting.data[waiting.next] = data
	waiting.order = append(waiting.order, waiting.next)
	return waiting.next
}

// fetch hands out a parked response once; when out is still too small it stays.
func fetch(c *call) error {
	waiting.Lock()
	defer waiting.Unlock()
	data, ok := waiting.data[c.handle]
	if !ok {
		return api.Errorf(api.NotFound, "no response waits under token %d", c.handle)
	}
	if len(data) > cap(c.out) {
		return api.Errorf(api.InvalidArgument, "the response needs %d bytes, out has %d", len(data), cap(c.out))
	}
	delete(waiting.data, c.handle)
	waiting.order = slices.DeleteFunc(waiting.order, func(t uint64) bool { return t == c.handle })
	c.out = append(c.out, data...)
	return nil
}

const (
	magic      = 0x31464551
	headerSize = 32
	minOut     = 256
	maxOut     = 1 << 31
	statusMore = -1
	statusBase = -100
)

// serve runs one frame. body and floats view parts of the frame, buffer views out.
func serve(header []byte, body func(off, n int) []byte, floats func(off, n int) []float32, buffer func(n uint64) []byte) int64 {
	le := binary.LittleEndian
	size := le.Uint64(header[16:])
	if le.Uint32(header) != magic || size < minOut {
		return statusBase - int64(api.InvalidArgument)
	}
	code := le.Uint16(header[4:])
	jsonLen, count := int(le.Uint32(header[24:])), int(le.Uint32(header[28:]))
	c := calls.Get().(*call)
	*c = call{handle: le.Uint64(header[8:]), packed: header[6]&1 != 0, columns: header[6]&2 != 0, out: buffer(min(size, maxOut))[:0]}
	c.body = body(headerSize, jsonLen)
	if count > 0 {
		c.floats = floats(headerSize+(jsonLen+3)&^3, count)
	}
	first := c.out[:1]
	err := dispatch(code, c)
	out := c.out
	*c = call{}
	calls.Put(c)
	if err != nil {
		return fail(first, err)
	}
	if len(out) > 0 && &out[0] != &first[0] {
		room := first[:16]
		le.PutUint64(room, park(out))
		le.PutUint64(room[8:], uint64(len(out)))
		return statusMore
	}
	return int64(len(out))
}

// fail writes an error to out, its message cut to what fits.
func fail(out []byte, err error) int64 {
	msg := err.Error()
	text := appendError(nil, err, msg)
	for room := cap(out) - 4; len(text) > room; {
		msg = msg[:len(msg)/2]
		text = appendError(text[:0], err, msg)
	}
	out = binary.LittleEndian.AppendUint32(out[:0], uint32(len(text)))
	_ = append(out, text...)
	return statusBase - int64(api.KindOf(err))
}

func appendError(dst []byte, err error, msg string) []byte {
	return api.AppendErrorJSON(dst, api.KindOf(err), msg)
}
