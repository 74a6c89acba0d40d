package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/qdrant-edge-go/edge/core/api"
)

// maxOperations is how many operations go into one request.
const maxOperations = 1_000

// prepared is an operation ready to be sent, by one of the two ways.
type prepared struct {
	op   api.UpdateOperation
	fast fastOp // its gRPC message, nil when it goes by REST
	rest restOp
	size int
}

// Apply executes operations in their order and waits until each is completed. Operations share requests; one that is refused is found by
// halving, so that Done points at it: those before it are completed. That repeats operations, which is harmless as each run ends in the
// same state.
func (c *Client) Apply(ctx context.Context, ops []api.UpdateOperation) error {
	for done := 0; done < len(ops); {
		batch, err := c.prepare(ops[done:])
		if err != nil {
			return withDone(err, done)
		}
		n, err := c.deliver(ctx, batch)
		done += n
		if err != nil {
			return withDone(err, done)
		}
	}
	return nil
}

// prepare takes operations from the front that can share a request.
func (c *Client) prepare(ops []api.UpdateOperation) ([]prepared, error) {
	var batch []prepared
	size := 0
	for _, op := range ops {
		p, err := c.prepareOne(op)
		if err != nil && len(batch) == 0 {
			return nil, err
		}
		fits := err == nil && len(batch) < maxOperations && size+p.size <= c.opts.MaxRequest
		if len(batch) > 0 && (!fits || !batch[0].joins(p)) {
			break
		}
		batch = append(batch, p)
		size += p.size
	}
	return batch, nil
}

func (c *Client) prepareOne(op api.UpdateOperation) (p prepared, err error) {
	p.op = op
	if c.fast.usable() {
		if p.fast, p.size = fastOf(op); p.fast != nil {
			return p, nil
		}
	}
	return p, c.prepareREST(&p)
}

func (c *Client) prepareREST(p *prepared) (err error) {
	p.fast = nil
	if p.rest, err = restOf(p.op); err != nil {
		return err
	}
	if c.opts.ShardKey != "" && p.rest.batch != "" {
		p.rest.body = withShardKey(p.rest.body, c.opts.ShardKey)
	}
	p.size = len(p.rest.body)
	return nil
}

// withShardKey adds the key to an object that is not empty.
func withShardKey(body []byte, key string) []byte {
	text, _ := json.Marshal(key) // strings always marshal
	return append(append(append(body[:len(body)-1:len(body)-1], `,"shard_key":`...), text...), '}')
}

// joins reports whether q may share a request with p.
func (p *prepared) joins(q prepared) bool {
	if p.fast != nil || q.fast != nil {
		return p.fast != nil && q.fast != nil
	}
	return p.rest.batch != "" && q.rest.batch != ""
}

// deliver sends a batch and returns how many of its operations are completed.
func (c *Client) deliver(ctx context.Context, batch []prepared) (int, error) {
	err := c.request(ctx, batch)
	if err == nil {
		return len(batch), nil
	}
	if len(batch) == 1 || !kindIs(err, Permanent, NotFound, TooLarge) {
		return doneOf(err), err
	}
	half := len(batch) / 2
	n, err := c.deliver(ctx, batch[:half])
	if err != nil {
		return n, err
	}
	m, err := c.deliver(ctx, batch[half:])
	return n + m, err
}

func doneOf(err error) int {
	var e *Error
	if errors.As(err, &e) {
		return e.Done
	}
	return 0
}

// request sends a batch by the way it was prepared for; where that turns out to be shut, by REST.
func (c *Client) request(ctx context.Context, batch []prepared) error {
	if batch[0].fast == nil {
		return c.requestREST(ctx, batch)
	}
	err := c.fast.update(ctx, batch)
	if !errors.Is(err, errShut) {
		return err
	}
	slow := make([]prepared, len(batch))
	for i := range batch {
		slow[i].op = batch[i].op
		if err := c.prepareREST(&slow[i]); err != nil {
			return err
		}
	}
	return c.requestREST(ctx, slow)
}

func (c *Client) requestREST(ctx context.Context, batch []prepared) error {
	const wait = "?wait=true"
	if len(batch) == 1 {
		r := batch[0].rest
		result, err := c.call(ctx, r.method, c.path(r.path+wait), r.body)
		if err != nil {
			return err
		}
		return completed("["+string(result)+"]", 1)
	}
	result, err := c.call(ctx, http.MethodPost, c.path("/points/batch"+wait), batchBody(batch))
	if err != nil {
		return err
	}
	return completed(string(result), len(batch))
}

func batchBody(batch []prepared) []byte {
	var b bytes.Buffer
	b.WriteString(`{"operations":[`)
	for i, p := range batch {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`{"` + p.rest.batch + `":`)
		b.Write(p.rest.body)
		b.WriteByte('}')
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// completed checks the results of n operations: anything but `completed` is no acknowledgement.
func completed(results string, n int) error {
	var list []struct{ Status string }
	if err := json.Unmarshal([]byte(results), &list); err != nil || len(list) != n {
		return &Error{Kind: Retryable, Msg: "the answer to an update is not a server's"}
	}
	for i, r := range list {
		if r.Status != "completed" {
			return unfinished(i, r.Status)
		}
	}
	return nil
}

func unfinished(done int, status string) error {
	return &Error{Kind: Retryable, Msg: "the server has not completed an update: " + clip(status), Done: done}
}
