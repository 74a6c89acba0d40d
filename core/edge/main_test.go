package edge_test

import (
	"os"
	"testing"

	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

var examples string

func exampleDir() string { return examples }

func TestMain(m *testing.M) {
	if dir := os.Getenv("EDGE_KILL_CHILD"); dir != "" {
		killChild(dir)
		return
	}
	fixture.UseMemory()
	var err error
	if examples, err = os.MkdirTemp("", "edge-example"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(examples)
	os.Exit(code)
}

func writeFile(name string, data []byte) error { return os.WriteFile(name, data, 0o600) }
