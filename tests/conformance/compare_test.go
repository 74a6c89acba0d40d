package conformance

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/qdrant-edge-go/edge/core/api"
)

const tolerance = 2e-5 // relative difference of numbers that are no integers

// recordedError is the kind of a recorded error; "" for an answer.
func recordedError(want any) string {
	if m, ok := want.(map[string]any); ok {
		if e, ok := m["error"].(map[string]any); ok {
			return fmt.Sprint(e["kind"])
		}
	}
	return ""
}

func differentErrors(kind string, err error) string {
	have := ""
	switch {
	case err == errNone:
		have = "no shard"
	case err != nil:
		have = api.KindOf(err).String()
	}
	if have == kind {
		return ""
	}
	return fmt.Sprintf("error %q (%v), recorded %q", have, err, kind)
}

func same(x, y any) bool {
	switch x := x.(type) {
	case json.Number:
		y, ok := y.(json.Number)
		return ok && sameNumber(x, y)
	case map[string]any:
		y, ok := y.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for k := range x {
			if v, ok := y[k]; !ok || !same(x[k], v) {
				return false
			}
		}
		return true
	case []any:
		y, ok := y.([]any)
		return ok && slices.EqualFunc(x, y, same)
	}
	return x == y
}

func sameNumber(x, y json.Number) bool {
	if x == y {
		return true
	}
	a, errA := x.Float64()
	b, errB := y.Float64()
	if errA != nil || errB != nil || !strings.ContainsAny(string(x)+string(y), ".eE") {
		return false
	}
	return math.Abs(a-b) <= tolerance*max(1, math.Abs(a), math.Abs(b))
}

// differ compares the answers of a step; points of equal scores may come in any order.
func differ(do string, ask map[string]any, want, have any) string {
	switch do {
	case "query", "search":
		return differentPoints(ask, list(want), list(have))
	case "query_batch":
		if len(list(want)) != len(list(have)) {
			return "another number of lists"
		}
		for i, one := range list(ask["searches"]) {
			if diff := differentPoints(one.(map[string]any), list(list(want)[i]), list(list(have)[i])); diff != "" {
				return fmt.Sprintf("query %d: %s", i, diff)
			}
		}
		return ""
	case "query_groups":
		return differentGroups(ask, list(field(want, "groups")), list(field(have, "groups")))
	case "scroll":
		if !same(field(want, "next_page_offset"), field(have, "next_page_offset")) {
			return "another next page"
		}
		return differentPoints(ask, list(field(want, "points")), list(field(have, "points")))
	case "retrieve":
		want, have = sorted(list(want), "id"), sorted(list(have), "id")
	case "matrix_pairs", "matrix_offsets":
		want, have = sorted(list(want), "a", "b"), sorted(list(have), "a", "b")
	case "info":
		delete(have.(map[string]any), "indexed_vectors_count")
		have = withoutNulls(have)
	}
	return equal(want, have)
}

// withoutNulls leaves out what is not given.
func withoutNulls(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := map[string]any{}
	for k, x := range m {
		if x != nil {
			out[k] = withoutNulls(x)
		}
	}
	return out
}

func equal(want, have any) string {
	if same(want, have) {
		return ""
	}
	return "another answer"
}

func list(v any) []any { l, _ := v.([]any); return l }

func field(v any, name string) any {
	m, _ := v.(map[string]any)
	return m[name]
}

func sorted(items []any, names ...string) []any {
	items = slices.Clone(items)
	slices.SortFunc(items, func(x, y any) int {
		for _, n := range names {
			if c := strings.Compare(fmt.Sprint(field(x, n)), fmt.Sprint(field(y, n))); c != 0 {
				return c
			}
		}
		return 0
	})
	return items
}

func samePlace(x, y any) bool {
	return same(field(x, "score"), field(y, "score")) && same(field(x, "order_value"), field(y, "order_value"))
}

func differentPoints(ask map[string]any, want, have []any) string {
	if len(want) != len(have) {
		return fmt.Sprintf("%d points, recorded %d", len(have), len(want))
	}
	query, isQuery := ask["query"]
	if _, ok := ask["vector"]; ok {
		isQuery = true
	}
	if field(query, "sample") != nil {
		want, have = sorted(want, "id"), sorted(have, "id")
	}
	for i := range want {
		if !samePlace(want[i], have[i]) {
			return fmt.Sprintf("place %d", i)
		}
	}
	ranked := (isQuery || ask["order_by"] != nil) && field(query, "mmr") == nil && field(query, "sample") == nil
	limit, offset := number(ask["limit"], 10), number(ask["offset"], 0)
	for from := 0; from < len(want); {
		to := from + 1
		for ranked && to < len(want) && samePlace(want[to], want[to-1]) {
			to++
		}
		cut := ranked && (to == limit || from == 0 && offset > 0)
		if !cut && !same(sorted(want[from:to], "id"), sorted(have[from:to], "id")) {
			return fmt.Sprintf("places %d to %d", from, to)
		}
		from = to
	}
	return ""
}

func number(v any, otherwise int) int {
	if n, ok := v.(json.Number); ok {
		if i, err := n.Int64(); err == nil {
			return int(i)
		}
	}
	return otherwise
}

func differentGroups(ask map[string]any, want, have []any) string {
	if len(want) != len(have) {
		return fmt.Sprintf("%d groups, recorded %d", len(have), len(want))
	}
	size := ask["group_size"]
	if size == nil {
		size = json.Number("3")
	}
	for i := range want {
		if !same(field(want[i], "id"), field(have[i], "id")) {
			return fmt.Sprintf("group %d", i)
		}
		of := map[string]any{"query": ask["query"], "limit": size}
		if diff := differentPoints(of, list(field(want[i], "hits")), list(field(have[i], "hits"))); diff != "" {
			return fmt.Sprintf("group %d: %s", i, diff)
		}
	}
	return ""
}
