// Package stopwords has the engine's lists of common words by language: one compressed file, unpacked at first use.
// gen/lists.py writes it; languages are separated by the byte 1e, the name and the words of one by 1f.
package stopwords

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
)

//go:embed words.gz
var packed []byte

// maxUnpacked bounds the unpacked lists; they have about 100 kB.
const maxUnpacked = 1 << 20

var aliases = map[string]string{
	"ar": "arabic", "az": "azerbaijani", "eu": "basque", "bn": "bengali", "ca": "catalan", "zh": "chinese", "da": "danish", "nl": "dutch",
	"en": "english", "fi": "finnish", "fr": "french", "de": "german", "el": "greek", "he": "hebrew", "hi-en": "hinglish", "hu": "hungarian",
	"id": "indonesian", "it": "italian", "jp": "japanese", "kk": "kazakh", "ne": "nepali", "no": "norwegian", "pt": "portuguese",
	"ro": "romanian", "ru": "russian", "sl": "slovene", "es": "spanish", "sv": "swedish", "tg": "tajik", "tr": "turkish",
}

var names = func() map[string]bool {
	set := make(map[string]bool, len(aliases))
	for _, name := range aliases {
		set[name] = true
	}
	return set
}()

// Resolve gives the full name of a language from its name or its short form; false for an unknown one.
func Resolve(language string) (string, bool) {
	if name, ok := aliases[language]; ok {
		return name, true
	}
	return language, names[language]
}

var lists = sync.OnceValue(func() map[string][]string {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(r, maxUnpacked))
	if err != nil {
		return nil
	}
	all := make(map[string][]string, len(aliases))
	for line := range strings.SplitSeq(string(data), "\x1e") {
		fields := strings.Split(line, "\x1f")
		all[fields[0]] = fields[1:]
	}
	return all
})

// Words lists the stop words of a language in its full name; the caller does not change them. Unknown languages have none.
func Words(language string) []string { return lists()[language] }
