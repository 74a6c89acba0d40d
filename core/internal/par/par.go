// Package par runs independent pieces of one read on a bounded number of goroutines.
package par

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Do calls fn(0) … fn(n-1), at most GOMAXPROCS at a time, and returns when all are done. The caller's goroutine takes part.
func Do(n int, fn func(i int)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	if workers <= 1 {
		for i := range n {
			fn(i)
		}
		return
	}
	var next atomic.Int64
	run := func() {
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
		wg.Go(run)
	}
	run()
	wg.Wait()
}
