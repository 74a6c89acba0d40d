package api

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// decoder reads records from JSON text that was checked once as a whole. The first error sticks; path says where it is.
type decoder struct {
	arena                      []float32
	err                        error
	path                       []string
	conditions                 int // and prefetches and pairs
	depthFilter, depthPrefetch int
	log                        bool // text made from a log record: trusted, may hold non-finite numbers as strings
	keyBuf                     []byte
}

// begin checks the text.
func (d *decoder) begin(data []byte) bool {
	if len(data) > MaxRequestSize {
		d.err = Errorf(InvalidArgument, "request of %d bytes, at most %d are accepted", len(data), MaxRequestSize)
		return false
	}
	if err := rawjson.Valid(data); err != nil {
		d.err = Errorf(InvalidArgument, "invalid JSON: %v", err)
		return false
	}
	return true
}

func (d *decoder) push(name string) { d.path = append(d.path, name) }

func (d *decoder) pop() { d.path = d.path[:len(d.path)-1] }

func (d *decoder) fail(format string, args ...any) {
	d.failKind(InvalidArgument, format, args...)
}

func (d *decoder) failKind(kind ErrorKind, format string, args ...any) {
	if d.err != nil {
		return
	}
	text := fmt.Sprintf(format, args...)
	if len(d.path) > 0 {
		text = strings.Join(d.path, ".") + ": " + text
	}
	d.err = &Error{Kind: kind, Msg: text}
}

var kindWords = [...]string{"nothing", "null", "a boolean", "a number", "a string", "an array", "an object"}

// expect checks the kind of a value.
func (d *decoder) expect(v []byte, k rawjson.Kind) bool {
	if d.err != nil {
		return false
	}
	got := rawjson.KindOf(v)
	if got == k {
		return true
	}
	d.fail("expected %s, got %s", kindWords[k], kindWords[got])
	return false
}

func (d *decoder) object(v []byte) bool { return d.expect(v, rawjson.Obj) }

func isNull(v []byte) bool { return rawjson.KindOf(v) == rawjson.Null }

// key returns the plain text of a member name, valid until the next call.
func (d *decoder) key(raw []byte) []byte {
	t := rawjson.Text(d.keyBuf, raw)
	if len(t) > 0 && &t[0] != &raw[min(1, len(raw)-1)] {
		d.keyBuf = t
	}
	return t
}

func (d *decoder) unknown(raw []byte) { d.fail("unknown field %q", d.key(raw)) }

func (d *decoder) unsupported(name string, v []byte) {
	switch rawjson.KindOf(v) {
	case rawjson.Null:
		return
	case rawjson.Arr:
		if a := rawjson.OpenArray(v); !a.Next() {
			return
		}
	}
	d.failKind(Unsupported, "%s is not supported by this release", name)
}

// require fails for the first name whose bit is not set.
func (d *decoder) require(seen uint64, names ...string) {
	if d.err != nil {
		return
	}
	for i, n := range names {
		if seen&(1<<i) == 0 {
			d.fail("missing field %q", n)
			return
		}
	}
}

// envelope returns the value of the one member of {"name": value}.
func (d *decoder) envelope(v []byte, name string) []byte {
	if !d.object(v) {
		return nil
	}
	for o := rawjson.OpenObject(v); o.Next(); {
		if string(d.key(o.Key)) == name {
			return o.Value
		}
	}
	d.fail("missing field %q", name)
	return nil
}

// tagged returns the key and value of an object with one member. Further members (a clock tag) are ignored.
func (d *decoder) tagged(v []byte) (string, []byte) {
	if !d.object(v) {
		return "", nil
	}
	for o := rawjson.OpenObject(v); o.Next(); {
		if k := string(d.key(o.Key)); k != "clock_tag" {
			return k, o.Value
		}
	}
	d.fail("expected an object with one member, got an empty one")
	return "", nil
}

// variant returns the index of the first of keys that v has, -1 for none.
func (d *decoder) variant(v []byte, keys []string) int {
	best := -1
	for o := rawjson.OpenObject(v); o.Next(); {
		name := string(d.key(o.Key))
		for i, k := range keys {
			if k == name && (best < 0 || i < best) {
				best = i
			}
		}
		if best == 0 {
			break
		}
	}
	return best
}

// typeOf returns the member "type" of an object.
func (d *decoder) typeOf(v []byte) string {
	if !d.object(v) {
		return ""
	}
	for o := rawjson.OpenObject(v); o.Next(); {
		if string(d.key(o.Key)) == "type" {
			d.push("type")
			defer d.pop()
			return d.decString(o.Value)
		}
	}
	d.fail("missing field \"type\"")
	return ""
}

// tag checks the member that tells records apart.
func (d *decoder) tag(v []byte, want string) {
	d.push("type")
	defer d.pop()
	if got := d.decString(v); d.err == nil && got != want {
		d.fail("expected %q, got %q", want, got)
	}
}

// tuple returns the elements of an array of fixed length.
func (d *decoder) tuple(v []byte, n int) (e [2][]byte) {
	if !d.expect(v, rawjson.Arr) {
		return e
	}
	i := 0
	for a := rawjson.OpenArray(v); a.Next(); i++ {
		if i < n {
			e[i] = a.Value
		}
	}
	if i != n {
		d.fail("expected an array of %d elements, got %d", n, i)
	}
	return e
}

