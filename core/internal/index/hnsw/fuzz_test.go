package hnsw

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// flat scores every point the same.
type flat struct{}

func (flat) Score(ids []uint32, out []float32) { clear(out[:len(ids)]) }

// exercise reads all it can from hostile bytes.
func exercise(t *testing.T, format linkFormat, data, head []byte) {
	g := &Graph{cfg: &Config{Ef: 8}, links: &links{file: &disk.Mapping{Data: data}, format: format}}
	if err := g.links.decode(); err != nil {
		require.True(t, disk.IsCorrupt(err), "%v", err)
		return
	}
	var row []uint32
	var err error
	for p := range uint32(min(g.Points(), 2000)) {
		for l := g.Level(p); l >= 0; l-- {
			if row, err = g.Links(row[:0], p, l); err != nil {
				require.True(t, disk.IsCorrupt(err), "%v", err)
				continue
			}
			for _, q := range row {
				require.Less(t, int(q), g.Points())
			}
		}
		g.links.prefetch(p)
	}
	if g.header, err = decodeHeader(GraphFile, head); err == nil {
		err = g.checkEntries(GraphFile)
	}
	if err != nil {
		require.True(t, disk.IsCorrupt(err), "%v", err)
		return
	}
	for _, acorn := range []bool{false, true} {
		_, _, err = g.Search(context.Background(), &Request{Limit: 3, Ef: 20, Scorer: flat{}, Accept: every(2), Acorn: acorn}, nil)
		require.True(t, err == nil || disk.IsCorrupt(err), "%v", err)
	}
}

func fuzzLinks(f *testing.F, format linkFormat, encode func(*table) []byte) {
	src := &table{m: 2, m0: 4, rows: [][][]uint32{{{1, 2, 3, 4, 5}, {3}}, {{0, 2}}, {{}}, {{0, 5, 4}, {0}, {}}, {{3}}, {{0, 3}}}}
	f.Add(encode(src), (&header{m: 2, m0: 4, efConstruct: 8, entries: entries{main: []entry{{3, 2}}, extra: []entry{{0, 1}}, capacity: 10}}).append(nil))
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, links, head []byte) { exercise(t, format, links, head) })
}

func FuzzCompressedLinks(f *testing.F) {
	fuzzLinks(f, formatCompressed, func(src *table) []byte {
		data, err := encodeLinks(src, byLevel(src))
		require.NoError(f, err)
		return data
	})
}

func FuzzPlainLinks(f *testing.F)  { fuzzLinks(f, formatPlain, encodePlain) }
func FuzzVectorLinks(f *testing.F) { fuzzLinks(f, formatVectors, encodeVectors) }

func FuzzConfig(f *testing.F) {
	f.Add([]byte(`{"m":16,"m0":32,"ef_construct":100,"ef":100,"full_scan_threshold":10,"max_indexing_threads":0,"payload_m":null,"payload_m0":null,"indexed_vector_count":7}`))
	f.Add([]byte(`{"indexing_threshold":5,"m":-1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := decodeConfig(ConfigFile, data)
		if err != nil {
			require.True(t, disk.IsCorrupt(err))
			return
		}
		require.GreaterOrEqual(t, c.FullScanThreshold, 0)
	})
}
