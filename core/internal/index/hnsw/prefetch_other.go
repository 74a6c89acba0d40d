//go:build !amd64 || purego

package hnsw

import "unsafe"

func prefetch(unsafe.Pointer) {}
