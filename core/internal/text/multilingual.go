package text

import "github.com/qdrant-edge-go/edge/core/internal/text/lang"

// multilingual cuts text by its scripts: into groups of one script, at the separators, and then by the rules of the script and language.
// The words are normalised, and those without a letter dropped, before the steps of all tokenizers.
func (p *process) multilingual(text string) {
	if ascii(text) {
		p.group(text)
		return
	}
	counts := lang.Count(text)
	if counts.Main() != lang.Latin && counts.East() == lang.Japanese {
		p.japanese(text)
		return
	}
	groups(text, p.group)
}

func (p *process) group(text string) {
	g := describe(text)
	word := func(word string) {
		word = p.normalize(word, g)
		if !letterless(word) {
			p.token(word)
		}
	}
	pieces(text, func(piece string, further bool) {
		if further {
			g.segment(piece, word)
		} else {
			word(piece)
		}
	})
}
