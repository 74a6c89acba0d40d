package fulltext

import (
	"math"
	"slices"
	"unicode/utf8"
	"unsafe"

	"github.com/qdrant-edge-go/edge/core/internal/cbor"
)

const (
	tokensKey = "tokens"
	lengthKey = "doc_len"
)

// record is what a gridstore holds of a slot.
type record struct {
	tokens   []uint32
	length   uint32
	measured bool // has a length
}

// appendRecord writes a document. Without an order its tokens are written by their bytes.
func (m *memory) appendRecord(dst []byte, doc []uint32, length uint32) []byte {
	members := 1
	if m.params.Lengths {
		members = 2
	}
	if !m.params.ordered() {
		m.scratch = append(m.scratch[:0], doc...)
		slices.SortFunc(m.scratch, m.words.compare)
		doc = m.scratch
	}
	dst = cbor.AppendText(cbor.AppendMap(dst, members), tokensKey)
	dst = cbor.AppendArray(dst, len(doc))
	for _, n := range doc {
		dst = cbor.AppendText(dst, m.words.token(n))
	}
	if m.params.Lengths {
		dst = cbor.AppendUint(cbor.AppendText(dst, lengthKey), uint64(length))
	}
	return dst
}

// readRecord reads a document; its tokens are appended to dst as number gives them.
func readRecord(b []byte, number func(string) uint32, dst []uint32) (rec record, ok bool) {
	r := cbor.Reader{Data: b}
	head, err := r.Next()
	if err != nil || head.Kind != cbor.KindMap {
		return rec, false
	}
	named := false
	for i := 0; i != head.Len; i++ {
		key, err := r.Next()
		if err != nil {
			return rec, false
		}
		if key.Kind == cbor.KindBreak && head.Len == cbor.Open {
			break
		}
		if key.Kind != cbor.KindText {
			return rec, false
		}
		switch string(key.Data) {
		case tokensKey:
			rec.tokens, ok = readTokens(&r, number, dst)
			named = true
		case lengthKey:
			rec.length, rec.measured, ok = readLength(&r)
		default:
			ok = false
		}
		if !ok {
			return rec, false
		}
	}
	return rec, named && r.Pos == len(b)
}

func readTokens(r *cbor.Reader, number func(string) uint32, dst []uint32) ([]uint32, bool) {
	head, err := r.Next()
	if err != nil || head.Kind != cbor.KindArray {
		return nil, false
	}
	for i := 0; i != head.Len; i++ {
		it, err := r.Next()
		if err != nil {
			return nil, false
		}
		if it.Kind == cbor.KindBreak && head.Len == cbor.Open {
			break
		}
		if it.Kind != cbor.KindText || !utf8.Valid(it.Data) {
			return nil, false
		}
		dst = append(dst, number(unsafe.String(unsafe.SliceData(it.Data), len(it.Data))))
	}
	return dst, true
}

// readLength reads a length, which may be null.
func readLength(r *cbor.Reader) (length uint32, measured, ok bool) {
	it, err := r.Next()
	switch {
	case err != nil:
		return 0, false, false
	case it.Kind == cbor.KindNull:
		return 0, false, true
	case it.Kind != cbor.KindUint || it.Uint > math.MaxUint32:
		return 0, false, false
	}
	return uint32(it.Uint), true, true
}
