// Command gen writes everything that is a list of API names: Go models and codecs, the C header, the bindings' classes.
//
// It reads core/api/spec/*.yaml (see the README there) and is run from the root of the repository by "make generate".
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	check := flag.Bool("check", false, "write nothing, fail when a file is not up to date")
	flag.Parse()
	step := run
	if *check {
		step = verify
	}
	if err := step("."); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	files, failed := Generate(root)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(root, name)
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, files[name]) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, files[name], 0o644); err != nil {
			return err
		}
		fmt.Println("wrote", name)
	}
	return failed
}

// verify compares what would be written with what is there.
func verify(root string) error {
	files, failed := Generate(root)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if old, err := os.ReadFile(filepath.Join(root, name)); err != nil || !bytes.Equal(old, files[name]) {
			failed = errors.Join(failed, fmt.Errorf("%s is not up to date: run make generate", name))
		}
	}
	return failed
}

// Generate returns every generated file, by path relative to the root, without touching the disk. A language that fails does not
// keep back the others, so that the Go models exist for whoever repairs it.
func Generate(root string) (map[string][]byte, error) {
	s, err := Load(filepath.Join(root, "core", "api", "spec"))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	var failed []error
	for _, out := range outputs {
		failed = append(failed, out(s, files))
	}
	return files, errors.Join(failed...)
}
