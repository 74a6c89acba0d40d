//go:build amd64 && !purego

package hnsw

import "unsafe"

// prefetch brings three cache lines into the nearest cache. Any address is allowed.
//
//go:noescape
func prefetch(p unsafe.Pointer)
