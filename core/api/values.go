package api

import "github.com/qdrant-edge-go/edge/core/internal/rawjson"

// Vector is one of DenseVector, MultiDenseVector, SparseVector, all held by value.
type Vector interface{ isVector() }

// DenseVector is a vector of fixed dimension.
type DenseVector []float32

// MultiDenseVector is a matrix: rows of Dim numbers, one after the other in Flat.
type MultiDenseVector struct {
	Dim  int
	Flat []float32
}

// SparseVector holds the non-zero dimensions.
type SparseVector struct {
	Indices []uint32
	Values  []float32
}

func (DenseVector) isVector()      {}
func (MultiDenseVector) isVector() {}
func (SparseVector) isVector()     {}

// NamedVector is a vector with its name; the default vector has the name "".
type NamedVector struct {
	Name   string
	Vector Vector
}

// VectorStruct is what a point carries; in JSON a lone default vector is a bare array, anything else an object by name.
type VectorStruct []NamedVector

// Get returns the vector of a name, nil when there is none.
func (v VectorStruct) Get(name string) Vector {
	for i := range v {
		if v[i].Name == name {
			return v[i].Vector
		}
	}
	return nil
}

// Payload is a raw canonical JSON object, as ParsePayload makes them; nil is none. It is never re-encoded.
type Payload []byte

// ParsePayload checks that raw is one JSON object and returns its canonical form: no white space, each key once, the last value winning.
func ParsePayload(raw []byte) (Payload, error) {
	payload, err := rawjson.Canonical(make([]byte, 0, len(raw)), raw)
	if err != nil {
		return nil, Wrap(InvalidArgument, err, "payload")
	}
	if kind := rawjson.KindOf(payload); kind != rawjson.Obj {
		return nil, Errorf(InvalidArgument, "payload: expected an object, got %s", kindWords[kind])
	}
	return payload, nil
}

// SnapshotManifest is a raw JSON snapshot manifest.
type SnapshotManifest []byte

// ValueKind is the type of a Value.
type ValueKind uint8

// The kinds of value.
const (
	ValueString ValueKind = iota
	ValueInteger
	ValueBool
)

// Value is a keyword, an integer or a bool.
type Value struct {
	Kind ValueKind
	Str  string
	Int  int64
	Bool bool
}

// AnyVariants is a list of distinct keywords, or of distinct integers when IsInt.
type AnyVariants struct {
	Strings  []string
	Integers []int64
	IsInt    bool
}

// WithPayload selects payload keys: everything when Enable and no list is set.
type WithPayload struct {
	Enable  bool
	Include []string
	Exclude []string
}

// WithVector selects vectors: all when Enable and Names is nil.
type WithVector struct {
	Enable bool
	Names  []string
}

// OtherOperation is an operation of a log that this engine does not execute; Raw is its CBOR.
type OtherOperation struct {
	Name string
	Raw  []byte
}

func (*OtherOperation) isUpdateOperation() {}

// Validate refuses the operation: it may stand in a log, but cannot be executed.
func (r *OtherOperation) Validate() error {
	return Errorf(Unsupported, "operation %s is not supported by this release", r.Name)
}

// IsCold resolves the placement of a component against the older on_disk flag.
func IsCold(m *Memory, onDisk *bool, byDefault bool) bool {
	switch {
	case m != nil:
		return *m == MemoryCold
	case onDisk != nil:
		return *onDisk
	}
	return byDefault
}
