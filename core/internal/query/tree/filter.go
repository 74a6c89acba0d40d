package tree

import (
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
)

// Join is the filter whose lists are those of both, one after the other, which is not the same as both filters: of all alternatives one has to
// hold.
func Join(a, b *api.Filter) *api.Filter {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return &api.Filter{
		Must:      concat(a.Must, b.Must),
		MustNot:   concat(a.MustNot, b.MustNot),
		Should:    concat(a.Should, b.Should),
		MinShould: joinMin(a.MinShould, b.MinShould),
	}
}

func concat(a, b []api.Condition) []api.Condition {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return slices.Concat(a, b)
}

func joinMin(a, b *api.MinShould) *api.MinShould {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return &api.MinShould{Conditions: slices.Concat(a.Conditions, b.Conditions), MinCount: max(a.MinCount, b.MinCount)}
}
