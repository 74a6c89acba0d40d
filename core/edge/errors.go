package edge

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// guarded runs one call: a context that has ended stops it at the start, a fault in a mapped file becomes an error, every error an *api.Error.
func guarded[T any](ctx context.Context, fn func() (T, error)) (T, error) {
	if err := ctx.Err(); err != nil {
		var zero T
		return zero, typed(err)
	}
	return guard(fn)
}

func guard[T any](fn func() (T, error)) (res T, err error) {
	err = disk.Guard(func() (err error) {
		res, err = fn()
		return err
	})
	if err != nil {
		var zero T
		return zero, typed(err)
	}
	return res, nil
}

func guardedErr(ctx context.Context, fn func() error) error {
	_, err := guarded(ctx, func() (struct{}, error) { return struct{}{}, fn() })
	return err
}

// Typed is for the engine's own packages: it gives any error the kind that a caller can act on.
func Typed(err error) error {
	if err == nil {
		return nil
	}
	return typed(err)
}

// typed gives an error the kind that a caller can act on. An error that has one keeps it.
func typed(err error) error {
	var e *api.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return api.Wrap(api.Cancelled, err, "")
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return api.Wrap(api.DiskFull, err, "")
	case errors.As(err, &e):
		if top, ok := err.(*api.Error); ok {
			return top
		}
		return api.Wrap(e.Kind, err, "")
	case disk.IsCorrupt(err):
		return api.Wrap(api.Corrupt, err, "")
	case errors.Is(err, disk.ErrLocked):
		return api.Wrap(api.Locked, err, "")
	case errors.Is(err, fs.ErrNotExist):
		return api.Wrap(api.NotFound, err, "")
	}
	return api.Wrap(api.IO, err, "")
}
