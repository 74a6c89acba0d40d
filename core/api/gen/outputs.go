package main

// output adds the files of one language: path relative to the repository root → content.
type output func(s *Spec, files map[string][]byte) error

// outputs is the list of all languages; a new one adds its file here.
var outputs = []output{
	genGoModels,
	genGoDecode,
	genGoEncode,
	genC,
	genCPP,
	genPython,
	genJava,
}
