package edgesync

import (
	"maps"
	"slices"
	"time"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// outbox is what the records of the log come to: which operations wait for the server, what is deleted here, what was refused. It is pure.
type outbox struct {
	last    uint64 // the newest operation
	pending []waiting
	bytes   int
	tombs   map[api.PointID]uint64 // deleted here, by the operation that did it
	dead    map[uint64]*DeadLetter
	yielded map[api.PointID]uint64 // changes up to an operation are given up
	named   map[string]uint64      // vectors made here, by the operation that did it
}

type waiting struct {
	seq   uint64
	bytes int
	at    time.Time // when it was made, or read from the log
}

func newOutbox() *outbox {
	return &outbox{tombs: map[api.PointID]uint64{}, dead: map[uint64]*DeadLetter{}, named: map[string]uint64{}, yielded: map[api.PointID]uint64{}}
}

// add takes a new operation in.
func (o *outbox) add(seq uint64, bytes int, rec *opRecord) {
	o.last = seq
	o.pending = append(o.pending, waiting{seq, bytes, time.Now()})
	o.bytes += bytes
	delete(o.dead, rec.requeues)
	if c, ok := rec.resolved.Op.(*api.CreateVectorName); ok {
		o.named[c.VectorName] = seq
	}
	del, deletes := rec.resolved.Local.(*api.DeletePoints)
	if deletes {
		for _, id := range del.IDs {
			o.tombs[id] = seq
		}
		return
	}
	for _, id := range shard.Targets(rec.resolved.Local) {
		delete(o.tombs, id)
	}
}

// ack takes out what the server has, up to an operation.
func (o *outbox) ack(upTo uint64) {
	n := 0
	for n < len(o.pending) && o.pending[n].seq <= upTo {
		o.bytes -= o.pending[n].bytes
		n++
	}
	o.pending = slices.Delete(o.pending, 0, n)
}

// acked is the highest number up to which nothing waits.
func (o *outbox) acked() uint64 {
	if len(o.pending) == 0 {
		return o.last
	}
	return o.pending[0].seq - 1
}

// refused are the points that dead letters are about: what was done to them here stays.
func (o *outbox) refused() map[api.PointID]bool {
	ids := map[api.PointID]bool{}
	for _, d := range o.dead {
		for _, id := range shard.Targets(d.Op) {
			ids[id] = true
		}
	}
	return ids
}

// cover lets tombstones end that a cut covers.
func (o *outbox) cover(cut uint64, keep map[api.PointID]bool) {
	maps.DeleteFunc(o.yielded, func(_ api.PointID, seq uint64) bool { return seq <= cut })
	for id, seq := range o.tombs {
		if seq <= cut && !keep[id] {
			delete(o.tombs, id)
		}
	}
}

// yield takes in that the changes of a point are given up.
func (o *outbox) yield(data []byte) error {
	id, upTo, err := decodeYield(data)
	if err != nil {
		return err
	}
	o.yielded[id] = upTo
	if o.tombs[id] <= upTo {
		delete(o.tombs, id)
	}
	return nil
}

// kept is an operation without the points whose changes are given up; nil when nothing is left.
func (o *outbox) kept(op api.UpdateOperation, seq uint64) api.UpdateOperation {
	targets := shard.Targets(op)
	sent := func(i int) bool { return o.yielded[targets[i]] < seq }
	switch n := len(pick(targets, sent)); {
	case n == len(targets):
		return op
	case n == 0:
		return nil
	}
	return only(op, sent)
}

// letters lists the dead letters in order.
func (o *outbox) letters() []DeadLetter {
	list := make([]DeadLetter, 0, len(o.dead))
	for _, d := range o.dead {
		list = append(list, *d)
	}
	slices.SortFunc(list, func(a, b DeadLetter) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return list
}
