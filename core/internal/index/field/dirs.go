package field

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

const (
	hashedBytes = 15 // of the SHA-256, 24 characters
	nameLength  = 33
)

// dirName is the name of the directory of an index.
func dirName(key string, k kind) string { return baseName(key) + "-" + k.suffix() }

// baseName is what the names of the directories of a key begin with. The key is in the form that jsonpath prints.
func baseName(key string) string {
	sum := sha256.Sum256([]byte(key))
	var b strings.Builder
	b.WriteString(strings.ToLower(base32.HexEncoding.EncodeToString(sum[:hashedBytes])))
	b.WriteByte('-')
	last := byte(0)
	for _, r := range key {
		c := plain(r)
		if c == '_' && last == '_' {
			continue
		}
		if b.Len() == nameLength {
			break
		}
		b.WriteByte(c)
		last = c
	}
	return b.String()
}

func plain(r rune) byte {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
		return byte(r)
	case r >= 'A' && r <= 'Z':
		return byte(r) + 'a' - 'A'
	}
	return '_'
}

// dirNames are the names of all directories that a key can have.
func dirNames(key string) (names []string) {
	for _, suffix := range []string{"map", "numeric", "text", "bool", "null"} {
		name := baseName(key) + "-" + suffix
		names = append(names, name, name+elementsSuffix)
	}
	return names
}

// elementsSuffix is the end of the name of the directory that says which element of an array is of which point.
const elementsSuffix = "-elements"
