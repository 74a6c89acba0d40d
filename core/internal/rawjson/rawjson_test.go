package rawjson

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		` { "b" : 1 , "a":[ ] ,"c":{ } } `:         `{"b":1,"a":[],"c":{}}`,
		`{"a":1,"b":2,"a":3}`:                      `{"a":3,"b":2}`,
		`{"a":{"x":1,"x":2},"a":{"y":[{}],"y":0}}`: `{"a":{"y":0}}`,
		`{"a":1,"\u0061":2}`:                       `{"a":2}`,
		`[1.0,1,-0,-0.0,0.0,1E2,1e-5,1e-6]`:        `[1.0,1,-0.0,-0.0,0.0,100.0,0.00001,1e-6]`,
		`[1e15,1e16,123456789012345680.0,1e300]`:   `[1000000000000000.0,1e+16,1.2345678901234568e+17,1e+300]`,
		`[18446744073709551615,18446744073709551616,-9223372036854775808,-9223372036854775809]`: `[18446744073709551615,1.8446744073709552e+19,-9223372036854775808,-9.223372036854776e+18]`,
		`[5e-324,1.7976931348623157e308,1e-400,9007199254740993,12345678901234567.0,1.5e-6]`:    `[5e-324,1.7976931348623157e+308,0.0,9007199254740993,1.2345678901234568e+16,1.5e-6]`,
		`"\u0000\u001f\u007f\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"`:                                "\"\\u0000\\u001f\x7f\\\"\\\\/\\b\\f\\n\\r\\té😀\"",
		`null`: `null`, `true`: `true`, ` false `: `false`,
	} {
		got, err := Canonical([]byte("#"), []byte(in))
		require.NoError(t, err, in)
		assert.Equal(t, "#"+want, string(got), in)
		assert.NoError(t, Valid([]byte(in)))
	}
}

func TestRejected(t *testing.T) {
	for in, at := range map[string]int{
		``: 0, ` `: 1, `{`: 1, `[1,]`: 3, `[1 2]`: 3, `{"a"}`: 4, `{"a":1,}`: 7, `{a:1}`: 1, `01`: 1, `-`: 1, `1.`: 2,
		`.5`: 0, `+1`: 0, `1e`: 2, `1e999`: 0, `-1e999`: 0, `nul`: 0, `NaN`: 0, `1 x`: 2, `{} {}`: 3, `"a`: 2,
		"\"a\nb\"": 2, `"\x"`: 1, `"\u12"`: 1, `"\ud800"`: 1, `"\udc00"`: 1, `"\ud800\u0041"`: 1, "\"\xff\"": 1,
		"\"\xed\xa0\x80\"": 1, "\xef\xbb\xbf1": 0, `[1}`: 2, `-01`: 2,
		strings.Repeat("[", MaxDepth+1): MaxDepth,
	} {
		_, err := Canonical(nil, []byte(in))
		var syntax *SyntaxError
		require.ErrorAs(t, err, &syntax, "%q", in)
		assert.Equal(t, at, syntax.Offset, "%q: %v", in, err)
		assert.Equal(t, err, Valid([]byte(in)))
	}
	deep := strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth)
	assert.NoError(t, Valid([]byte(deep)))
}

func TestManyEqualKeys(t *testing.T) {
	var in, want strings.Builder
	for i := range 40 {
		in.WriteString(`,"k` + strconv.Itoa(i%30) + `":` + strconv.Itoa(i))
	}
	for i := range 30 {
		v := i
		if i < 10 {
			v += 30
		}
		want.WriteString(`,"k` + strconv.Itoa(i) + `":` + strconv.Itoa(v))
	}
	got, err := Canonical(nil, []byte("{"+in.String()[1:]+"}"))
	require.NoError(t, err)
	assert.Equal(t, "{"+want.String()[1:]+"}", string(got))
}

func TestFloatsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return
		}
		n, ok := ParseNumber(AppendFloat(nil, f))
		require.True(t, ok)
		require.Equal(t, math.Float64bits(f), math.Float64bits(n.Float64()))
		_, isInt := n.Int64()
		require.False(t, isInt)
	})
}

func TestNumbers(t *testing.T) {
	n, ok := ParseNumber([]byte("-9223372036854775808"))
	require.True(t, ok)
	i, ok := n.Int64()
	assert.True(t, ok)
	assert.Equal(t, int64(math.MinInt64), i)
	assert.Equal(t, float64(math.MinInt64), n.Float64())
	n, _ = ParseNumber([]byte("18446744073709551615"))
	_, ok = n.Int64()
	assert.False(t, ok)
	u, ok := n.Uint64()
	assert.True(t, ok)
	assert.Equal(t, uint64(math.MaxUint64), u)
	for _, bad := range []string{"", "x", "1x", "-", "1 "} {
		_, ok = ParseNumber([]byte(bad))
		assert.False(t, ok, bad)
	}
}

func TestText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, other := rapid.String().Draw(t, "s"), rapid.String().Draw(t, "other")
		escaped, err := json.Marshal(s)
		require.NoError(t, err)
		for _, raw := range [][]byte{escaped, AppendString(nil, s), AppendString(nil, []byte(s))} {
			require.NoError(t, Valid(raw))
			require.True(t, TextIs(raw, s))
			require.Equal(t, s == other, TextIs(raw, other))
			require.False(t, TextIs(raw, s+"x"))
			require.Equal(t, s, string(Text(nil, raw)))
			require.Equal(t, s, string(Unescape(nil, raw)))
		}
	})
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e3,{"b":"\u00e9"}],"a":null}`, `[[],{},-0,1e999]`, `"\ud83d\ude00"`, "\"\xff\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		walk(in) // damaged text must not panic
		out, err := Canonical(nil, in)
		require.Equal(t, err, Valid(in))
		if err != nil {
			return
		}
		require.True(t, json.Valid(in))
		again, err := Canonical(nil, out)
		require.NoError(t, err)
		require.Equal(t, string(out), string(again))
		var a, b any
		require.NoError(t, json.Unmarshal(in, &a))
		require.NoError(t, json.Unmarshal(out, &b))
		require.Equal(t, a, b)
		require.Equal(t, b, walk(out))
	})
}

// walk builds what encoding/json would, with the readers of this package.
func walk(v []byte) any {
	v = bytes.TrimSpace(v)
	switch KindOf(v) {
	case Obj:
		m := map[string]any{}
		for o := OpenObject(v); o.Next(); {
			m[string(Text(nil, o.Key))] = walk(o.Value)
		}
		return m
	case Arr:
		list := []any{}
		for a := OpenArray(v); a.Next(); {
			list = append(list, walk(a.Value))
		}
		return list
	case Str:
		return string(Text(nil, v))
	case Num:
		n, _ := ParseNumber(v)
		return n.Float64()
	case Bool:
		return v[0] == 't'
	}
	return nil
}
