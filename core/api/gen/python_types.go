package main

import "strings"

// pyType says how the Python package treats a parameter type: how it is checked, how it is kept and how a property shows it.
type pyType struct {
	Conv  string // expression, %s is the parameter
	Get   string // expression of the property, %s is what is kept; "" reads the slot itself
	In    string // annotation of the parameter
	Out   string // annotation of the property, In when ""
	NoneC string // what is kept for None when the parameter takes None, "None" when ""
}

// pyTypes are the types that classes.yaml may name beside enums, classes and unions.
var pyTypes = map[string]pyType{
	"u32":           {Conv: "u32(%s)", In: "int"},
	"not_nan":       {Conv: "not_nan(%[1]s, '%[1]s')", In: "float"},
	"usize":         {Conv: "usize(%s)", In: "int"},
	"f64":           {Conv: "real(%s)", In: "float"},
	"f32":           {Conv: "f32(%s)", In: "float"},
	"bool":          {Conv: "boolean(%s)", In: "bool"},
	"str":           {Conv: "string(%s)", In: "str"},
	"json_path":     {Conv: "json_path(%s)", In: "str"},
	"point_id":      {Conv: "point_id(%s)", In: "PointId", Out: "Union[int, UUID]"},
	"id_set":        {Conv: "point_id_set(%s)", Get: "set(%s)", In: "Set[PointId]", Out: "Set[Union[int, UUID]]"},
	"keys":          {Conv: "key_list(%s)", Get: "list(%s)", In: "Sequence[str]", Out: "List[str]"},
	"datetime":      {Conv: "datetime(%s)", Get: "datetime_text(%s)", In: "str"},
	"match_value":   {Conv: "match_value(%s)", In: "Union[str, int, bool]"},
	"match_list":    {Conv: "match_list(%s)", Get: "list(%s)", In: "Union[List[str], List[int]]"},
	"ring":          {Conv: "closed_line(each(%s, _geo_point))", Get: "list(%s)", In: "Sequence[GeoPoint]", Out: "List[GeoPoint]"},
	"rings":         {Conv: "each(%s, _geo_ring)", Get: "[list(r) for r in %s]", In: "Sequence[Sequence[GeoPoint]]", Out: "List[List[GeoPoint]]"},
	"point_vector":  {Conv: "point_vector(%s, SparseVector)", Get: "point_vector_value(%s)", In: "VectorStruct", Out: "Union[List[float], List[List[float]], Dict[str, Union[List[float], List[List[float]], SparseVector]]]"},
	"query_vector":  {Conv: "query_vector(%s, SparseVector)", Get: "to_list(%s)", In: "Vector", Out: "Union[List[float], List[List[float]], SparseVector]"},
	"payload":       {Conv: "payload_json(%s)", Get: "loads(%s)", In: "Dict[str, Any]"},
	"with_payload":  {Conv: "payload_choice(%s, PayloadSelector)", Get: "with_payload_value(%s)", In: "Union[bool, Sequence[str], PayloadSelector]", Out: "Union[bool, List[str], PayloadSelector]"},
	"with_vector":   {Conv: "vector_choice(%s)", Get: "with_vector_value(%s)", In: "Union[bool, Sequence[str]]", Out: "Union[bool, List[str]]"},
	"vectors":       {Conv: "tuple([query_vector(v, SparseVector) for v in sequence(%s)])", Get: "list(map(to_list, %s))", In: "Sequence[Vector]", Out: "List[Union[List[float], List[List[float]], SparseVector]]"},
	"query":         {Conv: "%[1]s if type(%[1]s) is Nearest else bare(a(%[1]s, Query))", Get: "query_value(%s)", In: "Query"},
	"scoring_query": {Conv: "%[1]s if type(%[1]s) is Nearest else bare(_as_scoring(%[1]s))", Get: "query_value(%s)", In: "Scoring"},
	"expression":    {Conv: "bare(a(%s, Expression))", Get: "covered(%s)", In: "Expression"},
	"expressions":   {Conv: "tuple([bare(a(e, Expression)) for e in sequence(%s)])", Get: "list(map(covered, %s))", In: "Sequence[Expression]", Out: "List[Expression]"},
	"start_from":    {Conv: "start_from_kept(%s)", Get: "start_from_value(%s)", In: "Union[int, float, str]"},
	"text_scoring":  {Conv: "text_scoring(%s, TextScoringParams)", In: "Union[bool, TextScoringParams]", Out: "TextScoringParams"},
	"languages":     {Conv: "members_of(%s, Language)", Get: "set(%s)", In: "Set[Language]"},
	"words":         {Conv: "members_of(%s, str)", Get: "set(%s)", In: "Set[str]"},
	"vector_params": {Conv: "vector_params(%s, EdgeVectorParams)", Get: "dict(%s)", In: "Union[EdgeVectorParams, Dict[str, EdgeVectorParams]]", Out: "Dict[str, EdgeVectorParams]", NoneC: "{}"},
	"sparse_params": {Conv: "params_by_name(%s, EdgeSparseVectorParams)", Get: "dict(%s)", In: "Dict[str, EdgeSparseVectorParams]", NoneC: "{}"},
	"indices":       {Conv: "dimensions(%s)", Get: "to_ints(%s)", In: "Sequence[int]", Out: "List[int]"},
	"floats":        {Conv: "pack_dense(%s)", Get: "to_list(%s)", In: "Sequence[float]", Out: "List[float]"},
}

