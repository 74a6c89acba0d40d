// Command gen writes everything that is a list of API names: Go models and codecs, the C header, the bindings' classes.
//
// It reads core/api/spec/*.yaml (see the README there) and is run from the root of the repository by "make generate".
package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	files, err := Generate(root)
	if err != nil {
		return err
	}
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
	return nil
}

// Generate returns every generated file, by path relative to the root, without touching the disk.
func Generate(root string) (map[string][]byte, error) {
	s, err := Load(filepath.Join(root, "core", "api", "spec"))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, out := range outputs {
		if err := out(s, files); err != nil {
			return nil, err
		}
	}
	return files, nil
}
