package text

import (
	"unicode/utf8"
	"unsafe"

	"github.com/qdrant-edge-go/edge/core/internal/text/fold"
	"github.com/qdrant-edge-go/edge/core/internal/text/ucd"
)

// process is the state of one walk over a text.
type process struct {
	*Analyzer
	yield func(string)
	block []byte // changed tokens are appended here and never written again
}

const blockSize = 512

// room makes place for n more bytes in the block.
func (p *process) room(n int) {
	if cap(p.block)-len(p.block) < n {
		p.block = make([]byte, 0, max(n, blockSize))
	}
}

// keep takes the bytes that were appended after start as a string; they are taken back if the token was like that before.
func (p *process) keep(start int, token string) string {
	changed := unsafe.String(unsafe.SliceData(p.block[start:]), len(p.block)-start)
	if changed == token {
		p.block = p.block[:start]
		return token
	}
	return changed
}

// token runs the steps on a token and yields what is left of it.
func (p *process) token(token string) {
	if token, ok := p.steps(token, true); ok {
		p.yield(token)
	}
}

// steps runs the steps on a token; false if it is dropped. Prefixes are cut later and leave out the upper bound.
func (p *process) steps(token string, checkMax bool) (string, bool) {
	if token == "" {
		return "", false
	}
	if p.fold {
		token = p.folded(token)
	}
	if p.lower {
		token = p.lowered(token)
	}
	if p.stop != nil {
		if _, ok := p.stop[token]; ok {
			return "", false
		}
	}
	if p.stemmer != nil {
		token = p.stemmer.Stem(token)
	}
	return token, p.fits(token, checkMax)
}

func (p *process) fits(token string, checkMax bool) bool {
	if p.min == 0 && (!checkMax || p.max == noMax) {
		return true
	}
	n := utf8.RuneCountInString(token)
	return n >= p.min && (!checkMax || n <= p.max)
}

func (p *process) folded(token string) string {
	if ascii(token) {
		return token
	}
	p.room(2 * len(token))
	start := len(p.block)
	p.block = fold.Append(p.block, token)
	return p.keep(start, token)
}

func (p *process) lowered(token string) string {
	plain, upper := true, false
	for i := 0; i < len(token); i++ {
		c := token[i]
		plain = plain && c < utf8.RuneSelf
		upper = upper || 'A' <= c && c <= 'Z'
	}
	if plain && !upper {
		return token
	}
	p.room(2 * len(token))
	start := len(p.block)
	p.block = ucd.AppendLower(p.block, token)
	return p.keep(start, token)
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
