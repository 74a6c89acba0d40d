package api

// Distance says how vectors are compared.
type Distance uint8

// The distances.
const (
	DistanceCosine Distance = iota
	DistanceEuclid
	DistanceDot
	DistanceManhattan
)

// VectorDatatype is the stored number type of a vector.
type VectorDatatype uint8

// The datatypes.
const (
	DatatypeFloat32 VectorDatatype = iota
	DatatypeFloat16
	DatatypeUint8
	DatatypeTurbo4
	DatatypeTurbo8
	DatatypeTurbo16
)

// Memory is the placement of a component.
type Memory uint8

// The placements.
const (
	MemoryCold Memory = iota
	MemoryCached
	MemoryPinned
)

// MultiVectorComparator says how multivectors are compared.
type MultiVectorComparator uint8

// The comparators.
const ComparatorMaxSim MultiVectorComparator = 0

// Modifier changes sparse vector weights at query time.
type Modifier uint8

// The modifiers.
const (
	ModifierNone Modifier = iota
	ModifierIdf
)

// UpdateMode says which points an upsert may touch.
type UpdateMode uint8

// The update modes.
const (
	UpdateModeUpsert UpdateMode = iota
	UpdateModeInsertOnly
	UpdateModeUpdateOnly
)

// Vector is one of DenseVector, MultiDenseVector (both by value or pointer-free) and SparseVector.
type Vector interface{ isVector() }

// DenseVector is a vector of fixed dimension.
type DenseVector []float32

// MultiDenseVector is a matrix of rows of one dimension.
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

// VectorStruct is what a point carries.
type VectorStruct []NamedVector

// Payload is a raw canonical JSON object; nil is none.
type Payload []byte

// Point is an id with vectors and payload.
type Point struct {
	ID      PointID
	Vector  VectorStruct
	Payload Payload
}

// PointVectors is an id with vectors.
type PointVectors struct {
	ID     PointID
	Vector VectorStruct
}

// Filter is a boolean combination of conditions.
type Filter struct {
	Should    []Condition
	MinShould *MinShould
	Must      []Condition
	MustNot   []Condition
}

// MinShould wants at least MinCount of the conditions.
type MinShould struct {
	Conditions []Condition
	MinCount   uint64
}

// Condition is one of *FieldCondition, *IsEmptyCondition, *IsNullCondition, *HasIDCondition, *HasVectorCondition, *NestedCondition, *Filter.
type Condition interface{ isCondition() }

// FieldCondition is a condition on one payload key.
type FieldCondition struct {
	Key            string
	Match          Match
	Range          Range
	GeoBoundingBox *GeoBoundingBox
	GeoRadius      *GeoRadius
	GeoPolygon     *GeoPolygon
	ValuesCount    *ValuesCount
	IsEmpty        *bool
	IsNull         *bool
}

// IsEmptyCondition matches points without values under the key.
type IsEmptyCondition struct{ Key string }

// IsNullCondition matches points with a null under the key.
type IsNullCondition struct{ Key string }

// HasIDCondition matches points by id.
type HasIDCondition struct{ IDs []PointID }

// HasVectorCondition matches points that have the named vector.
type HasVectorCondition struct{ Vector string }

// NestedCondition applies a filter to each element of an array of objects.
type NestedCondition struct {
	Key    string
	Filter *Filter
}

func (*FieldCondition) isCondition()     {}
func (*IsEmptyCondition) isCondition()   {}
func (*IsNullCondition) isCondition()    {}
func (*HasIDCondition) isCondition()     {}
func (*HasVectorCondition) isCondition() {}
func (*NestedCondition) isCondition()    {}
func (*Filter) isCondition()             {}

// Match is one of *MatchValue, *MatchAny, *MatchExcept.
type Match interface{ isMatch() }

// MatchValue wants one exact value.
type MatchValue struct{ Value Value }

