package idmap

import (
	"encoding/binary"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// ids is a small pool, so that operations meet the same points again.
var ids = rapid.Custom(func(t *rapid.T) api.PointID {
	n := rapid.Uint64Range(0, 40).Draw(t, "n")
	if !rapid.Bool().Draw(t, "uuid") {
		return api.NumID(n * n * n)
	}
	var u [16]byte
	binary.BigEndian.PutUint64(u[:], n*0x123456789ABCDEF)
	u[15] = byte(n)
	return api.UUIDFromBytes(u)
})

// state is the plain model of a tracker.
type state struct {
	points   map[api.PointID]uint32
	versions map[uint32]uint64 // entries that exist
	total    int
}

func newState() *state {
	return &state{points: map[api.PointID]uint32{}, versions: map[uint32]uint64{}}
}

func (s *state) clone() *state {
	return &state{maps.Clone(s.points), maps.Clone(s.versions), s.total}
}

// setVersion makes entries up to off exist.
func (s *state) setVersion(off uint32, v uint64) {
	for i := uint32(0); i < off; i++ {
		if _, ok := s.versions[i]; !ok {
			s.versions[i] = 0
		}
	}
	s.versions[off] = v
}

func (s *state) set(id api.PointID, off uint32) {
	maps.DeleteFunc(s.points, func(_ api.PointID, o uint32) bool { return o == off })
	s.points[id] = off
	s.total = max(s.total, int(off)+1)
}

func (s *state) drop(id api.PointID) {
	if off, ok := s.points[id]; ok {
		delete(s.points, id)
		s.setVersion(off, 0)
	}
}

// repair returns the offsets to clean.
func (s *state) repair() []uint32 {
	live := map[uint32]bool{}
	var clean []uint32
	for id, off := range s.points {
		if _, ok := s.versions[off]; !ok {
			clean = append(clean, off)
			delete(s.points, id)
			continue
		}
		live[off] = true
	}
	for off, v := range s.versions {
		if v != 0 && !live[off] {
			clean = append(clean, off)
		}
	}
	for _, off := range clean {
		s.setVersion(off, 0)
	}
	slices.Sort(clean)
	return clean
}

// check compares a tracker with the model in every read.
func check(t require.TestingT, want *state, got Tracker) {
	require.Equal(t, want.total, got.Total())
	require.Equal(t, len(want.points), got.Live())
	owner := map[uint32]api.PointID{}
	for id, off := range want.points {
		owner[off] = id
		o, ok := got.Internal(id)
		require.True(t, ok, id)
		require.Equal(t, off, o)
	}
	for off := range uint32(want.total + 3) {
		id, live := owner[off]
		gotID, ok := got.External(off)
		require.Equal(t, live, ok)
		require.Equal(t, id, gotID)
		require.Equal(t, !live, got.IsDeleted(off))
		require.Equal(t, want.versions[off], got.Version(off))
		require.Equal(t, !live && int(off) < want.total, got.Deleted().Get(off))
	}
	checkOrder(t, want, got, nil)
}

func checkOrder(t require.TestingT, want *state, got Tracker, from *api.PointID) {
	sorted := slices.SortedFunc(maps.Keys(want.points), api.PointID.Compare)
	if from != nil {
		sorted = slices.DeleteFunc(sorted, func(id api.PointID) bool { return id.Compare(*from) < 0 })
	}
	for id, off := range got.From(from) {
		require.NotEmpty(t, sorted)
		require.Equal(t, sorted[0], id)
		require.Equal(t, want.points[id], off)
		sorted = sorted[1:]
	}
	require.Empty(t, sorted)
}

// TestMutableModel runs random operations against the model. A crash goes back
// to what the flushes wrote, mappings and versions apart.
func TestMutableModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "idmap")
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		tr, err := CreateMutable(disk.OS, dir)
		require.NoError(t, err)
		now, saved := newState(), newState()
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				id := ids.Draw(t, "id")
				off := uint32(now.total)
				if now.total > 0 && rapid.IntRange(0, 5).Draw(t, "odd") == 0 {
					off = rapid.Uint32Range(0, uint32(now.total+3)).Draw(t, "off")
				}
				require.NoError(t, tr.Set(id, off))
				now.set(id, off)
			},
			"version": func(t *rapid.T) {
				off := rapid.Uint32Range(0, uint32(now.total+2)).Draw(t, "off")
				v := rapid.Uint64().Draw(t, "v")
				require.NoError(t, tr.SetVersion(off, v))
				now.setVersion(off, v)
			},
			"drop": func(t *rapid.T) {
				id := ids.Draw(t, "id")
				require.NoError(t, tr.Drop(id))
				now.drop(id)
			},
			"flushMappings": func(t *rapid.T) {
				require.NoError(t, tr.FlushMappings())
				saved.points, saved.total = maps.Clone(now.points), now.total
			},
			"flushVersions": func(t *rapid.T) {
				require.NoError(t, tr.FlushVersions())
				saved.versions = maps.Clone(now.versions)
			},
			"crash": func(t *rapid.T) {
				require.NoError(t, tr.Close())
				tr, err = Open(disk.OS, dir)
				require.NoError(t, err)
				now = saved.clone()
			},
			"repair": func(t *rapid.T) {
				clean, err := tr.Repair()
				require.NoError(t, err)
				require.Equal(t, now.repair(), sortedOrNil(clean))
			},
			"": func(t *rapid.T) {
				check(t, now, tr)
				from := ids.Draw(t, "from")
				checkOrder(t, now, tr, &from)
			},
		})
	})
}

