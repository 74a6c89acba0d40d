package disk

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// lockDir takes flock(LOCK_EX|LOCK_NB) on a descriptor of the directory, the
// lock the WAL of Qdrant takes; the wheel and this engine exclude each other.
func lockDir(dir string) (io.Closer, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(d.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = d.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", dir, ErrLocked)
		}
		return nil, &os.PathError{Op: "flock", Path: dir, Err: err}
	}
	return dirLock{d}, nil
}

type dirLock struct{ *os.File }

// Close unlocks before it closes: a child that was forked meanwhile has a copy
// of the descriptor and would keep the lock.
func (l dirLock) Close() error {
	return errors.Join(unix.Flock(int(l.Fd()), unix.LOCK_UN), l.File.Close())
}
