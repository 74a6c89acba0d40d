package remote

import (
	"math/bits"
	"net/http"
	"strconv"
	"time"
)

// Backoff says how long to wait between attempts. The zero value takes the defaults. It is a pure function of its arguments.
type Backoff struct {
	Base     time.Duration // before the second attempt; 500 ms
	Max      time.Duration // at most; 2 min
	Attempts int           // in a row without progress, for what a Client repeats itself; 6
}

func (b *Backoff) ensureDefaults() {
	if b.Base <= 0 {
		b.Base = 500 * time.Millisecond
	}
	if b.Max <= 0 {
		b.Max = 2 * time.Minute
	}
	if b.Attempts <= 0 {
		b.Attempts = 6
	}
}

// Delay is the wait after the n-th failure in a row, n from 0: exponential, of which half is left to chance (random is any 64 bits), so that
// devices which failed together do not come back together. What the server asked for in Retry-After is a lower bound.
func (b Backoff) Delay(n int, retryAfter time.Duration, random uint64) time.Duration {
	b.ensureDefaults()
	delay := b.Max
	if n >= 0 && n < 62 && b.Base <= b.Max>>n {
		delay = b.Base << n
	}
	half := delay / 2
	share, _ := bits.Mul64(random, uint64(delay-half)+1) // uniform in [0, delay-half]
	return max(half+time.Duration(share), retryAfter)
}

// maxRetryAfter bounds what a server may ask for.
const maxRetryAfter = time.Hour

// retryAfter reads the header: seconds or a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		return clampRetry(n, time.Second)
	}
	if at, err := http.ParseTime(value); err == nil {
		return clampRetry(int64(at.Sub(now)), 1)
	}
	return 0
}

func clampRetry(n int64, unit time.Duration) time.Duration {
	switch {
	case n <= 0:
		return 0
	case n > int64(maxRetryAfter/unit):
		return maxRetryAfter
	}
	return time.Duration(n) * unit
}
