package jsonpath

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"foo": "foo", "a.b[].c": "a.b[].c", "a[0]": "a[0]", "a[007]": "a[7]", `"a b".c`: `"a b".c`, `"foo".c`: "foo.c",
		`foo[1][50].bar-baz[]."qux[.]quux"`: `foo[1][50].bar-baz[]."qux[.]quux"`, "Müesli.日本_1-2": "Müesli.日本_1-2", `""`: `""`,
		"½": "½", "क्ष": `क्ष`,
	} {
		p, err := Parse(in)
		if in == "क्ष" { // a virama is neither letter nor digit
			require.Error(t, err)
			continue
		}
		require.NoError(t, err, in)
		assert.Equal(t, want, p.String())
		again, err := Parse(p.String())
		require.NoError(t, err)
		assert.Equal(t, p, again)
	}
	for _, in := range []string{"", ".", "a.", ".a", "a..b", "a[", "a]", "a[-1]", "a[x]", "a[18446744073709551616]", "a b", `"a`, `"a\"b"`, `a"b"`, "[0]", "a[0", "a\xff", "a[]b"} {
		_, err := Parse(in)
		var bad *ParseError
		require.ErrorAs(t, err, &bad, in)
		assert.Equal(t, in, bad.Path)
		assert.ErrorContains(t, err, in)
	}
}

func TestElements(t *testing.T) {
	p, err := Parse("a.b")
	require.NoError(t, err)
	assert.Equal(t, "a.b[]", p.Elements().String())
	assert.Equal(t, "a.b[]", p.Elements().Elements().String())
	assert.Equal(t, "a.b", p.String())
}

func found(t *testing.T, path, doc string) []string {
	p, err := Parse(path)
	require.NoError(t, err)
	got := []string{}
	assert.False(t, p.Visit([]byte(doc), func(v []byte) bool {
		got = append(got, string(v))
		return false
	}))
	return got
}

func TestVisit(t *testing.T) {
	const doc = `{"a":[{"b":1},{"b":[2,3]},{"c":4}],"o":{"a b":{"x":null}},"e":[]}`
	for path, want := range map[string][]string{
		"a[].b": {"1", "[2,3]"}, "a[].b[]": {"2", "3"}, "a[1].b[1]": {"3"}, "a.b": {}, "a[9]": {}, `o."a b".x`: {"null"},
		"e": {"[]"}, "e[]": {}, "o[]": {}, "x": {}, "a[]": {`{"b":1}`, `{"b":[2,3]}`, `{"c":4}`},
	} {
		assert.Equal(t, want, found(t, path, doc), path)
	}
	p, err := Parse("a[]")
	require.NoError(t, err)
	calls := 0
	assert.True(t, p.Visit([]byte(doc), func([]byte) bool { calls++; return true }))
	assert.Equal(t, 1, calls)
	assert.Zero(t, testing.AllocsPerRun(10, func() { p.Visit([]byte(nil), nil) }))
}

func TestMergeIntoNothing(t *testing.T) {
	assert.Equal(t, `{"b":{"c":null}}`, string(Merge(nil, nil, nil, []byte(`{"a":null,"b":{"c":null}}`))))
	p, err := Parse("k.l[3]")
	require.NoError(t, err)
	assert.Equal(t, `{"k":{"l":[]}}`, string(Merge(nil, nil, &p, []byte(`{"a":null}`))))
}

func TestRemovedKeyTakesLastIntoItsPlace(t *testing.T) {
	p, err := Parse("a")
	require.NoError(t, err)
	out, removed := Delete(nil, []byte(`{"a":1,"b":2,"c":3}`), p)
	assert.True(t, removed)
	assert.Equal(t, `{"c":3,"b":2}`, string(out))
}

func FuzzPath(f *testing.F) {
	f.Add(`a."b c"[0][].d`, []byte(`{"a":{"b c":[[{"d":1}]]}}`), []byte(`{"x":null,"y":[1]}`))
	f.Add(`a[]`, []byte(`{"a":[1,{"b":`), []byte(`{"y":`))
	f.Fuzz(func(t *testing.T, path string, doc, src []byte) {
		p, err := Parse(path)
		if err != nil {
			return
		}
		again, err := Parse(p.String())
		require.NoError(t, err)
		require.Equal(t, p, again)
		merged := Merge(nil, doc, &p, src)
		deleted, _ := Delete(nil, doc, p)
		selected := Selector{Paths: []Path{p}}.Append(nil, doc)
		if rawjson.KindOf(doc) != rawjson.Obj || rawjson.KindOf(src) != rawjson.Obj || rawjson.Valid(doc) != nil || rawjson.Valid(src) != nil {
			return
		}
		for _, out := range [][]byte{merged, deleted, selected} {
			require.True(t, json.Valid(out), "%s", out)
		}
	})
}