func sortedOrNil(s []uint32) []uint32 {
	if len(s) == 0 {
		return nil
	}
	slices.Sort(s)
	return s
}

// TestFrozenModel does the same for the two forms that take no new points.
func TestFrozenModel(t *testing.T) {
	forms := map[string]func(disk.FS, string, Contents) error{"immutable": WriteImmutable, "disk": WriteDisk}
	for name, write := range forms {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { frozenModel(t, write) })
		})
	}
}

func frozenModel(t *rapid.T, write func(disk.FS, string, Contents) error) {
	dir, err := os.MkdirTemp("", "idmap")
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	c := Contents{IDs: rapid.SliceOfDistinct(ids, func(id api.PointID) api.PointID { return id }).Draw(t, "ids")}
	if rapid.Bool().Draw(t, "sorted") {
		slices.SortFunc(c.IDs, api.PointID.Compare)
	}
	now := newState()
	for i, id := range c.IDs {
		c.Versions = append(c.Versions, uint64(i)*3)
		now.set(id, uint32(i))
		now.setVersion(uint32(i), uint64(i)*3)
	}
	require.NoError(t, write(disk.OS, dir, c))
	tr, err := Open(disk.OS, dir)
	require.NoError(t, err)
	saved := now.clone()
	t.Repeat(map[string]func(*rapid.T){
		"set": func(t *rapid.T) {
			require.ErrorIs(t, tr.Set(ids.Draw(t, "id"), 0), ErrImmutable)
		},
		"version": func(t *rapid.T) {
			off := rapid.Uint32Range(0, uint32(now.total)).Draw(t, "off")
			if int(off) == now.total {
				require.ErrorIs(t, tr.SetVersion(off, 1), ErrOffset)
				return
			}
			require.NoError(t, tr.SetVersion(off, 77))
			now.setVersion(off, 77)
		},
		"drop": func(t *rapid.T) {
			id := ids.Draw(t, "id")
			require.NoError(t, tr.Drop(id))
			now.drop(id)
		},
		"flushMappings": func(t *rapid.T) {
			require.NoError(t, tr.FlushMappings())
			saved.points = maps.Clone(now.points)
		},
		"flushVersions": func(t *rapid.T) {
			require.NoError(t, tr.FlushVersions())
			saved.versions = maps.Clone(now.versions)
		},
		"crash": func(t *rapid.T) {
			require.NoError(t, tr.Close())
			tr, err = Open(disk.OS, dir)
			require.NoError(t, err)
			now = saved.clone()
		},
		"repair": func(t *rapid.T) {
			clean, err := tr.Repair()
			require.NoError(t, err)
			require.Equal(t, now.repair(), sortedOrNil(clean))
		},
		"": func(t *rapid.T) {
			check(t, now, tr)
			from := ids.Draw(t, "from")
			checkOrder(t, now, tr, &from)
		},
	})
	require.NoError(t, tr.Close())
}

