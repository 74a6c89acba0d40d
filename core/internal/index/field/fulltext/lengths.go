package fulltext

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Lengths of documents as codes: exponent and fraction.
const (
	fractionBits = 12
	fractionMask = 1<<fractionBits - 1
	maxExponent  = 15
)

// encodeLength rounds a length down to what a code can say.
func encodeLength(n uint32) uint16 {
	if n < 1<<fractionBits {
		return uint16(n)
	}
	exponent := bits.Len32(n) - fractionBits
	if exponent > maxExponent {
		return 1<<16 - 1
	}
	return uint16(exponent<<fractionBits) | uint16(n>>(exponent-1)&fractionMask)
}

func decodeLength(code uint16) uint32 {
	exponent, fraction := uint32(code)>>fractionBits, uint32(code)&fractionMask
	if exponent == 0 {
		return fraction
	}
	return (fraction | 1<<fractionBits) << (exponent - 1)
}

// rounded is a length as ranking knows it.
func rounded(n uint32) uint32 { return decodeLength(encodeLength(n)) }

const (
	lengthsMagic   = "QDRANTDL"
	lengthsVersion = 1
	shuffledZstd   = 1
	lengthsHead    = 64
	lengthSize     = 4
	maxWindow      = 1 << 27 // of a zstd frame
)

// writeLengths writes point_to_doc_len.dat.
func writeLengths(fsys disk.FS, dir string, lengths []uint32) error {
	planes := make([]byte, lengthSize*len(lengths))
	for i, n := range lengths {
		for plane := range lengthSize {
			planes[plane*len(lengths)+i] = byte(n >> (8 * plane))
		}
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderCRC(true), zstd.WithEncoderConcurrency(1), zstd.WithZeroFrames(true))
	if err != nil {
		return err
	}
	out := make([]byte, lengthsHead)
	copy(out, lengthsMagic)
	binary.LittleEndian.PutUint32(out[8:], lengthsVersion)
	binary.LittleEndian.PutUint32(out[12:], shuffledZstd)
	binary.LittleEndian.PutUint64(out[16:], uint64(len(lengths)))
	out = z.EncodeAll(planes, out)
	if err := z.Close(); err != nil {
		return err
	}
	return disk.WriteFileAtomic(fsys, filepath.Join(dir, lengthsFile), out)
}

// readLengths reads point_to_doc_len.dat, of n slots, as codes.
func readLengths(fsys disk.FS, dir string, n int) ([]uint16, error) {
	name := filepath.Join(dir, lengthsFile)
	b, err := disk.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	if len(b) < lengthsHead || string(b[:8]) != lengthsMagic {
		return nil, disk.Corruptf(name, 0, "no lengths of documents")
	}
	version, form := binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:])
	if version != lengthsVersion || form != shuffledZstd {
		return nil, disk.Corruptf(name, 8, "lengths of documents of version %d in form %d", version, form)
	}
	if count := binary.LittleEndian.Uint64(b[16:]); count != uint64(n) {
		return nil, disk.Corruptf(name, 16, "lengths of %d documents, want %d", count, n)
	}
	planes, err := inflate(b[lengthsHead:], lengthSize*n)
	if err != nil {
		return nil, disk.Corruptf(name, lengthsHead, "lengths of documents: %v", err)
	}
	codes := make([]uint16, n)
	for i := range codes {
		codes[i] = encodeLength(uint32(planes[i]) | uint32(planes[n+i])<<8 | uint32(planes[2*n+i])<<16 | uint32(planes[3*n+i])<<24)
	}
	return codes, nil
}

var errSize = errors.New("not of the expected size")

// inflate reads a zstd frame of exactly n bytes.
func inflate(b []byte, n int) ([]byte, error) {
	z, err := zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	out := make([]byte, n)
	if _, err := io.ReadFull(z, out); err != nil {
		return nil, err
	}
	if extra, err := z.Read(make([]byte, 1)); extra > 0 || !errors.Is(err, io.EOF) {
		return nil, errors.Join(errSize, err)
	}
	return out, nil
}
