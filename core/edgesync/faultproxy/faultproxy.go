package faultproxy

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is what happens to one answer. The zero value passes it on. Offsets count bytes of the body unless they say otherwise.
type Fault struct {
	Match func(r *http.Request) bool // which requests; nil is all
	Times int                        // how often, then it is used up; 0 is always

	Refuse    bool          // the connection ends before the request reaches the server
	Lose      bool          // the server executes the request, its answer is lost
	Duplicate bool          // the server gets the request twice; the second answer is used
	Delay     time.Duration // before the answer, or until the client gives up

	Status int         // instead of the server, which is not asked
	Header http.Header // added to the answer
	Body   string      // with Status

	CutRaw   int           // bytes of the answer, head included, after which the connection is reset; 0 is never
	End      int           // the body ends here as if it were whole, in chunks; 0 is never
	Stall    int           // bytes of the answer after which nothing comes until the client gives up; 0 is never
	Drip     int           // bytes at once, with Pause between them
	Pause    time.Duration // between drips
	Flip     int           // the bit of this byte of the body is flipped, from 1; 0 is none
	Longer   int           // the declared length is this much more than the body has, or less when negative
	Bomb     int64         // the body is a gzip of so many zero bytes
	Garbage  bool          // the answer is no HTTP
	Reorder  int           // the body's first so many bytes come last
	StripTag bool          // no ETag and no Accept-Ranges
}

// Page is the fault of a hotel's network: a page with success.
func Page() Fault {
	return Fault{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/html"}}, Body: "<!doctype html><html><body>Welcome! Please log in.</body></html>"}
}

// Answer is the fault of a status with a Qdrant server's words.
func Answer(status int, message string) Fault {
	return Fault{
		Status: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: `{"status":{"error":` + strconv.Quote(message) + `},"time":0}`,
	}
}

// Proxy is an http.Handler before another. It is safe for concurrent use.
type Proxy struct {
	backend http.Handler

	mu     sync.Mutex
	faults []*Fault
	calls  []string
}

// New puts a proxy before a handler.
func New(backend http.Handler) *Proxy { return &Proxy{backend: backend} }

// Set replaces the faults; the first that matches a request is taken. None heals the network.
func (p *Proxy) Set(faults ...Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = nil
	for _, f := range faults {
		p.faults = append(p.faults, &f)
	}
}

// Calls lists the requests so far as "METHOD path", and forgets them.
func (p *Proxy) Calls() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	calls := p.calls
	p.calls = nil
	return calls
}

// take notes a request and picks its fault.
func (p *Proxy) take(r *http.Request) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, r.Method+" "+r.URL.Path)
	for i, f := range p.faults {
		if f.Match != nil && !f.Match(r) {
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				p.faults = append(p.faults[:i:i], p.faults[i+1:]...)
			}
		}
		return *f
	}
	return Fault{}
}

// ServeHTTP answers one request, with its fault.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f := p.take(r)
	if f.Refuse {
		hangUp(w)
		return
	}
	answer := p.ask(f, r)
	if f.Delay > 0 {
		wait(r, f.Delay)
	}
	if f.Lose {
		hangUp(w)
		return
	}
	deliver(w, f, raw(f, r, answer))
}

func (p *Proxy) ask(f Fault, r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	if f.Status != 0 {
		for name, values := range f.Header {
			answer.Header()[name] = values
		}
		answer.WriteHeader(f.Status)
		_, _ = answer.WriteString(f.Body)
		return answer
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	turns := 1
	if f.Duplicate {
		turns = 2
	}
	for range turns {
		answer = httptest.NewRecorder()
		again := r.Clone(r.Context())
		again.Body = io.NopCloser(bytes.NewReader(body))
		p.backend.ServeHTTP(answer, again)
	}
	return answer
}

// raw is the answer as bytes of HTTP/1.1.
func raw(f Fault, r *http.Request, answer *httptest.ResponseRecorder) []byte {
	if f.Garbage {
		return []byte("\x00\x01 this is not HTTP\r\n\r\n")
	}
	resp := answer.Result()
	body := answer.Body.Bytes()
	for name, values := range f.Header {
		resp.Header[name] = values
	}
	if f.StripTag {
		resp.Header.Del("Etag")
		resp.Header.Del("Accept-Ranges")
	}
	chunked := resp.Header.Get("Content-Length") == ""
	if f.Bomb > 0 {
		body = bomb(f.Bomb)
		resp.Header.Set("Content-Encoding", "gzip")
	}
	if f.Flip > 0 && f.Flip <= len(body) {
		body = bytes.Clone(body)
		body[f.Flip-1] ^= 1
	}
	if f.Reorder > 0 && f.Reorder < len(body) {
		body = append(bytes.Clone(body[f.Reorder:]), body[:f.Reorder]...)
	}
	if f.End > 0 && f.End < len(body) {
		body, chunked = body[:f.End], true
	}
	resp.Header.Del("Content-Length")
	resp.Body, resp.ContentLength, resp.TransferEncoding = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	if chunked {
		resp.ContentLength, resp.TransferEncoding = -1, []string{"chunked"}
	}
	resp.Proto, resp.ProtoMajor, resp.ProtoMinor, resp.Close, resp.Request = "HTTP/1.1", 1, 1, true, r
	var b bytes.Buffer
	_ = resp.Write(&b) // into memory
	if f.Longer != 0 {
		said, declared := "Content-Length: "+strconv.Itoa(len(body)), "Content-Length: "+strconv.Itoa(len(body)+f.Longer)
		return []byte(strings.Replace(b.String(), said, declared, 1))
	}
	return b.Bytes()
}

func bomb(size int64) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = io.CopyN(z, zeros{}, size)
	_ = z.Close()
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// deliver writes the bytes of an answer as the fault wants it.
func deliver(w http.ResponseWriter, f Fault, answer []byte) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Time{})
	limit := len(answer)
	for _, at := range []int{f.CutRaw, f.Stall} {
		if at > 0 {
			limit = min(limit, at)
		}
	}
	if !drip(conn, answer[:limit], f) {
		return
	}
	switch {
	case f.Stall > 0 && limit == f.Stall:
		stall(conn)
	case limit < len(answer):
		reset(conn)
	}
}

func drip(conn net.Conn, b []byte, f Fault) bool {
	step := len(b)
	if f.Drip > 0 {
		step = f.Drip
	}
	for len(b) > 0 {
		n := min(step, len(b))
		if _, err := conn.Write(b[:n]); err != nil {
			return false
		}
		if b = b[n:]; len(b) > 0 {
			time.Sleep(f.Pause)
		}
	}
	return true
}

// stall waits until the client hangs up.
func stall(conn net.Conn) {
	_, _ = io.Copy(io.Discard, conn)
}

// wait lets time pass, or the client go.
func wait(r *http.Request, d time.Duration) {
	select {
	case <-r.Context().Done():
	case <-time.After(d):
	}
}

// hangUp ends the connection without an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	reset(conn)
	_ = conn.Close()
}

func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}
