package par

import (
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDoRunsEachPieceOnceAndBounded(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 1000} {
		runs := make([]atomic.Int32, n)
		var now, most atomic.Int32
		Do(n, func(i int) {
			at := now.Add(1)
			for old := most.Load(); at > old && !most.CompareAndSwap(old, at); old = most.Load() {
			}
			runs[i].Add(1)
			runtime.Gosched()
			now.Add(-1)
		})
		for i := range runs {
			require.EqualValues(t, 1, runs[i].Load())
		}
		require.LessOrEqual(t, int(most.Load()), runtime.GOMAXPROCS(0))
	}
}

func TestPanicsReachTheCaller(t *testing.T) {
	for _, at := range []int{0, 1, 63} {
		var runs atomic.Int32
		require.PanicsWithValue(t, at, func() {
			Do(64, func(i int) {
				runs.Add(1)
				if i == at {
					panic(i)
				}
			})
		})
		require.LessOrEqual(t, runs.Load(), int32(64))
	}
}