// MatchAny wants one of the values.
type MatchAny struct{ Any AnyVariants }

// MatchExcept wants a value that is none of the given.
type MatchExcept struct{ Except AnyVariants }

func (*MatchValue) isMatch()  {}
func (*MatchAny) isMatch()    {}
func (*MatchExcept) isMatch() {}

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

// AnyVariants is a list of keywords, or of integers when IsInt.
type AnyVariants struct {
	Strings  []string
	Integers []int64
	IsInt    bool
}

// Range is one of *RangeFloat, *RangeDateTime.
type Range interface{ isRange() }

// RangeFloat bounds a number.
type RangeFloat struct{ Lt, Gt, Gte, Lte *float64 }

// RangeDateTime bounds a point in time.
type RangeDateTime struct{ Lt, Gt, Gte, Lte *DateTime }

func (*RangeFloat) isRange()    {}
func (*RangeDateTime) isRange() {}

// GeoPoint is a place in degrees.
type GeoPoint struct{ Lon, Lat float64 }

// GeoBoundingBox is a rectangle.
type GeoBoundingBox struct{ TopLeft, BottomRight GeoPoint }

// GeoRadius is a circle, radius in metres.
type GeoRadius struct {
	Center GeoPoint
	Radius float64
}

// GeoLineString is a closed line.
type GeoLineString struct{ Points []GeoPoint }

// GeoPolygon is an area with holes.
type GeoPolygon struct {
	Exterior  GeoLineString
	Interiors []GeoLineString
}

// ValuesCount bounds the number of values under a key.
type ValuesCount struct{ Lt, Gt, Gte, Lte *uint64 }

// WithPayload selects payload keys.
type WithPayload struct {
	Enable  bool
	Include []string
	Exclude []string
}

// WithVector selects vectors.
type WithVector struct {
	Enable bool
	Names  []string
}

// QuantizationSearchParams tunes quantized search.
type QuantizationSearchParams struct {
	Ignore       bool
	Rescore      *bool
	Oversampling *float64
}

// AcornSearchParams tunes filtered graph search.
type AcornSearchParams struct {
	Enable         bool
	MaxSelectivity *float64
}

// SearchParams tunes a search.
type SearchParams struct {
	HnswEf       *uint64
	Exact        bool
	Quantization *QuantizationSearchParams
	IndexedOnly  bool
	Acorn        *AcornSearchParams
}

// Query is *NearestQuery.
type Query interface{ isQuery() }

// NearestQuery wants the points nearest to a vector, or to the vector of a stored point when ID is set.
type NearestQuery struct {
	Vector Vector
	ID     *PointID
}

func (*NearestQuery) isQuery() {}

// QueryRequest is the universal query; a nil Query scrolls by id.
type QueryRequest struct {
	Query          Query
	Using          string
	Filter         *Filter
	Params         *SearchParams
	ScoreThreshold *float32
	Limit          uint64
	Offset         uint64
	WithVector     WithVector
	WithPayload    WithPayload
}

// SearchRequest is a plain nearest-neighbour request.
type SearchRequest struct {
	Vector         Vector
	Using          string
	Filter         *Filter
	Params         *SearchParams
	ScoreThreshold *float32
	Limit          uint64
	Offset         uint64
	WithVector     WithVector
	WithPayload    WithPayload
}

// ScrollRequest pages through points by id; a nil Limit is 10.
type ScrollRequest struct {
	Offset      *PointID
	Limit       *uint64
	Filter      *Filter
	WithPayload WithPayload
	WithVector  WithVector
}

// ScrollResult is a page of points.
type ScrollResult struct {
	Points         []Record
	NextPageOffset *PointID
}

// CountRequest counts points.
type CountRequest struct {
	Filter *Filter
	Exact  bool
}

// RetrieveRequest fetches points by id.
type RetrieveRequest struct {
	IDs         []PointID
	WithPayload WithPayload
	WithVector  WithVector
}

