package fulltext

import "slices"

// boundary is the token that no phrase goes over.
const boundary = "\x00"

// cutter turns texts into documents.
type cutter struct{ params Params }

// document appends the tokens of the texts of a slot, as numbers; length counts those that are not put in as boundaries. Without any of those
// there is nothing.
func (c *cutter) document(dst []uint32, texts []string, number func(string) uint32) (doc []uint32, length uint32) {
	bounds := 0 // that the next token comes after
	bound := func() {
		if c.params.Positions {
			bounds++
		}
	}
	for i, text := range texts {
		if i > 0 {
			bound()
		}
		c.params.Analyzer.DocumentDetached(text, func(token string, detached bool) {
			if detached {
				bound()
			}
			for ; bounds > 0; bounds-- {
				dst = append(dst, number(boundary))
			}
			dst = append(dst, number(token))
			length++
		})
	}
	if length > 0 {
		for ; bounds > 0; bounds-- {
			dst = append(dst, number(boundary))
		}
	}
	return dst, length
}

// distinct sorts numbers and leaves each once.
func distinct(doc []uint32) []uint32 {
	slices.Sort(doc)
	return slices.Compact(doc)
}
