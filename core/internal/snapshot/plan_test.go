package snapshot_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

var rewrite = flag.Bool("update", false, "rewrite the golden files")

type files = map[string]snapshot.FileVersion

var null = snapshot.NullVersion()

func v(n uint64) snapshot.FileVersion { return snapshot.Version(n) }

func seg(id string, version uint64, f files) snapshot.SegmentManifest {
	return snapshot.SegmentManifest{SegmentID: id, SegmentVersion: version, Files: f}
}

func sent(m *snapshot.SegmentManifest, names ...string) *snapshot.SegmentContents {
	s := &snapshot.SegmentContents{Manifest: m, Files: map[string]int64{"segment.json": 1, "version.info": 1}}
	for _, n := range names {
		s.Files[n] = 1
	}
	return s
}

type planCase struct {
	name     string
	local    []snapshot.SegmentManifest
	contents snapshot.Contents
	want     error
}

func planCases() []planCase {
	contents := func(partial bool, extra []string, segs map[string]*snapshot.SegmentContents) snapshot.Contents {
		return snapshot.Contents{Partial: partial, Segments: segs, NextIndex: 42, Extra: extra}
	}
	a9 := seg(segA, 9, files{"data": v(7), "ids": null, "config": v(0)})
	clocks := []string{"newest_clocks.json", "replica_state.json", "shard_config.json"}
	type segs = map[string]*snapshot.SegmentContents
	return []planCase{
		{name: "full into nothing", contents: contents(false, clocks, segs{segA: sent(nil, "data")})},
		{name: "full replaces everything", local: []snapshot.SegmentManifest{seg(segA, 5, files{"data": v(5), "old": v(5)}), seg(segB, 5, files{"data": v(5)})},
			contents: contents(false, append(clocks, "segments_manifest.json"), segs{segA: sent(nil, "data")})},
		{name: "partial keeps unchanged files", local: []snapshot.SegmentManifest{seg(segA, 8, files{"data": v(7), "ids": null, "config": v(0), "gone": null})},
			contents: contents(true, clocks, segs{segA: sent(&a9, "ids", "config")})},
		{name: "local version fell back to that of the segment", local: []snapshot.SegmentManifest{seg(segA, 8, files{"data": v(8), "ids": null, "config": v(0)})},
			contents: contents(true, nil, segs{segA: sent(&a9, "ids", "config")})},
		{name: "partial ends and brings segments", local: []snapshot.SegmentManifest{seg(segB, 5, files{"data": v(5)})},
			contents: contents(true, nil, segs{segA: sent(&a9, "data", "ids", "config")})},
		{name: "partial sends an unlisted file", contents: contents(true, nil, segs{segA: sent(&a9, "data", "ids", "config", "proxy_changes.1.dat")})},
		{name: "file is nowhere", local: []snapshot.SegmentManifest{seg(segA, 8, files{"ids": null, "config": v(0)})},
			contents: contents(true, nil, segs{segA: sent(&a9, "ids", "config")}), want: snapshot.ErrIncomplete},
		{name: "segment is unknown and not complete", contents: contents(true, nil, segs{segA: sent(&a9, "ids")}), want: snapshot.ErrIncomplete},
		{name: "local file is too old", local: []snapshot.SegmentManifest{seg(segA, 8, files{"data": v(6), "ids": null, "config": v(0)})},
			contents: contents(true, nil, segs{segA: sent(&a9, "ids", "config")}), want: snapshot.ErrIncomplete},
		{name: "local segment was written", local: []snapshot.SegmentManifest{seg(segA, 12, files{"data": v(12), "ids": null, "config": v(0)})},
			contents: contents(true, nil, segs{segA: sent(&a9, "ids", "config")}), want: snapshot.ErrDiverged},
		{name: "no segments", contents: contents(false, nil, segs{}), want: snapshot.ErrIncomplete},
	}
}

