package hnsw

import (
	"errors"
	iofs "io/fs"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Options say how the links are kept in memory.
type Options struct {
	// Cold leaves the file of links on disk until it is read.
	Cold bool
	// Pinned keeps the links of level 0 unpacked in memory.
	Pinned bool
	// Missing is what the parameters are when their file does not exist; without it that is an error.
	Missing *Config
}

// poolSize is how many searches at once find memory of earlier ones.
const poolSize = 16

// Graph is an open index directory. It may be searched by many goroutines at
// once; Close needs exclusive access.
type Graph struct {
	cfg    *Config
	header *header
	links  *links
	pinned *pinned
	pool   chan *scratch
}

// Open opens an index directory. The files stay mapped until Close.
func Open(fs disk.FS, dir string, opts Options) (*Graph, error) {
	g := &Graph{pool: make(chan *scratch, poolSize)}
	var err error
	g.cfg, err = ReadConfig(fs, dir)
	if errors.Is(err, iofs.ErrNotExist) && opts.Missing != nil {
		g.cfg, err = opts.Missing, nil
	}
	if err != nil {
		return nil, err
	}
	name := filepath.Join(dir, GraphFile)
	data, err := disk.ReadFile(fs, name)
	if err != nil {
		return nil, err
	}
	if g.header, err = decodeHeader(name, data); err != nil {
		return nil, err
	}
	if g.links, err = openLinks(fs, dir); err != nil {
		return nil, err
	}
	if err := g.prepare(name, opts); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return g, nil
}

func (g *Graph) prepare(name string, opts Options) error {
	if err := disk.Guard(func() error { return g.checkEntries(name) }); err != nil {
		return err
	}
	g.links.file.Advise(disk.AdviseRandom)
	if !opts.Cold {
		g.links.file.Advise(disk.AdviseWillNeed)
	}
	if !opts.Pinned {
		return nil
	}
	return disk.Guard(func() (err error) {
		g.pinned, err = pin(g.links)
		return err
	})
}

// checkEntries: the points must exist on their level.
func (g *Graph) checkEntries(name string) error {
	for _, list := range [][]entry{g.header.main, g.header.extra} {
		for _, e := range list {
			if int(e.point) >= g.links.points || e.level > g.links.level(e.point) {
				return disk.Corruptf(name, 0, "entry point %d on level %d is not in the graph", e.point, e.level)
			}
		}
	}
	return nil
}

// Close unmaps the files.
func (g *Graph) Close() error { return g.links.file.Close() }

// Config returns the parameters.
func (g *Graph) Config() *Config { return g.cfg }

// Points is the number of points, those without links included.
func (g *Graph) Points() int { return g.links.points }

// Level is the highest level of a point, which must be below Points.
func (g *Graph) Level(p uint32) int { return g.links.level(p) }

// Links appends the links of a point on a level it has.
func (g *Graph) Links(dst []uint32, p uint32, level int) ([]uint32, error) {
	return g.links.row(dst, p, level)
}

// degree is how many acceptable neighbours of a point are looked at; 0 is no limit.
func (g *Graph) degree(level int) int {
	if level == 0 {
		return g.header.m0
	}
	return g.header.m
}
