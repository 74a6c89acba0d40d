package api

import (
	"math"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/internal/cbor"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// DecodeUpdateOperationCBOR reads a record of Qdrant's log: the CBOR becomes the JSON of the same tree, with the floats of
// vectors in an arena, and the one decoder reads that. A clock tag is ignored.
func DecodeUpdateOperationCBOR(data []byte) (UpdateOperation, error) {
	t := transcoder{r: cbor.Reader{Data: data}, dst: make([]byte, 0, len(data)+len(data)/2)}
	if op := t.otherOperation(); op != nil {
		return op, nil
	}
	if err := t.value(0); err != nil {
		return nil, Wrap(Corrupt, err, "log record")
	}
	if t.r.Pos != len(data) {
		return nil, Errorf(Corrupt, "log record: %d bytes behind the operation", len(data)-t.r.Pos)
	}
	d := decoder{arena: t.arena, log: true}
	if err := rawjson.Valid(t.dst); err != nil {
		return nil, Wrap(Corrupt, err, "log record")
	}
	op := d.decUpdateOperation(t.dst)
	if d.err != nil {
		kind := Corrupt
		if KindOf(d.err) == Unsupported {
			kind = Unsupported
		}
		return nil, Wrap(kind, d.err, "log record")
	}
	return op, nil
}

// transcoder prints CBOR as JSON.
type transcoder struct {
	r         cbor.Reader
	dst       []byte
	arena     []float32
	inVector  bool
	inPayload bool
}

// otherOperation recognises {"name": …} of an operation that is only kept.
func (t *transcoder) otherOperation() UpdateOperation {
	r := t.r
	if head, err := r.Next(); err != nil || head.Kind != cbor.KindMap {
		return nil
	}
	name, err := r.Next()
	if err != nil || name.Kind != cbor.KindText || !otherOperations[string(name.Data)] {
		return nil
	}
	start := r.Pos
	if err := skipCBOR(&r, 0); err != nil {
		return nil
	}
	return &OtherOperation{Name: string(name.Data), Raw: append([]byte(nil), r.Data[start:r.Pos]...)}
}

// rawCBORToJSON prints the value of a kept operation; what was checked once cannot fail.
func rawCBORToJSON(dst, raw []byte) []byte {
	t := transcoder{r: cbor.Reader{Data: raw}, dst: dst}
	if t.value(0) != nil {
		return append(dst, "null"...)
	}
	return t.dst
}

func skipCBOR(r *cbor.Reader, depth int) error {
	t := transcoder{r: *r}
	err := t.value(depth)
	r.Pos = t.r.Pos
	return err
}

func (t *transcoder) value(depth int) error {
	it, err := t.r.Next()
	if err != nil {
		return err
	}
	if depth > MaxDepth {
		return Errorf(Corrupt, "nested more than %d times", MaxDepth)
	}
	switch it.Kind {
	case cbor.KindUint:
		t.dst = strconv.AppendUint(t.dst, it.Uint, 10)
	case cbor.KindNegInt:
		return t.negative(it.Uint)
	case cbor.KindBytes:
		return t.uuid(it.Data)
	case cbor.KindText:
		t.dst = rawjson.AppendString(t.dst, it.Data)
	case cbor.KindArray:
		return t.array(it, depth)
	case cbor.KindMap:
		return t.object(it, depth)
	case cbor.KindBool:
		t.dst = strconv.AppendBool(t.dst, it.Bool)
	case cbor.KindNull:
		t.dst = append(t.dst, "null"...)
	case cbor.KindFloat:
		t.float(it.Float)
	default:
		return Errorf(Corrupt, "unexpected break")
	}
	return nil
}

func (t *transcoder) negative(n uint64) error {
	if n > math.MaxInt64 {
		return Errorf(Corrupt, "integer below -2^63")
	}
	t.dst = strconv.AppendInt(t.dst, ^int64(n), 10)
	return nil
}

func (t *transcoder) uuid(b []byte) error {
	if len(b) != 16 {
		return Errorf(Corrupt, "byte string of %d bytes is no UUID", len(b))
	}
	t.dst = append(UUIDFromBytes([16]byte(b)).AppendText(append(t.dst, '"')), '"')
	return nil
}

// float prints a number; what JSON cannot say becomes a string that the decoder of logs understands.
func (t *transcoder) float(f float64) {
	switch {
	case math.IsNaN(f):
		t.dst = append(t.dst, `"NaN"`...)
	case math.IsInf(f, 0):
		t.dst = strconv.AppendFloat(append(t.dst, '"'), f, 'g', -1, 64)
		t.dst = append(t.dst, '"')
	default:
		t.dst = rawjson.AppendFloat(t.dst, f)
	}
}

func isNonFinite(v []byte) bool {
	switch string(v) {
	case `"NaN"`, `"+Inf"`, `"-Inf"`:
		return true
	}
	return false
}

func (t *transcoder) array(it cbor.Item, depth int) error {
	if t.inVector && it.Len != cbor.Open && t.floats(it.Len) {
		return nil
	}
	t.dst = append(t.dst, '[')
	for i := 0; it.Len == cbor.Open || i < it.Len; i++ {
		if it.Len == cbor.Open && t.r.Peek() == cbor.KindBreak {
			_, err := t.r.Next()
			t.dst = append(t.dst, ']')
			return err
		}
		if i > 0 {
			t.dst = append(t.dst, ',')
		}
		if err := t.value(depth + 1); err != nil {
			return err
		}
	}
	t.dst = append(t.dst, ']')
	return nil
}

// floats moves an array that holds nothing but floats to the arena.
func (t *transcoder) floats(n int) bool {
	pos, size := t.r.Pos, len(t.arena)
	for range n {
		it, err := t.r.Next()
		if err != nil || it.Kind != cbor.KindFloat {
			t.r.Pos, t.arena = pos, t.arena[:size]
			return false
		}
		t.arena = append(t.arena, float32(it.Float))
	}
	if n == 0 {
		return false
	}
	t.dst = append(t.dst, `{"`+arenaKey+`":[`...)
	t.dst = strconv.AppendInt(t.dst, int64(size), 10)
	t.dst = strconv.AppendInt(append(t.dst, ','), int64(n), 10)
	t.dst = append(t.dst, "]}"...)
	return true
}

func (t *transcoder) object(it cbor.Item, depth int) error {
	t.dst = append(t.dst, '{')
	for i := 0; it.Len == cbor.Open || i < it.Len; i++ {
		key, err := t.r.Next()
		if err != nil {
			return err
		}
		if key.Kind == cbor.KindBreak && it.Len == cbor.Open {
			break
		}
		if key.Kind != cbor.KindText {
			return Errorf(Corrupt, "key that is no text")
		}
		if i > 0 {
			t.dst = append(t.dst, ',')
		}
		t.dst = append(rawjson.AppendString(t.dst, key.Data), ':')
		if err := t.member(string(key.Data), depth); err != nil {
			return err
		}
	}
	t.dst = append(t.dst, '}')
	return nil
}

// member notes whether the value is a vector. Nothing below a payload is one, nor is a name inside a vector a field.
func (t *transcoder) member(key string, depth int) error {
	vector, payload := t.inVector, t.inPayload
	if !vector && !payload {
		t.inVector = key == "vector" || key == "vectors"
		t.inPayload = key == "payload" || key == "payloads"
	}
	err := t.value(depth + 1)
	t.inVector, t.inPayload = vector, payload
	return err
}