func TestPlanGolden(t *testing.T) {
	var out []byte
	for _, c := range planCases() {
		local := snapshot.Manifest{}
		for _, s := range c.local {
			local[s.SegmentID] = s
		}
		p, err := snapshot.Plan(local, &c.contents)
		out = fmt.Appendf(out, "# %s\n", c.name)
		if c.want != nil {
			require.ErrorIs(t, err, c.want, c.name)
			require.Nil(t, p)
			out = fmt.Appendf(out, "error: %v\n\n", err)
			continue
		}
		require.NoError(t, err, c.name)
		data, err := json.MarshalIndent(p, "", " ")
		require.NoError(t, err)
		out = fmt.Appendf(out, "%s\n\n", data)
	}
	golden := filepath.Join("testdata", "plan.golden")
	if *rewrite {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(golden, out, 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), string(out))
}

func TestManifestRules(t *testing.T) {
	ok := seg(segA, 9, files{"a": v(9), "b/c": null, "zero": v(0)})
	require.NoError(t, ok.Validate())
	for name, m := range map[string]snapshot.SegmentManifest{
		"newer":     seg(segA, 9, files{"a": v(10)}),
		"parent":    seg(segA, 9, files{"../a": v(1)}),
		"absolute":  seg(segA, 9, files{"/a": v(1)}),
		"empty":     seg(segA, 9, files{"": v(1)}),
		"id":        seg("x", 9, files{}),
		"upper":     seg("AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE", 9, files{}),
		"backslash": seg(segA, 9, files{`a\b`: v(1)}),
	} {
		require.Error(t, m.Validate(), name)
	}
	require.ErrorIs(t, snapshot.Manifest{segB: ok}.Validate(), snapshot.ErrMalformed)

	same := seg(segA, 9, files{"a": null, "b/c": null, "zero": v(0)})
	require.False(t, ok.Equal(&same), "null and 9 are different although both mean 9")
	for _, f := range []string{"a", "b/c"} {
		one, _ := ok.EffectiveVersion(f)
		two, _ := same.EffectiveVersion(f)
		require.Equal(t, one, two)
	}
	require.Equal(t, []string{"zero"}, ok.Diff(&same))
	require.Equal(t, []string{"a", "b/c", "zero"}, ok.Diff(nil))
	older := seg(segA, 8, files{"a": v(9), "b/c": null, "more": null})
	require.Equal(t, []string{"b/c", "zero"}, ok.Diff(&older))
	require.True(t, snapshot.Manifest{}.Equal(nil))
}

func TestManifestJSON(t *testing.T) {
	m := snapshot.Manifest{segA: seg(segA, math.MaxUint64, files{"f": v(math.MaxUint64), "<g>": null})}
	data := m.AppendJSON(nil)
	require.Equal(t, `{"`+segA+`":{"segment_id":"`+segA+`","segment_version":18446744073709551615,"file_versions":{"<g>":null,"f":18446744073709551615}}}`, string(data))
	var got snapshot.Manifest
	require.NoError(t, json.Unmarshal(data, &got))
	require.True(t, m.Equal(got))
	for _, bad := range []string{``, `null`, `[]`, `{} {}`, `{"x":null}`, `{"` + segA + `":{}}`,
		`{"` + segA + `":{"segment_id":"` + segA + `","segment_version":1.5,"file_versions":{}}}`,
		`{"` + segA + `":{"segment_id":"` + segA + `","segment_version":-1,"file_versions":{}}}`,
		`{"` + segA + `":{"segment_id":"` + segA + `","segment_version":null,"file_versions":{}}}`,
		`{"` + segB + `":{"segment_id":"` + segA + `","segment_version":1,"file_versions":{}}}`} {
		_, err := snapshot.DecodeManifest([]byte(bad))
		require.ErrorIs(t, err, snapshot.ErrMalformed, bad)
	}
	_, err := snapshot.DecodeManifest([]byte(`{"` + segA + `":{"segment_id":"` + segA + `","segment_version":1,"file_versions":{},"new":[1]}}`))
	require.NoError(t, err)
	empty, err := snapshot.DecodeManifest([]byte(`{}`))
	require.NoError(t, err)
	require.Empty(t, empty)
}