// ScoredPoint is a hit; a nil Vector was not asked for.
type ScoredPoint struct {
	ID      PointID
	Version uint64
	Score   float32
	Payload Payload
	Vector  VectorStruct
}

// Record is a stored point.
type Record struct {
	ID      PointID
	Payload Payload
	Vector  VectorStruct
}

// PayloadIndexInfo describes a payload index: its schema type, its raw JSON params, the number of indexed points.
type PayloadIndexInfo struct {
	DataType string
	Params   []byte
	Points   uint64
}

// NamedPayloadIndex is an index under its payload key.
type NamedPayloadIndex struct {
	Key  string
	Info PayloadIndexInfo
}

// ShardInfo counts what a shard holds.
type ShardInfo struct {
	SegmentsCount       uint64
	PointsCount         uint64
	IndexedVectorsCount uint64
	PayloadSchema       []NamedPayloadIndex
}

// UpdateOperation is one of the operations below.
type UpdateOperation interface{ isUpdateOperation() }

// UpsertPoints inserts or replaces points; with Condition only those stored points that match are replaced.
type UpsertPoints struct {
	Points     []Point
	Condition  *Filter
	UpdateMode UpdateMode
}

// DeletePoints deletes points by id.
type DeletePoints struct{ IDs []PointID }

// DeletePointsByFilter deletes the points that match.
type DeletePointsByFilter struct{ Filter *Filter }

// UpdateVectors replaces the given vectors of existing points.
type UpdateVectors struct {
	Points []PointVectors
	Filter *Filter
}

// DeleteVectors deletes named vectors of points.
type DeleteVectors struct {
	IDs   []PointID
	Names []string
}

// DeleteVectorsByFilter deletes named vectors of matching points.
type DeleteVectorsByFilter struct {
	Filter *Filter
	Names  []string
}

// SetPayload merges keys into the payload of points.
type SetPayload struct {
	Payload Payload
	Points  []PointID
	Filter  *Filter
	Key     *string
}

// OverwritePayload replaces the payload of points.
type OverwritePayload struct {
	Payload Payload
	Points  []PointID
	Filter  *Filter
	Key     *string
}

// DeletePayload removes keys from the payload of points.
type DeletePayload struct {
	Keys   []string
	Points []PointID
	Filter *Filter
}

// ClearPayload removes the payload of points.
type ClearPayload struct{ IDs []PointID }

// ClearPayloadByFilter removes the payload of matching points.
type ClearPayloadByFilter struct{ Filter *Filter }

// OtherOperation is an operation of a log that this engine does not execute.
type OtherOperation struct {
	Name string
	Raw  []byte
}

func (*UpsertPoints) isUpdateOperation()          {}
func (*DeletePoints) isUpdateOperation()          {}
func (*DeletePointsByFilter) isUpdateOperation()  {}
func (*UpdateVectors) isUpdateOperation()         {}
func (*DeleteVectors) isUpdateOperation()         {}
func (*DeleteVectorsByFilter) isUpdateOperation() {}
func (*SetPayload) isUpdateOperation()            {}
func (*OverwritePayload) isUpdateOperation()      {}
func (*DeletePayload) isUpdateOperation()         {}
func (*ClearPayload) isUpdateOperation()          {}
func (*ClearPayloadByFilter) isUpdateOperation()  {}
func (*OtherOperation) isUpdateOperation()        {}

// MultiVectorConfig configures multivectors.
type MultiVectorConfig struct{ Comparator MultiVectorComparator }

// HnswConfig tunes the graph index.
type HnswConfig struct {
	M                  uint64
	EfConstruct        uint64
	FullScanThreshold  uint64
	MaxIndexingThreads uint64
	OnDisk             *bool
	PayloadM           *uint64
	InlineStorage      *bool
	Memory             *Memory
}

