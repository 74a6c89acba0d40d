package grid

import (
	"encoding/binary"
	"fmt"

	"github.com/pierrec/lz4/v4"
)

const lz4Header = 4 // u32 uncompressed length

// pack returns the stored form of a value, in buf when it has to be built.
func (o Options) pack(buf, val []byte) ([]byte, error) {
	if len(val) > maxValueBytes {
		return nil, fmt.Errorf("grid: value of %d bytes exceeds the limit of %d", len(val), maxValueBytes)
	}
	if o.Compression == None {
		if len(val) == 0 {
			return nil, fmt.Errorf("grid: an empty value cannot be stored uncompressed")
		}
		return val, nil
	}
	need := lz4Header + lz4.CompressBlockBound(len(val))
	if cap(buf) < need {
		buf = make([]byte, need)
	}
	buf = buf[:need]
	binary.LittleEndian.PutUint32(buf, uint32(len(val)))
	if len(val) == 0 {
		buf[lz4Header] = 0 // one token: no literals, no match
		return buf[:lz4Header+1], nil
	}
	n, err := lz4.CompressBlock(val, buf[lz4Header:], nil) // its tables come from a pool
	if err != nil {
		return nil, fmt.Errorf("grid: compress %d bytes: %w", len(val), err)
	}
	return buf[:lz4Header+n], nil
}

// unpack expands an LZ4 value into dst[:0].
func unpack(dst, stored []byte) ([]byte, error) {
	if len(stored) < lz4Header {
		return nil, fmt.Errorf("compressed value has only %d bytes", len(stored))
	}
	n := int64(binary.LittleEndian.Uint32(stored))
	block := stored[lz4Header:]
	if n > maxValueBytes || n > lz4MaxRatio*int64(len(block))+64 {
		return nil, fmt.Errorf("uncompressed length %d of a block of %d bytes", n, len(block))
	}
	if n == 0 {
		return []byte{}, nil
	}
	if int64(cap(dst)) < n {
		dst = make([]byte, n)
	}
	dst = dst[:n]
	got, err := lz4.UncompressBlock(block, dst)
	if err != nil {
		return nil, fmt.Errorf("LZ4 block: %w", err)
	}
	if int64(got) != n {
		return nil, fmt.Errorf("LZ4 block holds %d bytes, its header says %d", got, n)
	}
	return dst, nil
}