// pyUnions are groups of classes of which a parameter takes one.
var pyUnions = map[string]struct {
	Title    string
	Variants []string // label, class, label, class …
}{
	"Condition":         {"Helper", []string{"Field", "FieldCondition", "IsEmpty", "IsEmptyCondition", "IsNull", "IsNullCondition", "HasId", "HasIdCondition", "HasVector", "HasVectorCondition", "Slice", "SliceCondition", "Nested", "NestedCondition", "Filter", "Filter"}},
	"Match":             {"Helper", []string{"Value", "MatchValue", "Text", "MatchText", "TextAny", "MatchTextAny", "Phrase", "MatchPhrase", "Prefix", "MatchPrefix", "Substring", "MatchSubstring", "Any", "MatchAny", "Except", "MatchExcept"}},
	"Range":             {"PyRange", []string{"Float", "RangeFloat", "DateTime", "RangeDateTime"}},
	"Scoring":           {"Helper", []string{"Vector", "Query", "Fusion", "Fusion", "OrderBy", "OrderBy", "Formula", "Formula", "Sample", "Sample", "Mmr", "Mmr", "Text", "TextQuery"}},
	"Stopwords":         {"Helper", []string{"Language", "Language", "Set", "StopwordsSet"}},
	"StemmingAlgorithm": {"Helper", []string{"Snowball", "SnowballParams", "Disabled", "DisabledStemmer"}},
	"IndexParams":       {"Helper", []string{"Keyword", "KeywordIndexParams", "Integer", "IntegerIndexParams", "Float", "FloatIndexParams", "Geo", "GeoIndexParams", "Text", "TextIndexParams", "Bool", "BoolIndexParams", "Datetime", "DatetimeIndexParams", "Uuid", "UuidIndexParams"}},
	"Quantization":      {"Helper", []string{"Scalar", "ScalarQuantizationConfig", "Product", "ProductQuantizationConfig", "Binary", "BinaryQuantizationConfig", "Turbo", "TurboQuantQuantizationConfig"}},
}

// pyEnums maps the Python names of enums to those of the spec, in the order of the file.
var pyEnums = []struct{ Python, Spec, Base string }{
	{"Distance", "Distance", "Enum"},
	{"VectorStorageDatatype", "VectorDatatype", "Enum"},
	{"Memory", "Memory", "IntEnum"},
	{"MultiVectorComparator", "MultiVectorComparator", "Enum"},
	{"Modifier", "Modifier", "Enum"},
	{"ScalarType", "ScalarType", "Enum"},
	{"CompressionRatio", "CompressionRatio", "Enum"},
	{"BinaryQuantizationEncoding", "BinaryEncoding", "Enum"},
	{"BinaryQuantizationQueryEncoding", "BinaryQueryEncoding", "Enum"},
	{"TurboQuantBitSize", "TurboBits", "Enum"},
	{"UpdateMode", "UpdateMode", "IntEnum"},
	{"PayloadSchemaType", "PayloadSchemaType", "Enum"},
	{"TokenizerType", "TokenizerType", "Enum"},
	{"Language", "Language", "Enum"},
	{"SnowballLanguage", "SnowballLanguage", "Enum"},
	{"Direction", "Direction", "Enum"},
	{"Sample", "Sample", "Enum"},
	{"DecayKind", "DecayKind", "Enum"},
}

// pyTypeOf resolves a type name of classes.yaml.
func pyTypeOf(name string) pyType {
	if t, ok := pyTypes[name]; ok {
		return t
	}
	if in, ok := inner(name, "list"); ok {
		if _, union := pyUnions[in]; !union {
			return pyType{Conv: "each(%s, of(" + in + "))", Get: "list(%s)", In: "Sequence[" + in + "]", Out: "List[" + in + "]"}
		}
		return pyType{Conv: "each(%s, _as_" + strings.ToLower(in) + ")", Get: "list(%s)", In: "Sequence[" + in + "]", Out: "List[" + in + "]"}
	}
	if _, ok := pyUnions[name]; ok {
		return pyType{Conv: "_as_" + strings.ToLower(name) + "(%s)", In: name}
	}
	return pyType{Conv: "a(%s, " + name + ")", In: name}
}
