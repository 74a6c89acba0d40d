package remote

import (
	"bytes"
	"context"
	"errors"
	"io"
)

const (
	block    = 512
	magicAt  = 257 // of a tar's first header
	tarMagic = "ustar"
	tarEnd   = 2 * block // zero bytes that end an archive
)

// archive checks a tar while it goes by: that it begins like one, is not larger than allowed and ends with the end of an archive. A server
// that fails midway ends its stream as if all was well, so the end of the stream proves nothing.
type archive struct {
	c     *Client
	ctx   context.Context
	from  io.Reader
	close func() error

	head  []byte // read by open, not yet handed out
	total int64
	zeros int // at the end so far, at most tarEnd
	err   error
}

// open reads the first block.
func (a *archive) open() error {
	head := make([]byte, block)
	n, err := io.ReadFull(a.from, head)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF) && n > 0 && a.ctx.Err() == nil && !looksLikeTar(head[:n]):
		return &Error{Kind: Retryable, Msg: "the answer is no archive"}
	case err != nil:
		return a.failure(err)
	case !looksLikeTar(head):
		return &Error{Kind: Retryable, Msg: "the answer is no archive"}
	}
	a.head = head
	return nil
}

func looksLikeTar(head []byte) bool {
	return len(head) >= magicAt+len(tarMagic) && bytes.Equal(head[magicAt:magicAt+len(tarMagic)], []byte(tarMagic))
}

// failure sorts an error of reading; errors that are sorted already pass.
func (a *archive) failure(err error) error {
	var e *Error
	if errors.As(err, &e) {
		return err
	}
	return a.c.broken(a.ctx, "the archive broke off", err)
}

func (a *archive) Read(b []byte) (int, error) {
	if a.err != nil {
		return 0, a.err
	}
	n, err := a.next(b)
	a.observe(b[:n])
	switch {
	case a.total > a.c.opts.MaxArchive:
		a.err = &Error{Kind: Permanent, Msg: "the archive is larger than allowed"}
		return 0, a.err
	case errors.Is(err, io.EOF) && (a.zeros < tarEnd || a.total%block != 0):
		a.err = &Error{Kind: Retryable, Msg: "the archive ends early", Err: io.ErrUnexpectedEOF}
	case errors.Is(err, io.EOF):
		a.err = io.EOF
	case err != nil:
		a.err = a.failure(err)
	}
	if n > 0 {
		return n, nil
	}
	return 0, a.err
}

func (a *archive) next(b []byte) (int, error) {
	if len(a.head) > 0 {
		n := copy(b, a.head)
		a.head = a.head[n:]
		return n, nil
	}
	return a.from.Read(b)
}

func (a *archive) observe(b []byte) {
	a.total += int64(len(b))
	trailing := len(b) - len(bytes.TrimRight(b[max(0, len(b)-tarEnd):], "\x00")) - max(0, len(b)-tarEnd)
	if trailing == len(b) {
		trailing += a.zeros
	}
	a.zeros = min(trailing, tarEnd)
}

func (a *archive) Close() error {
	a.err = errors.Join(a.err, errClosed)
	return a.close()
}

var errClosed = errors.New("the download is closed")
