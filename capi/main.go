package main

/*
#include "bridge.h"
*/
import "C"

import (
	"math"
	"runtime/debug"
	"unsafe"

	"github.com/qdrant-edge-go/edge/core/api"
)

func main() {}

//export qeGoCall
func qeGoCall(frame, out unsafe.Pointer) C.int64_t {
	if frame == nil || out == nil {
		return C.int64_t(statusBase - int64(api.InvalidArgument))
	}
	header := unsafe.Slice((*byte)(frame), headerSize)
	return C.int64_t(serve(header,
		func(off, n int) []byte { return unsafe.Slice((*byte)(unsafe.Add(frame, off)), n) },
		func(off, n int) []float32 { return floatsAt(unsafe.Add(frame, off), n) },
		func(n uint64) []byte { return unsafe.Slice((*byte)(out), n) }))
}

// floatsAt views n floats, or copies them when they are not aligned.
func floatsAt(p unsafe.Pointer, n int) []float32 {
	if uintptr(p)&3 == 0 {
		return unsafe.Slice((*float32)(p), n)
	}
	out := make([]float32, n)
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&out[0])), 4*n), unsafe.Slice((*byte)(p), 4*n))
	return out
}

// qeGoTyped runs a typed function: paths are text, req is the request or configuration, res receives plain JSON.
//
//export qeGoTyped
func qeGoTyped(code C.uint16_t, h *C.uint64_t, path, other *C.char, req C.qe_msg, res *C.qe_msg, e *C.qe_error) C.int32_t {
	if err := checkMessage(&req); err != nil {
		return setError(e, err)
	}
	if opens(uint16(code)) && h == nil {
		return setError(e, api.Errorf(api.InvalidArgument, "the pointer that receives the shard handle is null"))
	}
	c := &call{typed: true}
	if h != nil {
		c.handle = uint64(*h)
	}
	if req.json_len > 0 {
		c.body = unsafe.Slice((*byte)(unsafe.Pointer(req.json)), int(req.json_len))
	}
	if req.f32_len > 0 {
		c.floats = floatsAt(unsafe.Pointer(req.f32), int(req.f32_len))
	}
	c.args = api.CallArgs{Path: goString(path), SnapshotPath: goString(path), TargetPath: goString(other), TmpDir: goString(other),
		Config: c.body, Manifest: c.body, Options: c.body}
	if err := dispatch(uint16(code), c); err != nil {
		return setError(e, err)
	}
	if h != nil {
		*h = C.uint64_t(c.handle)
	}
	if res != nil {
		text := C.border_copy(unsafe.Pointer(unsafe.SliceData(c.out)), C.size_t(len(c.out)))
		if text == nil {
			return setError(e, api.Errorf(api.OutOfMemory, "no memory for an answer of %d bytes", len(c.out)))
		}
		*res = C.qe_msg{json: (*C.uint8_t)(unsafe.Pointer(text)), json_len: C.size_t(len(c.out))}
	}
	return 0
}

// maxLength bounds the lengths of a message, as those of a packed frame are by their width.
const maxLength = math.MaxUint32

// checkMessage refuses lengths that cannot be meant, before a slice is made of them.
func checkMessage(m *C.qe_msg) error {
	switch {
	case m.json == nil && m.json_len > 0, m.f32 == nil && m.f32_len > 0:
		return api.Errorf(api.InvalidArgument, "a message has a length and a null pointer")
	case m.json_len > maxLength, m.f32_len > maxLength:
		return api.Errorf(api.InvalidArgument, "a message of %d bytes of JSON and %d floats is too long", uint64(m.json_len), uint64(m.f32_len))
	}
	return nil
}

// opens reports whether a function gives out a handle.
func opens(code uint16) bool {
	return code == C.QE_FN_SHARD_CREATE || code == C.QE_FN_SHARD_LOAD || code == C.QE_FN_SYNCED_OPEN
}

func goString(s *C.char) string {
	if s == nil {
		return ""
	}
	return C.GoString(s)
}

func setError(e *C.qe_error, err error) C.int32_t {
	kind := api.KindOf(err)
	if e != nil {
		e.code = C.int32_t(kind)
		e.kind = copyText(kind.String())
		e.message = copyText(err.Error())
	}
	return C.int32_t(kind)
}

// copyText is null when there is no memory.
func copyText(s string) *C.char {
	return C.border_copy(unsafe.Pointer(unsafe.StringData(s)), C.size_t(len(s)))
}

//export qeGoConfigure
func qeGoConfigure(gcPercent C.int32_t, memoryLimit C.int64_t) {
	if gcPercent != 0 {
		debug.SetGCPercent(int(gcPercent))
	}
	if memoryLimit > 0 {
		debug.SetMemoryLimit(int64(memoryLimit))
	}
}

//export qeGoLiveHandles
func qeGoLiveHandles() C.uint64_t { return C.uint64_t(liveHandles()) }
