package grid

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Limits on what files may claim; Put keeps them too.
const (
	maxValueBytes = 1 << 30 // one value, stored or uncompressed
	maxKeys       = 1 << 27 // keys of one store: tracker.dat stays below 2 GiB
	maxPageBytes  = 1 << 30
	lz4MaxRatio   = 255 // an LZ4 block of n bytes cannot hold more than 255·n + 64
)

// Compression names the framing of values.
type Compression string

// The two framings.
const (
	None Compression = "None"
	LZ4  Compression = "LZ4"
)

// Options fixes the geometry of a store at its creation.
type Options struct {
	PageSize     int // bytes, a multiple of BlockSize·RegionBlocks
	BlockSize    int // bytes
	RegionBlocks int // blocks per entry of gaps.dat, 8192 in every store of Qdrant
	Compression  Compression
}

const (
	defaultPage   = 32 << 20
	defaultBlock  = 128
	defaultRegion = 8192
)

// PayloadOptions is the geometry of payload_storage.
func PayloadOptions() Options {
	return Options{PageSize: defaultPage, BlockSize: defaultBlock, RegionBlocks: defaultRegion, Compression: LZ4}
}

// SparseOptions is the geometry of sparse vector storages and text indexes.
func SparseOptions() Options {
	return Options{PageSize: defaultPage, BlockSize: defaultBlock, RegionBlocks: defaultRegion, Compression: None}
}

// IndexOptions is the geometry of an appendable field index with the given
// block size: 16 for keyword, uuid, geo and nested elements, 8 for numbers.
func IndexOptions(blockSize int) Options {
	return Options{PageSize: blockSize * defaultRegion * 32, BlockSize: blockSize, RegionBlocks: defaultRegion, Compression: None}
}

// Validate checks the geometry.
func (o Options) Validate() error {
	switch {
	case o.BlockSize <= 0 || o.RegionBlocks <= 0 || o.RegionBlocks > math.MaxUint16:
		return fmt.Errorf("grid: blocks of %d bytes in regions of %d", o.BlockSize, o.RegionBlocks)
	case o.PageSize <= 0 || o.PageSize > maxPageBytes || o.BlockSize > maxPageBytes:
		return fmt.Errorf("grid: pages of %d bytes", o.PageSize)
	case int64(o.PageSize)%(int64(o.BlockSize)*int64(o.RegionBlocks)) != 0 || o.pageBlocks()%8 != 0:
		return fmt.Errorf("grid: pages of %d bytes are not whole regions of %d blocks of %d bytes", o.PageSize, o.RegionBlocks, o.BlockSize)
	case o.Compression != None && o.Compression != LZ4:
		return fmt.Errorf("grid: unknown compression %q", o.Compression)
	}
	return nil
}

func (o Options) pageBlocks() int  { return o.PageSize / o.BlockSize }
func (o Options) maskBytes() int   { return o.pageBlocks() / 8 }
func (o Options) pageRegions() int { return o.pageBlocks() / o.RegionBlocks }

// blocks returns the number of blocks of a value of n bytes.
func (o Options) blocks(n int) int { return (n + o.BlockSize - 1) / o.BlockSize }

// storedConfig is config.json.
type storedConfig struct {
	Mode         *string      `json:"mode,omitempty"`
	PageSize     int          `json:"page_size_bytes"`
	BlockSize    int          `json:"block_size_bytes"`
	RegionBlocks int          `json:"region_size_blocks"`
	Compression  *Compression `json:"compression,omitempty"`
}

const modeMutable = "mutable"

func (o Options) encode() []byte {
	mode := modeMutable
	b, err := json.Marshal(storedConfig{&mode, o.PageSize, o.BlockSize, o.RegionBlocks, &o.Compression})
	if err != nil {
		panic(err) // numbers and strings always marshal
	}
	return b
}

// decodeOptions reads config.json. Old stores have no mode (mutable) and no
// compression (LZ4).
func decodeOptions(name string, b []byte) (Options, error) {
	var c storedConfig
	if err := json.Unmarshal(b, &c); err != nil {
		return Options{}, disk.Corruptf(name, 0, "%v", err)
	}
	if c.Mode != nil && *c.Mode != modeMutable {
		return Options{}, fmt.Errorf("%s: gridstore mode %q is not supported", name, *c.Mode)
	}
	o := Options{PageSize: c.PageSize, BlockSize: c.BlockSize, RegionBlocks: c.RegionBlocks, Compression: LZ4}
	if c.Compression != nil {
		o.Compression = *c.Compression
	}
	if err := o.Validate(); err != nil {
		return Options{}, disk.Corruptf(name, 0, "%v", err)
	}
	return o, nil
}
