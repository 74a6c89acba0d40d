package snapshot_test

import (
	"os"
	"syscall"
)

func allocated(i os.FileInfo) int64 {
	if st, ok := i.Sys().(*syscall.Stat_t); ok {
		return st.Blocks * 512
	}
	return 0
}
