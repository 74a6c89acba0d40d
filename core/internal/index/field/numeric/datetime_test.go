package numeric

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// TestDatetimes: datetimes as Go's library writes them are the microseconds that it counts, and stand in the order of their instants.
func TestDatetimes(t *testing.T) {
	layouts := []string{
		"2006-01-02T15:04:05.999999Z07:00", "2006-01-02 15:04:05.999999Z07:00", "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05.000Z07:00",
	}
	rapid.Check(t, func(t *rapid.T) {
		dir := tempDir(t)
		x, err := Create[int64](disk.OS, dir)
		require.NoError(t, err)
		var instants []time.Time
		for off := range rapid.Uint32Range(1, 12).Draw(t, "points") {
			zone := time.FixedZone("", 60*rapid.IntRange(-14*60, 14*60).Draw(t, "zone"))
			// years 1 to 9998, which every zone writes with four digits
			at := time.Unix(rapid.Int64Range(-62_135_510_400, 253_370_764_800).Draw(t, "seconds"), 1000*rapid.Int64Range(0, 999_999).Draw(t, "micros")).In(zone)
			layout := rapid.SampledFrom(layouts).Draw(t, "layout")
			at, err = time.Parse(layout, at.Format(layout))
			require.NoError(t, err)
			got, ok := api.LookupDateTime(at.Format(layout))
			require.True(t, ok, at.Format(layout))
			require.Equal(t, at.UnixMicro(), int64(got), at.Format(layout))
			require.NoError(t, x.Set(off, int64(got)))
			instants = append(instants, at)
		}
		from := instants[rapid.IntRange(0, len(instants)-1).Draw(t, "from")]
		for off, at := range instants {
			require.Equal(t, !at.Before(from), x.Check(uint32(off), Included(from.UnixMicro()), Bound[int64]{}))
			require.Equal(t, at.Before(from), x.Check(uint32(off), Bound[int64]{}, Excluded(from.UnixMicro())))
		}
		require.NoError(t, x.Close())
	})
}
