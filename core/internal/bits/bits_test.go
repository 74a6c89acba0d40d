package bits

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSetAgainstBools(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Bool(), 0, 300).Draw(t, "bits")
		s := New(len(want))
		raw := make([]byte, (len(want)+7)/8)
		ones := 0
		for i, v := range want {
			s.Put(uint32(i), v)
			Put(raw, i, v)
			if v {
				ones++
			}
		}
		require.Equal(t, ones, s.Ones())
		require.Equal(t, s, FromBytes(raw, len(want)))
		from := rapid.IntRange(0, len(want)+5).Draw(t, "from")
		set, unset := -1, from
		for i := len(want) - 1; i >= from; i-- {
			if want[i] {
				set = i
			}
		}
		for unset < len(want) && want[unset] {
			unset++
		}
		require.Equal(t, set, s.NextSet(from))
		require.Equal(t, unset, s.NextClear(from))
		if set >= 0 {
			require.Equal(t, set, Next(raw, from, len(want), true))
		}
	})
}

func TestFindRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Bool(), 1, 200).Draw(t, "bits")
		raw := make([]byte, (len(want)+7)/8)
		for i, v := range want {
			Put(raw, i, v)
		}
		from := rapid.IntRange(0, len(want)-1).Draw(t, "from")
		n := rapid.IntRange(1, 70).Draw(t, "n")
		expect, run := -1, 0
		for i := from; i < len(want) && expect < 0; i++ {
			if want[i] {
				run = 0
			} else if run++; run == n {
				expect = i - n + 1
			}
		}
		require.Equal(t, expect, FindRun(raw, from, len(want), n))
	})
}

func TestPutRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, 90).Draw(t, "from")
		to := rapid.IntRange(from, 96).Draw(t, "to")
		raw := make([]byte, 12)
		PutRange(raw, from, to, true)
		require.Equal(t, to-from, FromBytes(raw, 96).Ones())
		require.Equal(t, from < to, Test(raw, from) && from < 96)
		PutRange(raw, from, to, false)
		require.Zero(t, FromBytes(raw, 96).Ones())
	})
}

func TestCommon(t *testing.T) {
	a, b := New(200), New(100)
	for _, i := range []uint32{0, 63, 64, 99, 150} {
		a.Put(i, true)
	}
	for _, i := range []uint32{0, 64, 65, 99} {
		b.Put(i, true)
	}
	require.Equal(t, 3, a.Common(b))
	require.Equal(t, 3, b.Common(a))
}

func TestGrowKeepsBits(t *testing.T) {
	s := New(3)
	s.Put(2, true)
	s = s.Grow(200)
	require.True(t, s.Get(2))
	require.False(t, s.Get(199))
	require.False(t, s.Get(4000))
}
