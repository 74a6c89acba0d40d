package api

import (
	"strings"

	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

func (d *decoder) otherQuantizationConfig(key string, _ []byte) QuantizationConfig {
	d.fail("unknown quantization %q", key)
	return nil
}

func (d *decoder) otherMatch([]byte) Match {
	d.fail("expected one of %s", strings.Join(variantsMatch[:], ", "))
	return nil
}

func (d *decoder) otherVectorNameConfig([]byte) VectorNameConfig {
	d.fail("expected one of %s", strings.Join(variantsVectorNameConfig[:], ", "))
	return nil
}

// decRange tells the two kinds of range apart by the type of the bounds; without bounds it is a range of numbers.
func (d *decoder) decRange(v []byte) Range {
	if !d.object(v) {
		return nil
	}
	for o := rawjson.OpenObject(v); o.Next(); {
		switch string(d.key(o.Key)) {
		case "lt", "gt", "gte", "lte":
			if rawjson.KindOf(o.Value) == rawjson.Str && !(d.log && isNonFinite(o.Value)) {
				r := d.decRangeDateTime(v)
				return &r
			}
		}
	}
	r := d.decRangeFloat(v)
	return &r
}

func (d *decoder) decValue(v []byte) (out Value) {
	switch rawjson.KindOf(v) {
	case rawjson.Str:
		return Value{Kind: ValueString, Str: d.decString(v)}
	case rawjson.Bool:
		return Value{Kind: ValueBool, Bool: d.decBool(v)}
	case rawjson.Num:
		return Value{Kind: ValueInteger, Int: d.integer(v)}
	}
	d.fail("expected a string, an integer or a boolean, got %s", kindWords[rawjson.KindOf(v)])
	return out
}

func (d *decoder) integer(v []byte) int64 {
	n, ok := rawjson.ParseNumber(v)
	if i, exact := n.Int64(); ok && exact {
		return i
	}
	d.fail("expected an integer, got %s", v)
	return 0
}

func (d *decoder) decAnyVariants(v []byte) (out AnyVariants) {
	if !d.expect(v, rawjson.Arr) {
		return out
	}
	a := rawjson.OpenArray(v)
	for first := true; d.err == nil && a.Next(); first = false {
		isInt := rawjson.KindOf(a.Value) == rawjson.Num
		if first {
			out.IsInt = isInt
		}
		switch {
		case isInt != out.IsInt:
			d.fail("expected only strings or only integers")
		case isInt:
			out.Integers = append(out.Integers, d.integer(a.Value))
		default:
			out.Strings = append(out.Strings, d.decString(a.Value))
		}
	}
	out.Integers = distinct(out.Integers)
	out.Strings = distinct(out.Strings)
	return out
}

// distinct keeps the first of equal elements.
func distinct[T comparable](in []T) []T {
	seen := make(map[T]struct{}, len(in))
	out := in[:0]
	for _, x := range in {
		if _, dup := seen[x]; !dup {
			seen[x] = struct{}{}
			out = append(out, x)
		}
	}
	return out
}

func (d *decoder) decWithPayload(v []byte) (w WithPayload) {
	switch rawjson.KindOf(v) {
	case rawjson.Bool:
		w.Enable = d.decBool(v)
	case rawjson.Arr:
		w = WithPayload{Enable: true, Include: decodeList(d, v, (*decoder).decPath)}
	case rawjson.Obj:
		w.Enable = true
		for o := rawjson.OpenObject(v); d.err == nil && o.Next(); {
			switch string(d.key(o.Key)) {
			case "include":
				w.Include = decodeList(d, o.Value, (*decoder).decPath)
			case "exclude":
				w.Exclude = decodeList(d, o.Value, (*decoder).decPath)
			default:
				d.unknown(o.Key)
			}
		}
		if (w.Include == nil) == (w.Exclude == nil) {
			d.fail("expected either include or exclude")
		}
	default:
		d.fail("expected a boolean, an array of strings, or an object with an array of strings")
	}
	return w
}

func (d *decoder) decWithVector(v []byte) (w WithVector) {
	switch rawjson.KindOf(v) {
	case rawjson.Bool:
		w.Enable = d.decBool(v)
	case rawjson.Arr:
		w = WithVector{Enable: true, Names: decodeList(d, v, (*decoder).decName)}
	default:
		d.fail("expected a boolean, or an array of strings")
	}
	return w
}

// decodeNamed reads an object as a list of named values; the last of equal names wins.
func decodeNamed[T, N any](d *decoder, v []byte, one func(*decoder, []byte) T, name func(*N) *string, make func(string, *T) N) []N {
	if !d.object(v) {
		return nil
	}
	out := []N{}
	for o := rawjson.OpenObject(v); d.err == nil && o.Next(); {
		key := string(d.key(o.Key))
		d.push(key)
		x := one(d, o.Value)
		d.pop()
		i := 0
		for i < len(out) && *name(&out[i]) != key {
			i++
		}
		if i == len(out) {
			out = append(out, make(key, &x))
		} else {
			out[i] = make(key, &x)
		}
	}
	return out
}