// TestOrder drives the sorted structure through splits and merges.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var o order[numKey]
		model := map[numKey]uint32{}
		for range rapid.IntRange(1, 8).Draw(t, "phases") {
			start := rapid.Uint64Range(0, 3000).Draw(t, "start")
			step := rapid.Uint64Range(1, 7).Draw(t, "step")
			insert := rapid.IntRange(0, 2).Draw(t, "insert") > 0
			for i := range rapid.Uint64Range(0, 700).Draw(t, "count") {
				k := numKey((start + i*step) % 3001)
				want, had := model[k]
				if insert {
					old, ok := o.put(k, uint32(i))
					require.Equal(t, had, ok)
					require.Equal(t, want, old)
					model[k] = uint32(i)
					continue
				}
				off, ok := o.del(k)
				require.Equal(t, had, ok)
				require.Equal(t, want, off)
				delete(model, k)
			}
			require.Equal(t, len(model), o.n)
			sorted := slices.Sorted(maps.Keys(model))
			from := numKey(rapid.Uint64Range(0, 3001).Draw(t, "from"))
			i, _ := slices.BinarySearch(sorted, from)
			o.from(&from, func(k numKey, off uint32) bool {
				require.Equal(t, sorted[i], k)
				require.Equal(t, model[k], off)
				i++
				return true
			})
			require.Equal(t, len(sorted), i)
		}
	})
}

func TestOrderFillsChunks(t *testing.T) {
	var o order[numKey]
	for i := range numKey(10 * chunkCap) {
		o.put(i, uint32(i))
	}
	require.Len(t, o.chunks, 10)
}

func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	tr, err := CreateMutable(disk.OS, dir)
	require.NoError(t, err)
	require.Empty(t, tr.Files())
	require.NoError(t, tr.Set(api.NumID(7), 0))
	require.NoError(t, tr.SetVersion(0, 9))
	require.NoError(t, tr.FlushMappings())
	require.Equal(t, []string{MutableMappingsFile}, tr.Files())
	require.NoError(t, tr.FlushVersions())
	require.Equal(t, []string{MutableMappingsFile, MutableVersionsFile}, tr.Files())
	require.Empty(t, tr.ImmutableFiles())

	file := filepath.Join(dir, MutableMappingsFile)
	log, err := os.ReadFile(file)
	require.NoError(t, err)
	torn := append(log, tagInsertUUID, 1, 2, 3)
	require.NoError(t, os.WriteFile(file, torn, 0o600))
	ro, err := OpenReadOnly(disk.OS, dir)
	require.NoError(t, err)
	require.Equal(t, 1, ro.Live())
	require.ErrorIs(t, ro.Set(api.NumID(1), 1), ErrReadOnly)
	require.ErrorIs(t, ro.Drop(api.NumID(7)), ErrReadOnly)
	require.ErrorIs(t, ro.SetVersion(0, 1), ErrReadOnly)
	_, err = ro.Repair()
	require.ErrorIs(t, err, ErrReadOnly)
	require.NoError(t, ro.FlushMappings())
	require.NoError(t, ro.FlushVersions())
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, torn, after)

	_, err = Open(disk.OS, dir)
	require.NoError(t, err)
	after, err = os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, log, after)
	_, err = CreateMutable(disk.OS, dir)
	require.ErrorIs(t, err, os.ErrExist)
}

func TestLogLengthChecks(t *testing.T) {
	dir := t.TempDir()
	tr, err := CreateMutable(disk.OS, dir)
	require.NoError(t, err)
	require.NoError(t, tr.Set(api.NumID(1), 0))
	require.NoError(t, tr.FlushMappings())
	file := filepath.Join(dir, MutableMappingsFile)
	require.NoError(t, os.Truncate(file, 100))
	require.NoError(t, tr.Set(api.NumID(2), 1))
	require.NoError(t, tr.FlushMappings())
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.EqualValues(t, 26, info.Size())
	require.NoError(t, os.Truncate(file, 20))
	require.NoError(t, tr.Set(api.NumID(3), 2))
	require.True(t, disk.IsCorrupt(tr.FlushMappings()))
}

func TestTornVersions(t *testing.T) {
	dir := t.TempDir()
	tr, err := CreateMutable(disk.OS, dir)
	require.NoError(t, err)
	file := filepath.Join(dir, MutableVersionsFile)
	require.NoError(t, os.WriteFile(file, []byte{1, 0, 0, 0, 0, 0, 0, 0, 9, 9, 9}, 0o600))
	require.NoError(t, tr.SetVersion(3, 0x0102))
	require.NoError(t, tr.FlushVersions())
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	want := make([]byte, 32)
	want[0], want[24], want[25] = 1, 2, 1
	require.Equal(t, want, data)
}

func TestOffsetGuard(t *testing.T) {
	tr, err := CreateMutable(disk.OS, t.TempDir())
	require.NoError(t, err)
	require.ErrorIs(t, tr.Set(api.NumID(1), 1<<31), ErrOffset)
	require.ErrorIs(t, tr.SetVersion(1<<31, 1), ErrOffset)
}
