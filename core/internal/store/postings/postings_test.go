package postings

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// lists is a Source in memory.
type lists struct {
	ids       [][]uint32
	positions [][][]uint32
}

func (l *lists) Len() int                    { return len(l.ids) }
func (l *lists) IDs(t int) []uint32          { return l.ids[t] }
func (l *lists) Positions(t, i int) []uint32 { return l.positions[t][i] }

// read reads all of a file.
func read(f *File) (*lists, error) {
	out := &lists{}
	for t := range f.Len() {
		l, err := f.List(t)
		if err != nil {
			return nil, err
		}
		ids := l.AppendIDs(nil)
		out.ids = append(out.ids, ids)
		var at [][]uint32
		for i, id := range ids {
			l.Find(id)
			if f.positions {
				at = append(at, l.AppendPositions(nil, i))
			}
		}
		out.positions = append(out.positions, at)
	}
	return out, nil
}

func drawn(t *rapid.T, positions bool) *lists {
	l := &lists{}
	for range rapid.IntRange(0, 4).Draw(t, "lists") {
		steps := rapid.SliceOfN(rapid.Uint32Range(1, rapid.SampledFrom([]uint32{1, 9, 70000, 1 << 22}).Draw(t, "step")), 1, 400).Draw(t, "steps")
		var ids []uint32
		var at [][]uint32
		id := uint32(0)
		for _, s := range steps {
			id += s
			ids = append(ids, id)
			if positions {
				at = append(at, []uint32{s, s + 3}[:1+s%2])
			}
		}
		l.ids, l.positions = append(l.ids, ids), append(l.positions, at)
	}
	return l
}

func TestRoundTrip(t *testing.T) {
	name := filepath.Join(t.TempDir(), "postings.dat")
	rapid.Check(t, func(t *rapid.T) {
		positions := rapid.Bool().Draw(t, "positions")
		want := drawn(t, positions)
		require.NoError(t, Write(disk.OS, name, positions, 77, want))
		f, err := Open(disk.OS, name, positions)
		require.NoError(t, err)
		defer f.Close()
		require.EqualValues(t, 77, f.TotalLength())
		got, err := read(f)
		require.NoError(t, err)
		require.Equal(t, want, got)
		for i, ids := range want.ids {
			l, err := f.List(i)
			require.NoError(t, err)
			require.Equal(t, len(ids), l.Len())
			cursor := NewCursor(l)
			for _, id := range []uint32{0, ids[0] - 1, ids[len(ids)/2], ids[len(ids)/2] + 1, ids[len(ids)-1], ids[len(ids)-1] + 1} {
				at, ok := slices.BinarySearch(ids, id)
				place, found := l.Find(id)
				require.Equal(t, ok, found, id)
				if ok {
					require.Equal(t, at, place)
				}
				if place, found = cursor.Seek(id); found != ok || ok && place != at {
					t.Fatalf("cursor found %d at %d, %v", id, place, found)
				}
			}
		}
	})
}

// TestRetain compares the intersection of a list and ids with one made by hand; some ids are of the list, some beside it.
func TestRetain(t *testing.T) {
	name := filepath.Join(t.TempDir(), "postings.dat")
	rapid.Check(t, func(t *rapid.T) {
		positions := rapid.Bool().Draw(t, "positions")
		of := drawn(t, positions)
		require.NoError(t, Write(disk.OS, name, positions, 0, of))
		f, err := Open(disk.OS, name, positions)
		require.NoError(t, err)
		defer f.Close()
		for i, ids := range of.ids {
			l, err := f.List(i)
			require.NoError(t, err)
			var asked, want []uint32
			every := rapid.IntRange(1, 200).Draw(t, "every")
			for j := rapid.IntRange(0, len(ids)).Draw(t, "from"); j < len(ids); j += every {
				asked = append(asked, ids[j]-uint32(j%2))
			}
			asked = slices.Compact(asked)
			for _, id := range asked {
				if _, found := slices.BinarySearch(ids, id); found {
					want = append(want, id)
				}
			}
			require.ElementsMatch(t, want, l.Retain(asked))
		}
	})
}

// TestWheel writes files of the reference again, to the byte.
func TestWheel(t *testing.T) {
	for _, c := range []struct {
		name      string
		positions bool
	}{{"plain", false}, {"phrase", true}} {
		t.Run(c.name, func(t *testing.T) {
			name := filepath.Join("testdata", c.name+".dat")
			f, err := Open(disk.OS, name, c.positions)
			require.NoError(t, err)
			defer f.Close()
			all, err := read(f)
			require.NoError(t, err)
			require.True(t, slices.ContainsFunc(all.ids, func(ids []uint32) bool { return len(ids) > 2*ChunkLen }))
			again := filepath.Join(t.TempDir(), "postings.dat")
			require.NoError(t, Write(disk.OS, again, c.positions, f.TotalLength(), all))
			want, err := os.ReadFile(name)
			require.NoError(t, err)
			got, err := os.ReadFile(again)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

func sample(t testing.TB, positions bool) []byte {
	l := &lists{}
	var ids []uint32
	var at [][]uint32
	for i := range uint32(130) {
		ids = append(ids, i*i)
		at = append(at, []uint32{i})
	}
	l.ids, l.positions = [][]uint32{ids, ids[:2]}, [][][]uint32{at, at[:2]}
	name := filepath.Join(t.TempDir(), "sample.dat")
	require.NoError(t, Write(disk.OS, name, positions, 0, l))
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return b
}

// tryRead reads damaged bytes, which must not fail but with an error that says so.
func tryRead(t testing.TB, name string, b []byte, positions bool) {
	require.NoError(t, os.WriteFile(name, b, 0o600))
	f, err := Open(disk.OS, name, positions)
	if err == nil {
		_, err = read(f)
		require.NoError(t, f.Close())
	}
	require.True(t, err == nil || disk.IsCorrupt(err), "%v", err)
}

func TestDamage(t *testing.T) {
	name := filepath.Join(t.TempDir(), "postings.dat")
	for _, positions := range []bool{false, true} {
		b := sample(t, positions)
		for i := range b {
			tryRead(t, name, b[:i], positions)
			damaged := slices.Clone(b)
			damaged[i] ^= 0xff
			tryRead(t, name, damaged, positions)
		}
	}
}

// TestNumberOfLists has more lists than a file has bytes.
func TestNumberOfLists(t *testing.T) {
	b := sample(t, false)
	binary.LittleEndian.PutUint64(b, 1<<60)
	name := filepath.Join(t.TempDir(), "postings.dat")
	require.NoError(t, os.WriteFile(name, b, 0o600))
	_, err := Open(disk.OS, name, false)
	require.True(t, disk.IsCorrupt(err))
}

func TestFindAllocatesNothing(t *testing.T) {
	name := filepath.Join(t.TempDir(), "postings.dat")
	require.NoError(t, os.WriteFile(name, sample(t, false), 0o600))
	f, err := Open(disk.OS, name, false)
	require.NoError(t, err)
	defer f.Close()
	l, err := f.List(0)
	require.NoError(t, err)
	require.Zero(t, testing.AllocsPerRun(10, func() { l.Find(900) }))
}

func FuzzFile(f *testing.F) {
	f.Add(sample(f, false), false)
	f.Add(sample(f, true), true)
	f.Fuzz(func(t *testing.T, b []byte, positions bool) {
		if len(b) == 0 {
			return
		}
		tryRead(t, filepath.Join(t.TempDir(), "postings.dat"), b, positions)
	})
}
