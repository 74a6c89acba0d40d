package main

/*
#include "bridge.h"
*/
import "C"

import "unsafe"

// qeGoOnEvent sets the callback for progress, or that for the log; null takes it away.
//
//export qeGoOnEvent
func qeGoOnEvent(h C.uint64_t, log C.int, fn C.qe_event_fn, user unsafe.Pointer, e *C.qe_error) C.int32_t {
	return setHook(e, uint64(h), func(s *synced) {
		hook := &s.hooks.progress
		if log != 0 {
			hook = &s.hooks.log
		}
		hook.replace(func(text []byte) {
			text = append(text, 0)
			C.border_event(fn, user, (*C.char)(unsafe.Pointer(&text[0])), C.size_t(len(text)-1))
		}, fn != nil)
	})
}

// qeGoOnGate sets the callback that is asked before transfers; null takes it away.
//
//export qeGoOnGate
func qeGoOnGate(h C.uint64_t, fn C.qe_gate_fn, user unsafe.Pointer, e *C.qe_error) C.int32_t {
	return setHook(e, uint64(h), func(s *synced) {
		s.hooks.gate.replace(func() bool { return C.border_gate(fn, user) != 0 }, fn != nil)
	})
}

func setHook(e *C.qe_error, h uint64, set func(*synced)) (status C.int32_t) {
	defer func() {
		if r := recover(); r != nil {
			status = setError(e, recovered(r))
		}
	}()
	if e != nil {
		*e = C.qe_error{}
	}
	if err := withSynced(h, func(s *synced) error { set(s); return nil }); err != nil {
		return setError(e, err)
	}
	return 0
}
