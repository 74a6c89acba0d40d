package oplog

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

const (
	magic        = "QEOPLOG\n"
	version      = 1
	fileHeader   = 28
	recordHeader = 21
)

// MaxRecord is the longest content of a record.
const MaxRecord = 1 << 30

var (
	mark       = []byte{0xa7, 'R', 'E', 'C'}
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

// Record is one entry of the log.
type Record struct {
	Index uint64
	Kind  byte
	Data  []byte
}

func appendHeader(dst []byte, first uint64) []byte {
	at := len(dst)
	dst = append(dst, magic...)
	dst = binary.LittleEndian.AppendUint32(dst, version)
	dst = binary.LittleEndian.AppendUint32(dst, 0)
	dst = binary.LittleEndian.AppendUint64(dst, first)
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[at:], castagnoli))
}

// headerOf reads the head of a file; ok is false when it is not sound.
func headerOf(data []byte) (first uint64, vers uint32, ok bool) {
	if len(data) < fileHeader || string(data[:8]) != magic ||
		crc32.Checksum(data[:fileHeader-4], castagnoli) != binary.LittleEndian.Uint32(data[fileHeader-4:]) {
		return 0, 0, false
	}
	return binary.LittleEndian.Uint64(data[16:]), binary.LittleEndian.Uint32(data[8:]), true
}

func appendRecord(dst []byte, r Record) []byte {
	at := len(dst)
	dst = append(dst, mark...)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(r.Data)))
	dst = binary.LittleEndian.AppendUint64(dst, r.Index)
	dst = append(dst, r.Kind)
	sum := crc32.Update(crc32.Checksum(dst[at+4:], castagnoli), castagnoli, r.Data)
	dst = binary.LittleEndian.AppendUint32(dst, sum)
	return append(dst, r.Data...)
}

// recordAt reads the record at the front of data; ok is false when there is no sound one. The content aliases data.
func recordAt(data []byte) (r Record, size int, ok bool) {
	if len(data) < recordHeader || !bytes.Equal(data[:4], mark) {
		return r, 0, false
	}
	n := uint64(binary.LittleEndian.Uint32(data[4:]))
	if n > MaxRecord || n > uint64(len(data)-recordHeader) {
		return r, 0, false
	}
	size = recordHeader + int(n)
	r = Record{Index: binary.LittleEndian.Uint64(data[8:]), Kind: data[16], Data: data[recordHeader:size]}
	sum := crc32.Update(crc32.Checksum(data[4:17], castagnoli), castagnoli, r.Data)
	return r, size, sum == binary.LittleEndian.Uint32(data[17:])
}

// soundBehind finds a record of an index from next on anywhere in data.
func soundBehind(data []byte, next uint64) (off int, found bool) {
	for off = 0; ; off++ {
		i := bytes.Index(data[off:], mark)
		if i < 0 {
			return 0, false
		}
		off += i
		if r, _, ok := recordAt(data[off:]); ok && r.Index >= next {
			return off, true
		}
	}
}
