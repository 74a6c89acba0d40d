// Package par runs independent pieces of one read on a bounded number of goroutines.
package par

import (
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Do calls fn(0) … fn(n-1), at most GOMAXPROCS at a time, and returns when all are done. The caller's goroutine takes part. A panic
// in a piece is raised again in the caller, where it can be recovered, once all goroutines have ended; pieces that have not begun are left out.
func Do(n int, fn func(i int)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	if workers <= 1 {
		for i := range n {
			fn(i)
		}
		return
	}
	var next atomic.Int64
	var failure atomic.Pointer[any]
	run := func() {
		defer func() {
			if r := recover(); r != nil {
				next.Store(int64(n))
				failure.CompareAndSwap(nil, &r)
			}
		}()
		for {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			fn(i)
		}
	}
	var wg sync.WaitGroup
	for range workers - 1 {
		wg.Go(func() {
			debug.SetPanicOnFault(true) // a fault in a mapped file is a panic too
			run()
		})
	}
	run()
	wg.Wait()
	if r := failure.Load(); r != nil {
		panic(*r)
	}
}
