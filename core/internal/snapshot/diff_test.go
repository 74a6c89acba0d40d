package snapshot

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCovers(t *testing.T) {
	const id = "5c56c793-69f3-4fbf-87e6-c4bf54c28c26"
	segment := func(version uint64, files map[string]FileVersion) Manifest {
		return Manifest{id: {SegmentID: id, SegmentVersion: version, Files: files}}
	}
	server := segment(7, map[string]FileVersion{"a": Version(5), "b": Version(7), "c": NullVersion(), "d": Version(0)})
	for name, c := range map[string]struct {
		client Manifest
		want   bool
	}{
		"equal":                        {server, true},
		"own versions forgotten":       {segment(7, map[string]FileVersion{"a": Version(7), "b": Version(7), "c": NullVersion(), "d": Version(0)}), true},
		"a file older":                 {segment(7, map[string]FileVersion{"a": Version(4), "b": Version(7), "c": NullVersion(), "d": Version(0)}), false},
		"a file missing":               {segment(7, map[string]FileVersion{"a": Version(7), "b": Version(7), "c": NullVersion()}), false},
		"a file that the server lacks": {segment(7, map[string]FileVersion{"a": Version(7), "b": Version(7), "c": NullVersion(), "x": Version(0)}), false},
		"segment older":                {segment(6, map[string]FileVersion{"a": Version(5), "b": Version(6), "c": NullVersion(), "d": Version(0)}), false},
		"segment newer":                {segment(8, map[string]FileVersion{"a": Version(8), "b": Version(8), "c": NullVersion(), "d": Version(0)}), false},
		"segment unknown":              {Manifest{}, false},
	} {
		require.Equal(t, c.want, c.client.Covers(server), name)
	}
	empty := segment(0, map[string]FileVersion{"a": Version(0)})
	require.True(t, empty.Covers(empty))
	require.False(t, empty.Covers(segment(0, map[string]FileVersion{"a": NullVersion()})), "version 0 means empty as well as operation 0")
}
