package snapshot_test

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/fixture"
	"github.com/qdrant-edge-go/edge/core/internal/snapshot"
)

func TestBadArchives(t *testing.T) {
	a := func(files ...item) []item { return segmentItems(segA, "1", files...) }
	tail := tailItems("2")
	file := func(name string) item { return item{name: name, body: "x"} }
	base := "segments/" + segA + "/files/"
	manifest := func(id string) item {
		m := snapshot.SegmentManifest{SegmentID: id, SegmentVersion: 1}
		return item{name: "segment_manifest.json", body: string(m.AppendJSON(nil))}
	}
	for name, c := range map[string]struct {
		items []item
		want  error
	}{
		"parent":                {join([]item{file("../evil")}, a(), tail), snapshot.ErrHostile},
		"parent in segment":     {join(a(file("../../../evil")), tail), snapshot.ErrHostile},
		"absolute":              {join([]item{file("/etc/evil")}, a(), tail), snapshot.ErrHostile},
		"backslash":             {join(a(file(`..\evil`)), tail), snapshot.ErrHostile},
		"dot":                   {join(a(file("./x")), tail), snapshot.ErrHostile},
		"symlink":               {join(a(item{name: "l", typ: tar.TypeSymlink, link: "/etc/passwd"}), tail), snapshot.ErrHostile},
		"hardlink":              {join(a(item{name: "l", typ: tar.TypeLink, link: "/etc/passwd"}), tail), snapshot.ErrHostile},
		"char device":           {join(a(item{name: "d", typ: tar.TypeChar}), tail), snapshot.ErrHostile},
		"block device":          {join(a(item{name: "d", typ: tar.TypeBlock}), tail), snapshot.ErrHostile},
		"fifo":                  {join(a(item{name: "d", typ: tar.TypeFifo}), tail), snapshot.ErrHostile},
		"pax global":            {join([]item{{name: "g", typ: tar.TypeXGlobalHeader}}, a(), tail), snapshot.ErrHostile},
		"duplicate":             {join(a(file("x"), file("x")), tail), snapshot.ErrHostile},
		"duplicate directory":   {join(a(file("x/y"), file("x")), tail), snapshot.ErrHostile},
		"inside a file":         {join(a(file("x"), file("x/y")), tail), snapshot.ErrHostile},
		"long name":             {join(a(file(strings.Repeat("n/", 600)+"x")), tail), snapshot.ErrHostile},
		"segment name":          {join([]item{file("segments/not-a-uuid/files/x")}, a(), tail), snapshot.ErrMalformed},
		"segment without files": {join([]item{file("segments/" + segA + "/x")}, a(), tail), snapshot.ErrMalformed},
		"broken inner archive":  {join([]item{file("segments/" + segB + ".tar")}, a(), tail), snapshot.ErrIncomplete},
		"log with operations":   {join(a(), []item{{name: "wal/closed-2", body: "wal\x00seed" + "\x01"}}, tail[3:]), snapshot.ErrMalformed},
		"broken segment.json":   {join([]item{{name: base + "segment.json", body: "["}, file(base + "version.info")}, tail), snapshot.ErrMalformed},
		"foreign manifest":      {join(a(manifest(segB)), tail), snapshot.ErrMalformed},
		"broken manifest":       {join(a(item{name: "segment_manifest.json", body: "{}"}), tail), snapshot.ErrMalformed},
		"mixed":                 {join(a(manifest(segA)), segmentItems(segB, "1"), tail), snapshot.ErrIncomplete},
		"no segments":           {tail, snapshot.ErrIncomplete},
		"no wal":                {join(a(), tail[:1], tail[3:]), snapshot.ErrIncomplete},
		"no shard config":       {join(a(), tail[:4]), snapshot.ErrIncomplete},
		"mappings alone":        {join(a(file("mutable_id_tracker.mappings")), tail), snapshot.ErrIncomplete},
		"versions alone":        {join(a(file("mutable_id_tracker.versions")), tail), snapshot.ErrIncomplete},
		"no version.info":       {join(a()[:1], tail), snapshot.ErrIncomplete},
		"no segment.json":       {join(a()[1:], tail), snapshot.ErrIncomplete},
		"empty tar":             {nil, snapshot.ErrIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := stageBytes(t, dir, archive(t, c.items...))
			require.ErrorIs(t, err, c.want)
			require.Contains(t, []api.ErrorKind{api.IncompleteSnapshot, api.Corrupt, api.InvalidArgument}, api.KindOf(err))
			left, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

func TestLimits(t *testing.T) {
	good := archive(t, join(segmentItems(segA, "1", item{name: "x", body: strings.Repeat("x", 1000)}), tailItems("2"))...)
	for _, l := range []snapshot.Limits{{Entries: 3}, {NameLen: 20}, {FileSize: 999}, {Total: 1000}, {Meta: 3}} {
		_, err := snapshot.StageReader(disk.OS, t.TempDir(), bytes.NewReader(good), snapshot.Options{Limits: l})
		require.ErrorIs(t, err, snapshot.ErrHostile, "%+v", l)
	}
}

// bomb is a header of an old-GNU sparse entry of one hole.
func bomb(name string, size int64) []byte {
	var h [512]byte
	copy(h[:], name)
	copy(h[100:], "0000644\x000000000\x000000000\x0000000000000\x0000000000000\x00        S")
	copy(h[257:], "ustar  \x00")
	copy(h[386:], fmt.Sprintf("%011o\x00%011o\x00", size, 0))
	copy(h[483:], fmt.Sprintf("%011o\x00", size))
	sum := 0
	for _, b := range h {
		sum += int(b)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return h[:]
}

func TestSparseBomb(t *testing.T) {
	var b bytes.Buffer
	for i := range 4 {
		b.Write(bomb(fmt.Sprintf("segments/%s/files/%d", segA, i), 1<<30))
	}
	_, err := snapshot.StageReader(disk.OS, t.TempDir(), bytes.NewReader(b.Bytes()), snapshot.Options{Limits: snapshot.Limits{Holes: 1 << 28}})
	require.ErrorIs(t, err, snapshot.ErrHostile)
	_, err = snapshot.StageReader(disk.OS, t.TempDir(), bytes.NewReader(b.Bytes()), snapshot.Options{Limits: snapshot.Limits{FileSize: 1 << 29}})
	require.ErrorIs(t, err, snapshot.ErrHostile)
}

func TestMillionEntries(t *testing.T) {
	r, w := io.Pipe()
	go func() {
		tw := tar.NewWriter(w)
		for i := range 1_000_000 {
			if tw.WriteHeader(&tar.Header{Name: fmt.Sprintf("other/%d", i), Typeflag: tar.TypeReg, Mode: 0o644}) != nil {
				return
			}
		}
	}()
	_, err := snapshot.StageReader(disk.OS, t.TempDir(), r, snapshot.Options{Limits: snapshot.Limits{Entries: 100_000}})
	require.ErrorIs(t, err, snapshot.ErrHostile)
	require.NoError(t, r.Close())
}

// borders returns the offsets at which entries begin, and the end mark.
func borders(t *testing.T, data []byte) []int {
	t.Helper()
	list := []int{0}
	r := bytes.NewReader(data)
	tr := tar.NewReader(struct{ io.Reader }{r})
	for {
		_, err := tr.Next()
		if err == io.EOF {
			return list
		}
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, tr)
		require.NoError(t, err)
		list = append(list, (len(data)-r.Len()+511)&^511)
	}
}

func TestTruncatedArchives(t *testing.T) {
	for _, a := range [][]string{{"edge-collection", "0"}, {"edge-collection", "1"}, {"edge-collection", "2"}, {"words", "3"}, {"two-shards", "shard-0.stored.tar"}} {
		t.Run(strings.Join(a, "/"), func(t *testing.T) {
			if len(a[1]) == 1 {
				a = append(a, "snapshot.tar")
			}
			data := fixture.Read(t, a...)
			cuts := borders(t, data)
			for i := len(data) / 7; i < len(data); i += len(data) / 7 {
				cuts = append(cuts, i, i|1)
			}
			end := borders(t, data)
			cuts = append(cuts, end[len(end)-1]+512, end[len(end)-1]+1023)
			dir := filepath.Join(fastDir(t), "shard")
			local := smallShard(t, dir)
			before := tree(t, dir)
			for _, n := range cuts {
				if n == 0 {
					continue
				}
				s, err := snapshot.StageReader(testFS, dir, bytes.NewReader(data[:n]), snapshot.Options{})
				require.Error(t, err, "cut at %d of %d", n, len(data))
				require.Nil(t, s)
				require.ErrorIs(t, err, snapshot.ErrIncomplete, "cut at %d", n)
			}
			require.Equal(t, before, tree(t, dir))
			empty := saveArchive(t, nil)
			require.ErrorIs(t, update(disk.OS, dir, empty, local, snapshot.Options{}), snapshot.ErrNoChange)
			require.ErrorIs(t, snapshot.UnpackTo(disk.OS, empty, filepath.Join(t.TempDir(), "x"), snapshot.Options{}), snapshot.ErrIncomplete)
			require.Equal(t, before, tree(t, dir))
		})
	}
}

func TestDataBehindTheEnd(t *testing.T) {
	good := archive(t, join(segmentItems(segA, "1"), tailItems("2"))...)
	_, err := stageBytes(t, t.TempDir(), append(bytes.Clone(good), make([]byte, 9000)...))
	require.NoError(t, err)
	_, err = stageBytes(t, t.TempDir(), append(append(bytes.Clone(good), make([]byte, 512)...), 'x'))
	require.ErrorIs(t, err, snapshot.ErrMalformed)
	_, err = stageBytes(t, t.TempDir(), append(bytes.Clone(good), make([]byte, 2<<20)...))
	require.ErrorIs(t, err, snapshot.ErrMalformed)
}
