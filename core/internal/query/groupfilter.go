package query

import (
	"cmp"

	"github.com/qdrant-edge-go/edge/core/api"
)

// except are the conditions that leave out the groups that are full.
func (g *grouping) except() []api.Condition {
	var full []api.Value
	for key, x := range g.groups {
		if g.full(x) {
			full = append(full, key)
		}
	}
	return g.onKeys(full, func(any api.AnyVariants) api.Match { return &api.MatchExcept{Except: any} })
}

// only are the conditions that leave only the best groups that are not full.
func (g *grouping) only() []api.Condition {
	var open []api.Value
	for _, x := range g.best() {
		if !g.full(x) {
			open = append(open, x.key)
		}
	}
	return g.onKeys(open, func(any api.AnyVariants) api.Match { return &api.MatchAny{Any: any} })
}

func (g *grouping) onKeys(keys []api.Value, match func(api.AnyVariants) api.Match) (out []api.Condition) {
	texts, integers := api.AnyVariants{}, api.AnyVariants{IsInt: true}
	for _, key := range keys {
		if key.Kind == api.ValueInteger {
			integers.Integers = append(integers.Integers, key.Int)
		} else {
			texts.Strings = append(texts.Strings, key.Str)
		}
	}
	if len(integers.Integers) > 0 {
		out = append(out, &api.FieldCondition{Key: g.req.GroupBy, Match: match(integers)})
	}
	if len(texts.Strings) > 0 {
		out = append(out, &api.FieldCondition{Key: g.req.GroupBy, Match: match(texts)})
	}
	return out
}

func compareKeys(a, b api.Value) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Str, b.Str), cmp.Compare(a.Int, b.Int))
}
