// Package stem cuts words to their stems with the Snowball algorithms that Qdrant knows.
package stem

import (
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/tamil"
	"github.com/blevesearch/snowballstem/turkish"
)

// Stemmer is one language's algorithm; it has no state and may be shared.
type Stemmer struct{ run func(*snowballstem.Env) bool }

var algorithms = map[string]func(*snowballstem.Env) bool{
	"arabic":     arabicStem,
	"armenian":   armenianStem,
	"danish":     danish.Stem,
	"dutch":      dutch.Stem,
	"english":    english.Stem,
	"finnish":    finnish.Stem,
	"french":     french.Stem,
	"german":     german.Stem,
	"greek":      greekStemSafe,
	"hungarian":  hungarian.Stem,
	"italian":    italian.Stem,
	"norwegian":  norwegian.Stem,
	"portuguese": portuguese.Stem,
	"romanian":   romanian.Stem,
	"russian":    russian.Stem,
	"spanish":    spanish.Stem,
	"swedish":    swedish.Stem,
	"tamil":      tamil.Stem,
	"turkish":    turkish.Stem,
}

var aliases = map[string]string{
	"ar": "arabic",
	"hy": "armenian",
	"da": "danish",
	"nl": "dutch",
	"en": "english",
	"fi": "finnish",
	"fr": "french",
	"de": "german",
	"el": "greek",
	"hu": "hungarian",
	"it": "italian",
	"no": "norwegian",
	"pt": "portuguese",
	"ro": "romanian",
	"ru": "russian",
	"es": "spanish",
	"sv": "swedish",
	"ta": "tamil",
	"tr": "turkish",
}

// Resolve gives the full name of a Snowball language from its name or its short form; false for an unknown one.
func Resolve(language string) (string, bool) {
	if name, ok := aliases[language]; ok {
		return name, true
	}
	_, ok := algorithms[language]
	return language, ok
}

// For gives the stemmer of a language in its full name, nil where there is none.
func For(language string) *Stemmer {
	run, ok := algorithms[language]
	if !ok {
		return nil
	}
	return &Stemmer{run}
}

// Stem is the stem of a lower-case word; the result may be part of the word's bytes.
func (s *Stemmer) Stem(word string) string {
	env := snowballstem.NewEnv(word)
	s.run(env)
	return env.Current()
}

// greekStemSafe leaves a word as it is where the Greek algorithm loses its place in it; the reference dies of such words.
func greekStemSafe(env *snowballstem.Env) (ok bool) {
	word := env.Current()
	defer func() {
		if recover() != nil {
			env.SetCurrent(word)
			ok = false
		}
	}()
	return greekStem(env)
}
