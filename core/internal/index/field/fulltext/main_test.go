package fulltext

import (
	"os"
	"testing"

	"github.com/qdrant-edge-go/edge/core/internal/fixture"
)

func TestMain(m *testing.M) {
	fixture.UseMemory()
	fixture.Checks(25)
	os.Exit(m.Run())
}
