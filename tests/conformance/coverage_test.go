package conformance

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// step → the function that answers it and the type of its request.
var asks = map[string]struct{ function, request string }{
	"create": {"shard_create", "EdgeConfig"}, "create_again": {"shard_create", "EdgeConfig"},
	"load": {"shard_load", "EdgeConfig"}, "load_missing": {"shard_load", ""}, "open_twice": {"shard_load", ""},
	"close": {"shard_close", ""}, "flush": {"shard_flush", ""}, "optimize": {"shard_optimize", ""}, "info": {"shard_info", ""}, "indexed": {"shard_info", ""},
	"config": {"shard_config", ""}, "manifest": {"shard_manifest", ""}, "unpack": {"unpack_snapshot", ""}, "apply": {"shard_update_from_snapshot", ""},
	"update": {"shard_update", "UpdateOperation"}, "query": {"shard_query", "QueryRequest"}, "search": {"shard_search", "SearchRequest"},
	"query_batch": {"shard_query_batch", "QueryBatchRequest"}, "query_groups": {"shard_query_groups", "QueryGroupsRequest"},
	"matrix_pairs": {"shard_search_matrix_pairs", "SearchMatrixRequest"}, "matrix_offsets": {"shard_search_matrix_offsets", "SearchMatrixRequest"},
	"scroll": {"shard_scroll", "ScrollRequest"}, "count": {"shard_count", "CountRequest"}, "facet": {"shard_facet", "FacetRequest"},
	"retrieve": {"shard_retrieve", "RetrieveRequest"}, "bm25": {"bm25_embed", "Bm25EmbedRequest"},
}

// TestEveryEntryHasACase: each type, field, variant, value and form that requests of the spec may hold is in a case, each function, and each error that
// one may give; but for uncovered.
func TestEveryEntryHasACase(t *testing.T) {
	s := readSpec(t)
	want := map[string]bool{}
	s.entries("Bm25Config", want)
	for name, f := range s.functions {
		want[name] = true
		for _, kind := range f.Errors {
			want[name+" → "+kind] = true
		}
	}
	for _, ask := range asks {
		s.entries(ask.request, want)
	}
	seen := covered(s, t)
	var missing, stale []string
	for _, entry := range slices.Sorted(maps.Keys(want)) {
		reason := excuse(entry)
		switch {
		case !seen[entry] && reason == "":
			missing = append(missing, entry)
		case seen[entry] && uncovered[entry] != "":
			stale = append(stale, entry)
		}
	}
	require.Empty(t, missing, "entries of the spec without a case:\n%s", strings.Join(missing, "\n"))
	require.Empty(t, stale, "uncovered names what has cases")
	for entry := range uncovered {
		require.True(t, want[entry], "uncovered names %q, which the spec has not", entry)
	}
	t.Logf("%d entries of the spec, %d of them without a case for a reason", len(want), len(uncovered))
}

// covered walks all that cases and worlds ask.
func covered(s *spec, t *testing.T) map[string]bool {
	w := walker{s, map[string]bool{}}
	steps := slices.Concat(slices.Collect(maps.Values(worlds(t)))...)
	for _, c := range cases(t) {
		steps = append(steps, c.Steps...)
	}
	for i := range steps {
		w.step(&steps[i])
	}
	return w.seen
}

// walker marks what requests hold.
type walker struct {
	*spec
	seen map[string]bool
}

func (w *walker) step(st *step) {
	ask := asks[st.Do]
	w.seen[ask.function] = true
	for _, answer := range append(slices.Collect(maps.Values(st.On)), st.Expect) {
		if kind := recordedError(answer); kind != "" {
			w.seen[ask.function+" → "+kind] = true
		}
	}
	var v any
	if len(st.Ask) > 0 && json.Unmarshal(st.Ask, &v) == nil && ask.request != "" {
		w.value(ask.request, v)
	}
}

func (w *walker) value(of string, v any) {
	if v == nil {
		return
	}
	switch outer, inner := element(of); outer {
	case "list":
		list, many := v.([]any)
		if !many {
			list = []any{v}
		}
		for _, x := range list {
			w.value(inner, x)
		}
		return
	case "map":
		for _, x := range v.(map[string]any) {
			w.value(inner, x)
		}
		return
	}
	if read, ok := byHand[of]; ok {
		w.seen[of] = true
		read(w, v)
		return
	}
	switch t := w.types[of]; {
	case t == nil:
	case t.Kind == "enum":
		w.enum(of, v)
	case t.Kind == "union":
		w.union(t, v)
		w.seen[of] = true
	default:
		w.record(of, v)
	}
}

func (w *walker) enum(of string, v any) {
	w.seen[of] = true
	for name, value := range w.types[of].Values {
		if v == value.JSON || slices.ContainsFunc(value.Alias, func(alias string) bool { return v == alias }) {
			w.seen[of+"."+name] = true
		}
	}
}

func (w *walker) union(t *specType, v any) {
	object, _ := v.(map[string]any)
	for _, variant := range t.Variants {
		key, of := variant.Key.(string), variant.Value.(string)
		inner, has := object[key]
		switch {
		case t.Tagging == "by_tag" && object["type"] == key, key == "*":
			w.value(of, v)
		case t.Tagging == "by_key" && has:
			w.value(of, v)
		case t.Tagging == "external" && (has || v == key):
			w.value(of, inner)
		default:
			continue
		}
		return
	}
}

func (w *walker) record(of string, v any) {
	t := w.types[of]
	w.seen[of] = true
	if object, ok := v.(map[string]any); ok && t.Envelope != "" {
		v = object[t.Envelope]
	}
	if t.Shape == "transparent" {
		w.field(of, t.order[0], v)
		return
	}
	switch v := v.(type) {
	case []any: // a tuple
		for i, name := range t.order {
			w.field(of, name, v[i])
		}
	case map[string]any:
		for _, name := range t.order {
			for _, key := range append([]string{name}, t.Fields[name].Alias...) {
				w.field(of, name, v[key])
			}
		}
	default:
		if t.Short != "" {
			w.field(of, t.Short, v)
		}
	}
}

func (w *walker) field(of, name string, v any) {
	if v == nil {
		return
	}
	f := w.types[of].Fields[name]
	w.seen[of+"."+name] = true
	if number, ok := v.(float64); ok && f.Min != nil && number < *f.Min {
		w.seen[of+"."+name+" below its least"] = true
	}
	if object, ok := v.(map[string]any); ok && f.Envelope != "" {
		v = object[f.Envelope]
	}
	if off, ok := v.(bool); ok && f.FalseNil && !off {
		return
	}
	w.value(f.Type, v)
}
