package dict

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLists(t *testing.T) {
	require.Equal(t, 349045, Chinese().Len())
	require.Equal(t, 62055, Thai().Len())
	for _, d := range []*Dict{Chinese(), Thai()} {
		for i := range d.Len() {
			w := d.Word(i)
			if i > 0 {
				require.Negative(t, bytes.Compare(d.Word(i-1), w))
			}
			if i%97 == 0 {
				require.True(t, d.Has(string(w)), "%s", w)
				require.False(t, d.Has(string(w)+"\x01"), "%s", w)
			}
		}
	}
	var ends []int
	Chinese().Prefixes("中国人民银行", func(end, _ int) { ends = append(ends, end) })
	require.Equal(t, []int{3, 6, 18}, ends)
}

func FuzzDecode(f *testing.F) {
	r, err := gzip.NewReader(bytes.NewReader(thaiFile))
	require.NoError(f, err)
	data, err := io.ReadAll(r)
	require.NoError(f, err)
	f.Add(data[:4096], "กก")
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 'a', 1, 0}, "ab")
	f.Fuzz(func(_ *testing.T, data []byte, text string) {
		if d, err := decode(data); err == nil {
			d.Has(text)
		}
	})
}
