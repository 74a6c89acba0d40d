package valueindex

import (
	"os"
	"testing"

	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

func TestMain(m *testing.M) {
	fixture.UseMemory()
	fixture.Checks(30)
	os.Exit(m.Run())
}
