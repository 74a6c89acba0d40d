package text

import (
	"strings"

	"github.com/qdrant-edge-go/edge/core/internal/text/kana"
)

// japanese cuts Japanese text into words; they are not normalised. Text with a zero byte has none.
func (p *process) japanese(text string) {
	if strings.IndexByte(text, 0) >= 0 {
		return
	}
	kana.Default().Words(text, func(word string) {
		if !letterless(word) {
			p.token(word)
		}
	})
}
