package field

import "github.com/qdrant-edge-go/edge/core/internal/bits"

// ValueKind says which member of a Value is set.
type ValueKind uint8

// The kinds of values that can be counted.
const (
	TextValue ValueKind = iota
	IntegerValue
	BoolValue
	UUIDValue
)

// Value is one value of a keyword, integer, bool or uuid index. It is comparable.
type Value struct {
	Kind ValueKind
	Text string
	Int  int64 // 0 or 1 for a bool
	UUID [16]byte
}

// Facet counts the values of a key.
type Facet interface {
	// Each yields every value with the number of points that have it, in any order; deleted points do not count.
	Each(yield func(v Value, points int) bool)
	// EachIn yields every value that points of a set have with the number of those points, in any order; the set has so many points, none of
	// them deleted.
	EachIn(set bits.Set, points int, yield func(v Value, points int) bool)
}

// Number is a value of a numeric index.
type Number struct {
	Int     int64 // integers, and datetimes as microseconds since 1970
	Float   float64
	IsFloat bool
}

// Float64 returns the number as a float.
func (n Number) Float64() float64 {
	if n.IsFloat {
		return n.Float
	}
	return float64(n.Int)
}

// Order walks the points by the values of a numeric index.
type Order interface {
	// IsDatetime reports that the numbers are microseconds since 1970.
	IsDatetime() bool
	// Walk yields pairs in order of value, then of slot, both ascending, or both descending; from, when given, is the first value. Deleted
	// points may be among them.
	Walk(from *Number, desc bool, yield func(v Number, off uint32) bool)
	// AppendNumbers appends the values of a point.
	AppendNumbers(dst []Number, off uint32) []Number
}
