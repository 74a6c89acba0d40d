package text

import "github.com/qdrant-edge-go/edge/core/internal/text/dict"

// thai cuts text into the longest words of the dictionary, from the front; what begins no word is cut character by character.
func thai(piece string, do func(string)) {
	d := dict.Thai()
	for piece != "" {
		size := 0
		d.Prefixes(piece, func(end, _ int) { size = end })
		if size == 0 {
			size = charSize(piece)
		}
		do(piece[:size])
		piece = piece[size:]
	}
}
