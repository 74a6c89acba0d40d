package query

import (
	"context"
	"slices"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
	"github.com/qdrant-edge-go/edge/core/internal/query/tree"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// groupRequests is how many requests may look for groups, and how many more for hits of groups that are not full.
const groupRequests = 5

// Groups answers a query with its best hits by the values of a key, the group of the best hit first. Points without a text or integer under
// the key are in no group, those with several values in several.
func Groups(ctx context.Context, s *shard.Shard, req *api.QueryGroupsRequest) (*api.GroupsResult, error) {
	path, err := jsonpath.Parse(req.GroupBy)
	if err != nil {
		return nil, api.Wrap(api.InvalidArgument, err, "group_by")
	}
	v, err := s.Acquire()
	if err != nil {
		return nil, err
	}
	defer v.RUnlock()
	m, err := newMaterialiser(v, req.WithPayload, req.WithVector)
	if err != nil {
		return nil, err
	}
	better, err := betterOf(s, req)
	if err != nil {
		return nil, err
	}
	g := &grouping{r: &runner{ctx: ctx, s: s, v: v}, req: req, path: path, limit: req.Limit, size: req.GroupSize, better: better,
		groups: map[api.Value]*group{}, seen: map[api.PointID]bool{}}
	if g.limit > 0 && g.size > 0 {
		if err := g.fill(); err != nil {
			return nil, err
		}
	}
	return g.result(m)
}

// grouping collects groups.
type grouping struct {
	r      *runner
	req    *api.QueryGroupsRequest
	path   jsonpath.Path
	limit  uint64
	size   uint64
	better func(a, b *result) int // negative when a is before b

	groups map[api.Value]*group
	seen   map[api.PointID]bool
	ids    []api.PointID
	buf    []byte
}

// group is a value with the points that have it.
type group struct {
	key  api.Value
	hits []result
}

func (g *grouping) full(x *group) bool { return uint64(len(x.hits)) >= g.size }

// betterOf is the order of the results of a query.
func betterOf(s *shard.Shard, req *api.QueryGroupsRequest) (func(a, b *result) int, error) {
	descending := true
	switch q := req.Query.(type) {
	case nil:
		descending = false
	case *api.SampleQuery:
		return func(a, b *result) int { return 0 }, nil
	case *api.OrderByQuery:
		descending = q.OrderBy.Direction != nil && *q.OrderBy.Direction == api.DirectionDesc
	case *api.NearestQuery, *api.RecommendQuery:
		if r, ok := q.(*api.RecommendQuery); ok && r.Strategy != nil && *r.Strategy != api.RecommendAverageVector {
			break
		}
		vec, ok := s.VectorOf(req.Using)
		if !ok {
			return nil, unknownVector(req.Using)
		}
		descending = vec.Distance != api.DistanceEuclid && vec.Distance != api.DistanceManhattan
	}
	return func(a, b *result) int {
		c := compareScored(a, b)
		if descending {
			c = -c
		}
		return c
	}, nil
}

// compareScored compares the values that points were ordered by, else scores.
func compareScored(a, b *result) int {
	switch {
	case a.value.set || b.value.set:
		return a.value.compare(b.value)
	case a.score < b.score:
		return -1
	case a.score > b.score:
		return 1
	}
	return 0
}

// before is better, then the order of ids.
func (g *grouping) before(a, b *result) int {
	if c := g.better(a, b); c != 0 {
		return c
	}
	return idOf(g.r.v, &a.hit).Compare(idOf(g.r.v, &b.hit))
}

// fill sends requests until enough of the best groups are full, or no more points come.
func (g *grouping) fill() error {
	for range groupRequests {
		points, err := g.request(g.except())
		switch {
		case err != nil:
			return err
		case g.enough():
			return nil
		}
		if len(points) == 0 {
			break
		}
	}
	for range groupRequests {
		points, err := g.request(g.only())
		if err != nil || g.enough() || len(points) == 0 {
			return err
		}
	}
	return nil
}

// enough reports that the best groups are as many as asked for, and full.
func (g *grouping) enough() bool {
	full := 0
	for _, x := range g.best() {
		if g.full(x) {
			full++
		}
	}
	return uint64(full) >= g.limit
}

// request runs the query for points that were not seen yet.
func (g *grouping) request(also []api.Condition) ([]result, error) {
	f := &api.Filter{Must: also, MustNot: []api.Condition{&api.IsEmptyCondition{Key: g.req.GroupBy}}}
	if len(g.ids) > 0 {
		f.MustNot = append(f.MustNot, &api.HasIDCondition{IDs: slices.Clone(g.ids)})
	}
	points, err := g.r.points(&api.QueryRequest{Prefetch: widened(g.req.Prefetch, g.size), Query: g.req.Query, Using: g.req.Using,
		Filter: tree.Join(g.req.Filter, f), Params: g.req.Params, ScoreThreshold: g.req.ScoreThreshold,
		Limit: saturated(g.limit, g.size)})
	if err != nil {
		return nil, err
	}
	for i := range points {
		if err := g.add(&points[i]); err != nil {
			return nil, err
		}
	}
	return points, nil
}

// widened are prefetches that find enough points for groups.
func widened(list []api.Prefetch, size uint64) []api.Prefetch {
	out := slices.Clone(list)
	for i := range out {
		out[i].Limit = saturated(out[i].Limit, size)
		out[i].Prefetch = widened(out[i].Prefetch, size)
	}
	return out
}

func saturated(a, b uint64) uint64 {
	if b != 0 && a > api.MaxLimit/b {
		return api.MaxLimit
	}
	return a * b
}

// add puts a point into the groups of its values. A point with a value that makes no group is in none.
func (g *grouping) add(p *result) error {
	raw, err := g.r.v.Parts[p.part].Seg.Payload(p.off, g.buf[:0])
	if err != nil {
		return err
	}
	g.buf = raw
	if id := idOf(g.r.v, &p.hit); !g.seen[id] {
		g.seen[id] = true
		g.ids = append(g.ids, id)
	}
	for _, key := range groupKeys(g.path, raw) {
		x := g.groups[key]
		if x == nil {
			x = &group{key: key}
			g.groups[key] = x
		}
		if slices.ContainsFunc(x.hits, func(h result) bool { return h.at() == p.at() }) {
			continue
		}
		x.hits = append(x.hits, *p)
	}
	return nil
}

// groupKeys are the distinct values under a path, none when one of them is neither a text nor an integer.
func groupKeys(path jsonpath.Path, payload []byte) (keys []api.Value) {
	take := func(v []byte) bool {
		key, isKey := groupKey(v)
		if isKey && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
		return !isKey
	}
	if bad := path.Visit(payload, func(v []byte) bool {
		if rawjson.KindOf(v) != rawjson.Arr {
			return take(v)
		}
		for a := rawjson.OpenArray(v); a.Next(); {
			if take(a.Value) {
				return true
			}
		}
		return false
	}); bad {
		return nil
	}
	return keys
}

func groupKey(v []byte) (api.Value, bool) {
	switch rawjson.KindOf(v) {
	case rawjson.Str:
		return api.Value{Kind: api.ValueString, Str: string(rawjson.Text(nil, v))}, true
	case rawjson.Num:
		n, ok := rawjson.ParseNumber(v)
		if i, isInt := n.Int64(); ok && isInt {
			return api.Value{Kind: api.ValueInteger, Int: i}, true
		}
	}
	return api.Value{}, false
}

// best are the groups with the best hits, as many as asked for.
func (g *grouping) best() []*group {
	list := make([]*group, 0, len(g.groups))
	for _, x := range g.groups {
		slices.SortFunc(x.hits, func(a, b result) int { return g.before(&a, &b) })
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b *group) int {
		if c := g.before(&a.hits[0], &b.hits[0]); c != 0 {
			return c
		}
		return compareKeys(a.key, b.key)
	})
	return list[:min(uint64(len(list)), g.limit)]
}

func (g *grouping) result(m *materialiser) (*api.GroupsResult, error) {
	res := &api.GroupsResult{Groups: []api.PointGroup{}}
	for _, x := range g.best() {
		hits := make([]api.ScoredPoint, min(uint64(len(x.hits)), g.size))
		for i := range hits {
			if err := g.r.fill(&hits[i], &x.hits[i], m); err != nil {
				return nil, err
			}
		}
		res.Groups = append(res.Groups, api.PointGroup{ID: x.key, Hits: hits})
	}
	return res, nil
}
