package main

import (
	"context"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/edge"
)

func shardQueryBatch(c *call) error {
	req, err := api.DecodeQueryBatchRequestArena(c.body, c.floats)
	if err != nil {
		return err
	}
	return withReader(c.handle, func(s edge.Reader) error {
		lists, err := s.QueryBatch(context.Background(), req)
		if err != nil {
			return err
		}
		if c.packed {
			c.out = packLists(c.out, lists)
			return nil
		}
		c.out = append(c.out, '[')
		for i, hits := range lists {
			if i > 0 {
				c.out = append(c.out, ',')
			}
			c.out = api.AppendListJSON(c.out, hits, (*api.ScoredPoint).AppendJSON)
		}
		c.out = append(c.out, ']')
		return nil
	})
}

func shardQueryGroups(c *call) error {
	req, err := api.DecodeQueryGroupsRequestArena(c.body, c.floats)
	if err != nil {
		return err
	}
	return withReader(c.handle, func(s edge.Reader) error {
		found, err := s.QueryGroups(context.Background(), req)
		if err != nil {
			return err
		}
		if c.packed {
			c.out = packGroups(c.out, found)
		} else {
			c.out = found.AppendJSON(c.out)
		}
		return nil
	})
}

func shardFacet(c *call) error { return reply(c, api.DecodeFacetRequestJSON, edge.Reader.Facet) }

func shardSearchMatrixPairs(c *call) error {
	return reply(c, api.DecodeSearchMatrixRequestJSON, edge.Reader.SearchMatrixPairs)
}

func shardSearchMatrixOffsets(c *call) error {
	return reply(c, api.DecodeSearchMatrixRequestJSON, edge.Reader.SearchMatrixOffsets)
}

// reply runs a request without vectors whose result is a record.
func reply[Q any, R interface{ AppendJSON([]byte) []byte }](c *call, decode func([]byte) (*Q, error),
	run func(edge.Reader, context.Context, *Q) (R, error)) error {
	req, err := decode(c.body)
	if err != nil {
		return err
	}
	return withReader(c.handle, func(s edge.Reader) error {
		found, err := run(s, context.Background(), req)
		if err == nil {
			c.out = found.AppendJSON(c.out)
		}
		return err
	})
}

// models holds the BM25 models by the text of their configuration: making one reads lists of words.
var models remembered[edge.Bm25]

func newModel(config []byte) (*edge.Bm25, error) {
	if len(config) == 0 {
		return edge.NewBm25(nil)
	}
	c, err := api.DecodeBm25ConfigJSON(config)
	if err != nil {
		return nil, err
	}
	return edge.NewBm25(c)
}

func bm25Embed(c *call) error {
	req, err := api.DecodeBm25EmbedRequestJSON(c.body)
	if err != nil {
		return err
	}
	model, err := models.decode(req.Config, newModel)
	if err != nil {
		return err
	}
	var v api.SparseVector
	if req.Query {
		v = model.EmbedQuery(req.Text)
	} else {
		v = model.EmbedDocument(req.Text)
	}
	if c.packed {
		c.out = packSparse(c.out, v)
	} else {
		c.out = (&api.Bm25Embedding{Vector: v}).AppendJSON(c.out)
	}
	return nil
}
