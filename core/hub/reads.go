package hub

import (
	"net/http"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/api"
)

// emptyPayload is what a server shows for a point without payload.
const emptyPayload = "{}"

// request reads and decodes a body.
func request[T any](r *http.Request, decode func([]byte) (*T, error)) (*T, error) {
	raw, err := readBody(r)
	if err != nil {
		return nil, err
	}
	req, err := decode(raw)
	if err != nil {
		return nil, badBody(err)
	}
	return req, nil
}

func (c *collection) query(r *http.Request) ([]byte, error) {
	req, err := request(r, api.DecodeQueryRequestJSON)
	if err != nil {
		return nil, err
	}
	points, err := c.shard.Query(r.Context(), req)
	if err != nil {
		return nil, err
	}
	return append(appendScored([]byte(`{"points":`), points, req.WithPayload), '}'), nil
}

func (c *collection) search(r *http.Request) ([]byte, error) {
	f, err := readFields(r)
	if err != nil {
		return nil, err
	}
	raw, err := searchBody(f)
	if err != nil {
		return nil, err
	}
	req, err := api.DecodeSearchRequestJSON(raw)
	if err != nil {
		return nil, badBody(err)
	}
	points, err := c.shard.Search(r.Context(), req)
	if err != nil {
		return nil, err
	}
	return appendScored(nil, points, req.WithPayload), nil
}

// searchBody rewrites {"vector":{"name":…,"vector":…}}, the named form of the search call, as vector and using.
func searchBody(f fields) ([]byte, error) {
	if v := f["vector"]; len(v) > 0 && v[0] == '{' {
		named, err := parseFields(v)
		if err != nil {
			return nil, err
		}
		if named["name"] != nil {
			f["vector"], f["using"] = named["vector"], named["name"]
		}
	}
	keys := make([]string, 0, len(f))
	for key := range f {
		keys = append(keys, key)
	}
	return f.pick(keys...), nil
}

func (c *collection) scroll(r *http.Request) ([]byte, error) {
	req, err := request(r, api.DecodeScrollRequestJSON)
	if err != nil {
		return nil, err
	}
	page, err := c.shard.Scroll(r.Context(), req)
	if err != nil {
		return nil, err
	}
	fillPayloads(page.Points, req.WithPayload)
	return page.AppendJSON(nil), nil
}

func (c *collection) count(r *http.Request) ([]byte, error) {
	req, err := request(r, api.DecodeCountRequestJSON)
	if err != nil {
		return nil, err
	}
	n, err := c.shard.Count(r.Context(), req)
	if err != nil {
		return nil, err
	}
	return []byte(`{"count":` + strconv.FormatUint(n, 10) + `}`), nil
}

func (c *collection) retrieve(r *http.Request) ([]byte, error) {
	req, err := request(r, api.DecodeRetrieveRequestJSON)
	if err != nil {
		return nil, err
	}
	records, err := c.records(r, req)
	if err != nil {
		return nil, err
	}
	return api.AppendListJSON(nil, records, (*api.Record).AppendJSON), nil
}

func (c *collection) point(r *http.Request) ([]byte, error) {
	id, err := api.ParsePointID(r.PathValue("id"))
	if err != nil {
		return nil, failf(http.StatusBadRequest, "Bad request: value %s is not a valid point ID", r.PathValue("id"))
	}
	all := &api.RetrieveRequest{IDs: []api.PointID{id}, WithPayload: api.WithPayload{Enable: true}, WithVector: api.WithVector{Enable: true}}
	records, err := c.records(r, all)
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, failf(http.StatusNotFound, "Not found: Point with id %s does not exists!", id)
	}
	return records[0].AppendJSON(nil), nil
}

func (c *collection) records(r *http.Request, req *api.RetrieveRequest) ([]api.Record, error) {
	records, err := c.shard.Retrieve(r.Context(), req)
	if err != nil {
		return nil, err
	}
	fillPayloads(records, req.WithPayload)
	return records, nil
}

// fillPayloads gives points without payload an empty object where payloads were asked for, as a server does.
func fillPayloads(records []api.Record, with api.WithPayload) {
	for i := range records {
		records[i].Payload = filled(records[i].Payload, with)
	}
}

func filled(p api.Payload, with api.WithPayload) api.Payload {
	if p == nil && with.Enable {
		return api.Payload(emptyPayload)
	}
	return p
}

func appendScored(dst []byte, points []api.ScoredPoint, with api.WithPayload) []byte {
	for i := range points {
		points[i].Payload = filled(points[i].Payload, with)
	}
	return api.AppendListJSON(dst, points, (*api.ScoredPoint).AppendJSON)
}
