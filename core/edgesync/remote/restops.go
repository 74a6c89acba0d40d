package remote

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/qdrant-edge-go/edge/core/api"
)

// restOp is an operation as a REST call below /collections/{c}.
type restOp struct {
	method string
	path   string
	body   []byte
	batch  string // its name in the batch call; "" when that call does not take it
}

// restOf writes an operation as its REST call. Operations of a log that this release does not execute cannot be sent.
func restOf(op api.UpdateOperation) (restOp, error) {
	switch op := op.(type) {
	case *api.UpsertPoints:
		return restOp{http.MethodPut, "/points", upsertBody(op), "upsert"}, nil
	case *api.DeletePoints:
		return restOp{http.MethodPost, "/points/delete", selector(op.IDs, nil), "delete"}, nil
	case *api.DeletePointsByFilter:
		return restOp{http.MethodPost, "/points/delete", selector(nil, op.Filter), "delete"}, nil
	case *api.UpdateVectors:
		return restOp{http.MethodPut, "/points/vectors", op.AppendJSON(nil), "update_vectors"}, nil
	case *api.DeleteVectors:
		return restOp{http.MethodPost, "/points/vectors/delete", vectorSelector(op.IDs, nil, op.Names), "delete_vectors"}, nil
	case *api.DeleteVectorsByFilter:
		return restOp{http.MethodPost, "/points/vectors/delete", vectorSelector(nil, op.Filter, op.Names), "delete_vectors"}, nil
	case *api.SetPayload:
		return restOp{http.MethodPost, "/points/payload", op.AppendJSON(nil), "set_payload"}, nil
	case *api.OverwritePayload:
		return restOp{http.MethodPut, "/points/payload", op.AppendJSON(nil), "overwrite_payload"}, nil
	case *api.DeletePayload:
		return restOp{http.MethodPost, "/points/payload/delete", op.AppendJSON(nil), "delete_payload"}, nil
	case *api.ClearPayload:
		return restOp{http.MethodPost, "/points/payload/clear", selector(op.IDs, nil), "clear_payload"}, nil
	case *api.ClearPayloadByFilter:
		return restOp{http.MethodPost, "/points/payload/clear", selector(nil, op.Filter), "clear_payload"}, nil
	case *api.CreateIndex:
		return restOp{http.MethodPut, "/index", op.AppendJSON(nil), ""}, nil
	case *api.DeleteIndex:
		return restOp{http.MethodDelete, "/index/" + url.PathEscape(op.FieldName), nil, ""}, nil
	case *api.CreateVectorName:
		return restOp{http.MethodPut, "/vectors/" + url.PathEscape(op.VectorName), api.AppendVectorNameConfigJSON(nil, op.Config), ""}, nil
	case *api.DeleteVectorName:
		return restOp{http.MethodDelete, "/vectors/" + url.PathEscape(op.VectorName), nil, ""}, nil
	}
	return restOp{}, &Error{Kind: Permanent, Msg: "operation cannot be sent to a server"}
}

func upsertBody(op *api.UpsertPoints) []byte {
	dst := append([]byte(nil), `{"points":`...)
	dst = api.AppendListJSON(dst, op.Points, (*api.Point).AppendJSON)
	if op.Condition != nil {
		dst = op.Condition.AppendJSON(append(dst, `,"update_filter":`...))
	}
	if op.ExplicitMode || op.UpdateMode != api.UpdateModeUpsert {
		dst = append(append(append(dst, `,"update_mode":"`...), op.UpdateMode.String()...), '"')
	}
	return append(dst, '}')
}

// selector is {"points":[…]} or {"filter":{…}}.
func selector(ids []api.PointID, filter *api.Filter) []byte {
	return append(appendSelector([]byte{'{'}, ids, filter), '}')
}

func vectorSelector(ids []api.PointID, filter *api.Filter, names []string) []byte {
	list, _ := json.Marshal(names) // strings always marshal
	dst := append(appendSelector([]byte{'{'}, ids, filter), `,"vector":`...)
	return append(append(dst, list...), '}')
}

func appendSelector(dst []byte, ids []api.PointID, filter *api.Filter) []byte {
	if filter != nil {
		return filter.AppendJSON(append(dst, `"filter":`...))
	}
	return appendIDs(append(dst, `"points":`...), ids)
}

func appendIDs(dst []byte, ids []api.PointID) []byte {
	dst = append(dst, '[')
	for i, id := range ids {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = id.AppendJSON(dst)
	}
	return append(dst, ']')
}