// QuantizationConfig is one of *ScalarQuantization, *ProductQuantization, *BinaryQuantization, *TurboQuantization.
type QuantizationConfig interface{ isQuantizationConfig() }

// ScalarQuantization keeps one byte per dimension.
type ScalarQuantization struct {
	Type      ScalarType
	Quantile  *float32
	AlwaysRAM *bool
	Memory    *Memory
}

// ProductQuantization keeps one byte per chunk of dimensions.
type ProductQuantization struct {
	Compression CompressionRatio
	AlwaysRAM   *bool
	Memory      *Memory
}

// BinaryQuantization keeps one to two bits per dimension.
type BinaryQuantization struct {
	AlwaysRAM     *bool
	Encoding      *BinaryEncoding
	QueryEncoding *BinaryQueryEncoding
	Memory        *Memory
}

// TurboQuantization keeps rotated low-bit codes.
type TurboQuantization struct {
	AlwaysRAM *bool
	Bits      *TurboBits
	Memory    *Memory
}

func (*ScalarQuantization) isQuantizationConfig()  {}
func (*ProductQuantization) isQuantizationConfig() {}
func (*BinaryQuantization) isQuantizationConfig()  {}
func (*TurboQuantization) isQuantizationConfig()   {}

// ScalarType is the code type of scalar quantization.
type ScalarType uint8

// CompressionRatio of product quantization.
type CompressionRatio uint8

// BinaryEncoding of stored vectors.
type BinaryEncoding uint8

// BinaryQueryEncoding of queries.
type BinaryQueryEncoding uint8

// TurboBits per dimension.
type TurboBits uint8

// OptimizersConfig tunes the optimizers.
type OptimizersConfig struct {
	DeletedThreshold      *float64
	VacuumMinVectorNumber *uint64
	DefaultSegmentNumber  uint64
	MaxSegmentSize        *uint64
	IndexingThreshold     *uint64
	PreventUnoptimized    *bool
}

// WalOptions tunes the log.
type WalOptions struct {
	SegmentCapacity uint64
	SegmentQueueLen uint64
	RetainClosed    uint64
}

// VectorParams configures a dense vector.
type VectorParams struct {
	Size               uint64
	Distance           Distance
	OnDisk             *bool
	MultivectorConfig  *MultiVectorConfig
	Datatype           *VectorDatatype
	QuantizationConfig QuantizationConfig
	HnswConfig         *HnswConfig
	Memory             *Memory
}

// SparseVectorParams configures a sparse vector.
type SparseVectorParams struct {
	FullScanThreshold *uint64
	OnDisk            *bool
	Modifier          *Modifier
	Datatype          *VectorDatatype
	Memory            *Memory
}

// NamedVectorParams is a dense vector's parameters under its name.
type NamedVectorParams struct {
	Name   string
	Params *VectorParams
}

// NamedSparseVectorParams is a sparse vector's parameters under its name.
type NamedSparseVectorParams struct {
	Name   string
	Params *SparseVectorParams
}

// EdgeConfig is edge_config.json; nil fields are not specified.
type EdgeConfig struct {
	OnDiskPayload      *bool
	PayloadMemory      *Memory
	IDTrackerMemory    *Memory
	Vectors            []NamedVectorParams
	SparseVectors      []NamedSparseVectorParams
	HnswConfig         *HnswConfig
	QuantizationConfig QuantizationConfig
	Optimizers         *OptimizersConfig
	WalOptions         *WalOptions
	MaxSearchThreads   *uint64
	SearchPoolCore     *uint64
	WalEnabled         *bool
}

// SnapshotManifest is a raw JSON snapshot manifest.
type SnapshotManifest []byte

var distanceNames = [...]string{"Cosine", "Euclid", "Dot", "Manhattan"}

// String returns the name of the distance in JSON.
func (d Distance) String() string {
	if int(d) < len(distanceNames) {
		return distanceNames[d]
	}
	return "unknown"
}
