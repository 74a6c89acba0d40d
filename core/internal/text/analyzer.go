package text

// boundary stands between the elements of an array in a document; a query never asks for it.
const boundary = "\x00"

// Document yields the tokens of a document's text, in order.
func (a *Analyzer) Document(text string, yield func(token string)) {
	p := process{Analyzer: a, yield: yield}
	switch a.tokenizer {
	case Prefix:
		p.words(text, p.prefixes)
	case Code:
		p.code(text, func(token string, _ bool) { yield(token) })
	default:
		p.plain(text)
	}
}

// DocumentDetached is Document that tells which tokens do not belong to the token order, so that no phrase goes over them.
func (a *Analyzer) DocumentDetached(text string, yield func(token string, detached bool)) {
	if a.tokenizer == Code {
		p := process{Analyzer: a}
		p.code(text, yield)
		return
	}
	a.Document(text, func(token string) { yield(token, false) })
}

// Query yields the tokens that a document must have to match a text condition.
func (a *Analyzer) Query(text string, yield func(token string)) {
	p := process{Analyzer: a, yield: unbounded(yield)}
	switch a.tokenizer {
	case Prefix:
		p.words(text, p.longestPrefix)
	case Code:
		p.subwords(text)
	default:
		p.plain(text)
	}
}

// RankingQuery yields the tokens of a query that adds up scores: those of Query, and with the code tokenizer the joined identifiers.
func (a *Analyzer) RankingQuery(text string, yield func(token string)) {
	if a.tokenizer != Code {
		a.Query(text, yield)
		return
	}
	yield = unbounded(yield)
	p := process{Analyzer: a}
	p.code(text, func(token string, _ bool) { yield(token) })
}

// Phrase yields the tokens that a document must have in this order to match a phrase.
func (a *Analyzer) Phrase(text string, yield func(token string)) {
	p := process{Analyzer: a, yield: unbounded(yield)}
	switch a.tokenizer {
	case Prefix:
		p.words(text, p.prefixes)
	case Code:
		p.subwords(text)
	default:
		p.plain(text)
	}
}

func unbounded(yield func(string)) func(string) {
	return func(token string) {
		if token != boundary {
			yield(token)
		}
	}
}