func decodeList[T any](d *decoder, v []byte, one func(*decoder, []byte) T) []T {
	if !d.expect(v, rawjson.Arr) {
		return nil
	}
	out := []T{}
	for a := rawjson.OpenArray(v); d.err == nil && a.Next(); {
		if len(out) == MaxPoints {
			d.fail("more than %d elements", MaxPoints)
			return nil
		}
		out = append(out, one(d, a.Value))
	}
	return out
}

func decodeOneOrMany[T any](d *decoder, v []byte, one func(*decoder, []byte) T) []T {
	var out []T
	if rawjson.KindOf(v) == rawjson.Obj {
		out = []T{one(d, v)}
	} else {
		out = decodeList(d, v, one)
	}
	if d.conditions += len(out); d.conditions > MaxConditions {
		d.fail("more than %d conditions, prefetches and pairs", MaxConditions)
	}
	return out
}

func decodeOptional[T any](d *decoder, v []byte, one func(*decoder, []byte) T) *T {
	if isNull(v) {
		return nil
	}
	return decodePointer(d, v, one)
}

func decodePointer[T any](d *decoder, v []byte, one func(*decoder, []byte) T) *T {
	x := one(d, v)
	return &x
}

// decodeSwitch reads false as nil and true as the zero value.
func decodeSwitch[T any](d *decoder, v []byte, one func(*decoder, []byte) T) *T {
	switch {
	case rawjson.KindOf(v) != rawjson.Bool:
		return decodeOptional(d, v, one)
	case d.decBool(v):
		return new(T)
	}
	return nil
}

// decodeSet sorts and leaves out equal elements.
func decodeSet[T cmp.Ordered](d *decoder, v []byte, one func(*decoder, []byte) T) []T {
	out := decodeList(d, v, one)
	slices.Sort(out)
	return slices.Compact(out)
}

func (d *decoder) enum(v []byte, names []string, aliases map[string]uint8) uint8 {
	s := d.decString(v)
	if d.err != nil {
		return 0
	}
	for i, n := range names {
		if n == s {
			return uint8(i)
		}
	}
	if i, ok := aliases[s]; ok {
		return i
	}
	d.fail("unknown variant %q, expected one of %s", s, strings.Join(names, ", "))
	return 0
}

func (d *decoder) decBool(v []byte) bool {
	return d.expect(v, rawjson.Bool) && v[0] == 't'
}

func (d *decoder) decU64(v []byte) uint64 {
	if !d.expect(v, rawjson.Num) {
		return 0
	}
	if n, ok := rawjson.ParseNumber(v); ok {
		if u, ok := n.Uint64(); ok {
			return u
		}
	}
	d.fail("expected an unsigned integer, got %s", v)
	return 0
}

func (d *decoder) decU32(v []byte) uint32 {
	n := d.decU64(v)
	if n > 1<<32-1 {
		d.fail("expected an integer below 2^32, got %s", v)
	}
	return uint32(n)
}

func (d *decoder) decF64(v []byte) float64 {
	if d.log && rawjson.KindOf(v) == rawjson.Str {
		f, err := strconv.ParseFloat(string(rawjson.Text(nil, v)), 64)
		if err != nil {
			d.fail("expected a number, got %s", v)
		}
		return f
	}
	if !d.expect(v, rawjson.Num) {
		return 0
	}
	n, ok := rawjson.ParseNumber(v)
	if !ok {
		d.fail("number out of range: %s", v)
	}
	return n.Float64()
}

func (d *decoder) decF32(v []byte) float32 { return float32(d.decF64(v)) }

func (d *decoder) decString(v []byte) string {
	if !d.expect(v, rawjson.Str) {
		return ""
	}
	return string(rawjson.Text(d.keyBuf[:0:0], v))
}

func (d *decoder) decName(v []byte) string {
	s := d.decString(v)
	if len(s) > MaxNameLength {
		d.fail("name of %d bytes, at most %d are accepted", len(s), MaxNameLength)
	}
	return s
}

func (d *decoder) decPath(v []byte) string { return d.decName(v) }

func (d *decoder) decDateTime(v []byte) DateTime {
	s := d.decString(v)
	if d.err != nil {
		return 0
	}
	t, err := ParseDateTime(s)
	if err != nil {
		d.fail("%v", err)
	}
	return t
}

func (d *decoder) decPointID(v []byte) PointID {
	if d.err != nil {
		return PointID{}
	}
	switch rawjson.KindOf(v) {
	case rawjson.Num:
		n, ok := rawjson.ParseNumber(v)
		if u, exact := n.Uint64(); ok && exact {
			return NumID(u)
		}
	case rawjson.Str:
		s := rawjson.Text(nil, v)
		if u, ok := parseUUID(unsafe.String(unsafe.SliceData(s), len(s))); ok {
			return UUIDFromBytes(u)
		}
	}
	d.fail("value %s is not a valid point ID, valid values are either an unsigned integer or a UUID", v)
	return PointID{}
}

func (d *decoder) decRaw(v []byte) []byte { return append([]byte(nil), v...) }

func (d *decoder) decPayload(v []byte) Payload {
	if !d.object(v) {
		return nil
	}
	out, err := rawjson.Canonical(make([]byte, 0, len(v)), v)
	if err != nil {
		d.fail("%v", err)
	}
	return out
}
