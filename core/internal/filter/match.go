package filter

import (
	"bytes"
	"math"
	"unsafe"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
	"github.com/qdrant-edge-go/edge/core/internal/text"
)

func matchOf(m api.Match, a func() *text.Analyzer) (test, error) {
	switch m := m.(type) {
	case *api.MatchValue:
		switch m.Value.Kind {
		case api.ValueString:
			return matchText(m.Value.Str), nil
		case api.ValueInteger:
			return matchInt(m.Value.Int), nil
		case api.ValueBool:
			return matchBool(m.Value.Bool), nil
		}
	case *api.MatchAny:
		return newOneOf(m.Any, false), nil
	case *api.MatchExcept:
		return newOneOf(m.Except, true), nil
	case *api.MatchText:
		return newTextMatch(a(), allTokens, m.Text), nil
	case *api.MatchTextAny:
		return newTextMatch(a(), anyToken, m.Text), nil
	case *api.MatchPhrase:
		return newTextMatch(a(), phrase, m.Text), nil
	case *api.MatchPrefix:
		return &partOf{part: []byte(m.Prefix), holds: bytes.HasPrefix}, nil
	case *api.MatchSubstring:
		return &partOf{part: []byte(m.Substring), holds: bytes.Contains}, nil
	}
	return nil, api.Errorf(api.Unsupported, "match %T is not supported", m)
}

type matchText string

func (matchText) cost() int { return costValue }
func (m matchText) check(v []byte) bool {
	return rawjson.KindOf(v) == rawjson.Str && rawjson.TextIs(v, string(m))
}

type matchInt int64

func (matchInt) cost() int { return costValue }
func (m matchInt) check(v []byte) bool {
	n, ok := integer(v)
	return ok && n == int64(m)
}

type matchBool bool

func (matchBool) cost() int { return costValue }
func (m matchBool) check(v []byte) bool {
	return rawjson.KindOf(v) == rawjson.Bool && (v[0] == 't') == bool(m)
}

// integer reads a number that was written as an integer; 1.0 is none.
func integer(v []byte) (int64, bool) {
	if rawjson.KindOf(v) != rawjson.Num {
		return 0, false
	}
	n, ok := rawjson.ParseNumber(v)
	if !ok {
		return 0, false
	}
	return n.Int64()
}

// oneOf wants a value of the list, or with except a value that is not null and not in the list.
type oneOf struct {
	texts    map[string]struct{}
	integers map[int64]struct{}
	isInt    bool
	except   bool
	scratch  []byte
}

func newOneOf(list api.AnyVariants, except bool) *oneOf {
	o := &oneOf{isInt: list.IsInt, except: except}
	if list.IsInt {
		o.integers = make(map[int64]struct{}, len(list.Integers))
		for _, n := range list.Integers {
			o.integers[n] = struct{}{}
		}
		return o
	}
	o.texts = make(map[string]struct{}, len(list.Strings))
	for _, s := range list.Strings {
		o.texts[s] = struct{}{}
	}
	return o
}

func (o *oneOf) cost() int { return costValue + 1 }

func (o *oneOf) check(v []byte) bool {
	kind := rawjson.KindOf(v)
	if kind == rawjson.Null || kind == rawjson.Invalid {
		return false
	}
	return o.contains(kind, v) != o.except
}

func (o *oneOf) contains(kind rawjson.Kind, v []byte) bool {
	if o.isInt {
		n, ok := integer(v)
		if !ok {
			return false
		}
		_, ok = o.integers[n]
		return ok
	}
	if kind != rawjson.Str {
		return false
	}
	text := rawjson.Text(o.scratch, v)
	o.keep(text, v)
	_, ok := o.texts[string(text)]
	return ok
}

// keep remembers a scratch buffer that has grown; text inside v is not one.
func (o *oneOf) keep(text, v []byte) {
	if len(text) > 0 && (len(v) < 2 || &text[0] != &v[1]) {
		o.scratch = text[:0]
	}
}

// floatRange compares numbers. A NaN bound is above every number.
type floatRange struct {
	lt, gt, lte, gte float64
	has              [4]bool
}

func newFloatRange(r *api.RangeFloat) *floatRange {
	f := &floatRange{}
	for i, bound := range [...]struct {
		from *float64
		to   *float64
	}{{r.Lt, &f.lt}, {r.Gt, &f.gt}, {r.Lte, &f.lte}, {r.Gte, &f.gte}} {
		if bound.from != nil {
			f.has[i], *bound.to = true, *bound.from
		}
	}
	return f
}

func (f *floatRange) cost() int { return costValue + 1 }

func (f *floatRange) check(v []byte) bool {
	x, ok := float(v)
	return ok &&
		(!f.has[0] || x < f.lt || math.IsNaN(f.lt)) && (!f.has[1] || x > f.gt) &&
		(!f.has[2] || x <= f.lte || math.IsNaN(f.lte)) && (!f.has[3] || x >= f.gte)
}

func float(v []byte) (float64, bool) {
	if rawjson.KindOf(v) != rawjson.Num {
		return 0, false
	}
	n, ok := rawjson.ParseNumber(v)
	return n.Float64(), ok
}

// dateRange compares strings that spell a date.
type dateRange struct {
	bounds  api.RangeDateTime
	scratch []byte
}

func (d *dateRange) cost() int { return costParsed }

func (d *dateRange) check(v []byte) bool {
	if rawjson.KindOf(v) != rawjson.Str || len(v) <= 2 {
		return false
	}
	text := rawjson.Text(d.scratch, v)
	if len(text) == 0 {
		return false
	}
	if &text[0] != &v[1] {
		d.scratch = text[:0]
	}
	t, ok := api.LookupDateTime(unsafe.String(&text[0], len(text)))
	b := &d.bounds
	return ok && (b.Lt == nil || t < *b.Lt) && (b.Gt == nil || t > *b.Gt) &&
		(b.Lte == nil || t <= *b.Lte) && (b.Gte == nil || t >= *b.Gte)
}

// partOf wants a string that begins with a part, or has it anywhere.
type partOf struct {
	part    []byte
	holds   func(text, part []byte) bool
	scratch []byte
}

func (*partOf) cost() int { return costValue + 1 }

func (p *partOf) check(v []byte) bool {
	if rawjson.KindOf(v) != rawjson.Str {
		return false
	}
	text := rawjson.Text(p.scratch, v)
	if len(text) > 0 && len(v) > 1 && &text[0] != &v[1] {
		p.scratch = text[:0]
	}
	return p.holds(text, p.part)
}
