package cbor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Kind is the type of the next item.
type Kind uint8

// The kinds of item. Break ends an open array or map.
const (
	KindEnd Kind = iota
	KindUint
	KindNegInt
	KindBytes
	KindText
	KindArray
	KindMap
	KindBool
	KindNull
	KindFloat
	KindBreak
)

// Open is the length of an array or map that ends with a Break.
const Open = -1

// ErrTruncated says that an item is longer than the data.
var ErrTruncated = errors.New("cbor: truncated")

// Item is one head with its scalar value. Narrow is set for floats that were written with at most 32 bits.
type Item struct {
	Kind   Kind
	Uint   uint64 // KindUint; KindNegInt: the value is -1-Uint
	Len    int    // KindArray, KindMap; Open when unknown
	Data   []byte // KindBytes, KindText: part of the input
	Bool   bool
	Float  float64
	Narrow bool
}

// Reader walks over items in order. It never allocates and never panics.
type Reader struct {
	Data []byte
	Pos  int
}

// Peek returns the kind of the next item.
func (r *Reader) Peek() Kind {
	saved := r.Pos
	it, err := r.Next()
	r.Pos = saved
	if err != nil {
		return KindEnd
	}
	return it.Kind
}

// Next reads one head; the elements of containers follow as items of their own. Tags are skipped.
func (r *Reader) Next() (Item, error) {
	for {
		if r.Pos >= len(r.Data) {
			return Item{}, ErrTruncated
		}
		c := r.Data[r.Pos]
		r.Pos++
		major, info := c&0xe0, c&0x1f
		if major == majorOther {
			return r.simple(c)
		}
		if info == 31 && (major == majorArray || major == majorMap) {
			return Item{Kind: kindOf(major), Len: Open}, nil
		}
		n, err := r.argument(info)
		if err != nil {
			return Item{}, err
		}
		if major == majorTag {
			continue
		}
		return r.item(major, n)
	}
}

func (r *Reader) item(major byte, n uint64) (Item, error) {
	it := Item{Kind: kindOf(major), Uint: n}
	rest := uint64(len(r.Data) - r.Pos)
	switch major {
	case majorBytes, majorText:
		if n > rest {
			return Item{}, ErrTruncated
		}
		it.Data = r.Data[r.Pos : r.Pos+int(n)]
		r.Pos += int(n)
	case majorArray, majorMap:
		if n > rest { // every element takes a byte
			return Item{}, ErrTruncated
		}
		it.Len = int(n)
	}
	return it, nil
}

func kindOf(major byte) Kind {
	return [...]Kind{KindUint, KindNegInt, KindBytes, KindText, KindArray, KindMap}[major>>5]
}

func (r *Reader) simple(c byte) (Item, error) {
	switch c {
	case byteFalse, byteTrue:
		return Item{Kind: KindBool, Bool: c == byteTrue}, nil
	case byteNull, byteUndef:
		return Item{Kind: KindNull}, nil
	case byteBreak:
		return Item{Kind: KindBreak}, nil
	case byteF16, byteF32, byteF64:
		n, err := r.argument(c & 0x1f)
		if err != nil {
			return Item{}, err
		}
		it := Item{Kind: KindFloat, Narrow: c != byteF64}
		switch c {
		case byteF16:
			it.Float = float64(fromHalf(uint16(n)))
		case byteF32:
			it.Float = float64(math.Float32frombits(uint32(n)))
		default:
			it.Float = math.Float64frombits(n)
		}
		return it, nil
	}
	return Item{}, fmt.Errorf("cbor: unknown byte 0x%02x", c)
}

func (r *Reader) argument(info byte) (uint64, error) {
	if info < 24 {
		return uint64(info), nil
	}
	if info > 27 {
		return 0, fmt.Errorf("cbor: invalid length code %d", info)
	}
	size := 1 << (info - 24)
	if len(r.Data)-r.Pos < size {
		return 0, ErrTruncated
	}
	b := r.Data[r.Pos:]
	r.Pos += size
	switch size {
	case 1:
		return uint64(b[0]), nil
	case 2:
		return uint64(binary.BigEndian.Uint16(b)), nil
	case 4:
		return uint64(binary.BigEndian.Uint32(b)), nil
	}
	return binary.BigEndian.Uint64(b), nil
}
