package numeric

import (
	"os"
	"testing"

	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

func TestMain(m *testing.M) {
	fixture.UseMemory()
	fixture.Checks(40)
	os.Exit(m.Run())
}
