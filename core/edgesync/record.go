package edgesync

import (
	"encoding/binary"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/shard"
)

// Kinds of records.
const (
	kindOp      = 'O'
	kindAck     = 'A'
	kindDead    = 'D'
	kindDiscard = 'X'
	kindLocal   = 'L'
	kindSaved   = 'C'
	kindYield   = 'Y'
)

// How the local form of an operation is given.
const (
	localSame byte = iota
	localNone
	localOwn
)

// opRecord is what the log keeps of an operation.
type opRecord struct {
	resolved shard.Resolved
	requeues uint64 // the dead letter that it puts back, 0 for none
}

// encodeOp writes requeues, the operation, the local form and the copies, each with its length before it.
func encodeOp(r *opRecord) []byte {
	dst := binary.AppendUvarint(nil, r.requeues)
	dst = appendPart(dst, api.AppendUpdateOperationCBOR(nil, r.resolved.Op))
	switch r.resolved.Local {
	case r.resolved.Op:
		dst = append(dst, localSame)
	case nil:
		dst = append(dst, localNone)
	default:
		dst = appendPart(append(dst, localOwn), api.AppendUpdateOperationCBOR(nil, r.resolved.Local))
	}
	if len(r.resolved.Copies) == 0 {
		return dst
	}
	return appendPart(dst, api.AppendUpdateOperationCBOR(nil, &api.UpsertPoints{Points: r.resolved.Copies}))
}

func appendPart(dst, part []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(part))), part...)
}

// reader takes a record apart.
type reader struct {
	data []byte
	err  error
}

func (r *reader) fail() {
	r.data = nil
	if r.err == nil {
		r.err = api.Errorf(api.Corrupt, "a record of the log cannot be read")
	}
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.data)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.data = r.data[size:]
	return n
}

func (r *reader) part() []byte {
	n := r.number()
	if n > uint64(len(r.data)) {
		r.fail()
		return nil
	}
	part := r.data[:n]
	r.data = r.data[n:]
	return part
}

func (r *reader) op() api.UpdateOperation {
	part := r.part()
	if r.err != nil {
		return nil
	}
	op, err := api.DecodeUpdateOperationCBOR(part)
	if err != nil {
		r.err = api.Wrap(api.Corrupt, err, "a record of the log")
	}
	return op
}

func decodeOp(data []byte) (*opRecord, error) {
	r := &reader{data: data}
	rec := &opRecord{requeues: r.number()}
	rec.resolved.Op = r.op()
	rec.resolved.Local = rec.resolved.Op
	if len(r.data) == 0 {
		r.fail()
		return nil, r.err
	}
	how := r.data[0]
	r.data = r.data[1:]
	switch how {
	case localSame:
	case localNone:
		rec.resolved.Local = nil
	case localOwn:
		rec.resolved.Local = r.op()
	default:
		r.fail()
	}
	if r.err == nil && len(r.data) > 0 {
		up, ok := r.op().(*api.UpsertPoints)
		if !ok {
			r.fail()
			return nil, r.err
		}
		rec.resolved.Copies = up.Points
	}
	return rec, r.err
}

// DeadLetter is an operation, or the part of one, that the server refused for good. What it did here stays until it is discarded.
type DeadLetter struct {
	ID     uint64 // its record
	Seq    uint64 // the number of the operation
	Reason string
	Op     api.UpdateOperation
}

func encodeDead(d *DeadLetter) []byte {
	dst := binary.AppendUvarint(nil, d.ID)
	dst = binary.AppendUvarint(dst, d.Seq)
	dst = appendPart(dst, []byte(d.Reason))
	return appendPart(dst, api.AppendUpdateOperationCBOR(nil, d.Op))
}

// decodeDead reads a dead letter; one without an ID has that of its record.
func decodeDead(index uint64, data []byte) (*DeadLetter, error) {
	r := &reader{data: data}
	d := &DeadLetter{ID: r.number(), Seq: r.number(), Reason: string(r.part()), Op: r.op()}
	if d.ID == 0 {
		d.ID = index
	}
	return d, r.err
}

// decodeNumber reads an acknowledgement or a discard.
func decodeNumber(data []byte) (uint64, error) {
	r := &reader{data: data}
	n := r.number()
	return n, r.err
}
