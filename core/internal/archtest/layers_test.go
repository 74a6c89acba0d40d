// Package archtest checks that the packages import each other as ARCHITECTURE.md says.
package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/qdrant-edge-go/edge"

var row = regexp.MustCompile("^\\|\\s*L(\\d+)\\s*\\|\\s*`?([a-zA-Z0-9_/.-]+)`?\\s*\\|")

// The models stand at the bottom, but storage code (L1, L2) never hears of requests; in turn the models may use the byte-level codecs of L1.
const (
	apiPackage = module + "/core/api"
	apiFrom    = 3
	codecLayer = 1
	binaries   = 10
)

type pkg struct {
	ImportPath string
	Imports    []string
	GoFiles    []string
}

// TestLayers: a package imports only lower layers of this module, core/api only from L3 up, and every package is in the table.
func TestLayers(t *testing.T) {
	root := repository(t)
	layers := table(t, filepath.Join(root, "ARCHITECTURE.md"))
	for _, p := range list(t, root) {
		from, ok := layers[p.ImportPath]
		if len(p.GoFiles) == 0 && !ok {
			continue
		}
		if !ok {
			t.Errorf("%s is not in the table of ARCHITECTURE.md", short(p.ImportPath))
			continue
		}
		for _, imp := range p.Imports {
			if to, inside := layers[imp]; inside {
				checkImport(t, p.ImportPath, from, imp, to)
			} else if strings.HasPrefix(imp, module+"/") {
				t.Errorf("%s imports %s, which is not in the table", short(p.ImportPath), short(imp))
			}
		}
	}
}

func checkImport(t *testing.T, from string, fromLayer int, to string, toLayer int) {
	switch {
	case from == apiPackage && toLayer == codecLayer:
	case to == apiPackage && fromLayer < apiFrom:
		t.Errorf("%s (L%d) imports core/api, allowed from L%d up", short(from), fromLayer, apiFrom)
	case toLayer >= fromLayer && fromLayer != binaries:
		t.Errorf("%s (L%d) imports %s (L%d)", short(from), fromLayer, short(to), toLayer)
	}
}

func short(path string) string { return strings.TrimPrefix(path, module+"/") }

func repository(t *testing.T) string {
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		require.NotEqual(t, dir, up)
		dir = up
	}
}

func table(t *testing.T, name string) map[string]int {
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	layers := map[string]int{}
	for _, line := range strings.Split(string(data), "\n") {
		if m := row.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			n, err := strconv.Atoi(m[1])
			require.NoError(t, err)
			layers[module+"/"+m[2]] = n
		}
	}
	require.NotEmpty(t, layers, "no layer table in %s", name)
	return layers
}

func list(t *testing.T, root string) []pkg {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,GoFiles", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	require.NoError(t, err)
	var pkgs []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return pkgs
		}
		require.NoError(t, err)
		pkgs = append(pkgs, p)
	}
}
