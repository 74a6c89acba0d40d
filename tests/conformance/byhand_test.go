package conformance

import "strings"

// byHand are the readers of types whose JSON is no object of their fields.
var byHand map[string]func(w *walker, v any)

func init() { // the readers call each other
	byHand = map[string]func(w *walker, v any){
		"vector": func(w *walker, v any) { w.mark("vector", vectorForm(v)) },
		"vector_struct": func(w *walker, v any) {
			if named, ok := v.(map[string]any); ok && named["indices"] == nil {
				for _, x := range named {
					w.value("vector", x)
				}
				return
			}
			w.value("vector", v)
		},
		"point_id":    func(w *walker, v any) { w.mark("point_id", form(v, "uuid", "number", "")) },
		"WithPayload": selected,
		"WithVector":  selected2,
		"Value":       func(w *walker, v any) { w.mark("Value", form(v, "keyword", "integer", "bool")) },
		"AnyVariants": func(w *walker, v any) {
			each(v, func(x any) { w.mark("AnyVariants", form(x, "keywords", "integers", "")) })
		},
		"StartFrom":          startFrom,
		"IdfParams":          idf,
		"Range":              bounds,
		"VectorInput":        example,
		"NearestQuery":       nearest,
		"Query":              query,
		"Expression":         expression,
		"UpsertPoints":       func(w *walker, v any) { w.fields("UpsertPoints", v) },
		"UpdateOperation":    operation,
		"PayloadFieldSchema": schema,
		"Stopwords":          stopwords,
		"Bm25EmbedRequest": func(w *walker, v any) {
			w.record("Bm25EmbedRequest", v)
			w.value("Bm25Config", v.(map[string]any)["config"])
		},
	}
}

func (w *walker) mark(of, form string) { w.seen[of+": "+form] = true }

// fields marks those of a record that its envelope, if it has one, does not hold.
func (w *walker) fields(of string, v any) {
	w.seen[of] = true
	for name, x := range v.(map[string]any) {
		if _, ok := w.types[of].Fields[name]; ok {
			w.field(of, name, x)
		}
	}
}

func form(v any, text, number, boolean string) string {
	switch v.(type) {
	case string:
		return text
	case float64:
		return number
	}
	return boolean
}

func each(v any, do func(any)) {
	for _, x := range v.([]any) {
		do(x)
	}
}

func vectorForm(v any) string {
	rows, ok := v.([]any)
	switch {
	case !ok:
		return "sparse"
	case len(rows) > 0 && form(rows[0], "", "number", "") == "":
		return "multi"
	}
	return "dense"
}

func selected(w *walker, v any) {
	switch v := v.(type) {
	case bool:
		w.mark("WithPayload", "bool")
	case []any:
		w.mark("WithPayload", "list")
	case map[string]any:
		for kind := range v {
			w.mark("WithPayload", kind)
		}
	}
}

func selected2(w *walker, v any) {
	w.mark("WithVector", map[bool]string{true: "bool", false: "list"}[form(v, "", "", "bool") == "bool" && !isList(v)])
}

func isList(v any) bool { _, ok := v.([]any); return ok }

func startFrom(w *walker, v any) {
	number, ok := v.(float64)
	switch {
	case !ok:
		w.mark("StartFrom", "time")
	case number == float64(int64(number)):
		w.mark("StartFrom", "integer")
	default:
		w.mark("StartFrom", "float")
	}
}

func idf(w *walker, v any) {
	object, ok := v.(map[string]any)
	if !ok {
		w.mark("IdfParams", "global")
		return
	}
	w.mark("IdfParams", "corpus")
	w.field("IdfParams", "corpus", object["corpus"])
}

func bounds(w *walker, v any) {
	of := "RangeFloat"
	for _, x := range v.(map[string]any) {
		if form(x, "time", "", "") == "time" {
			of = "RangeDateTime"
		}
	}
	w.fields(of, v)
}

func example(w *walker, v any) { w.vectorOrID("VectorInput", v) }

func (w *walker) vectorOrID(of string, v any) {
	w.seen[of] = true
	name := "vector"
	if form(v, "id", "id", "") == "id" {
		name = "id"
	}
	w.field(of, name, v)
}

func nearest(w *walker, v any) {
	object, ok := v.(map[string]any)
	if !ok || object["nearest"] == nil {
		w.vectorOrID("NearestQuery", v)
		return
	}
	w.vectorOrID("NearestQuery", object["nearest"])
	w.field("NearestQuery", "mmr", object["mmr"])
}

func query(w *walker, v any) {
	object, _ := v.(map[string]any)
	for _, variant := range w.types["Query"].Variants {
		if key := variant.Key.(string); object[key] != nil {
			w.value(variant.Value.(string), v)
			return
		}
	}
	nearest(w, v)
}

func expression(w *walker, v any) {
	object, _ := v.(map[string]any)
	for _, variant := range w.types["Expression"].Variants {
		if key := variant.Key.(string); object[key] != nil {
			w.record(variant.Value.(string), v)
			return
		}
	}
	for key, x := range object {
		if strings.HasSuffix(key, "_decay") {
			w.field("DecayExpression", "kind", key)
			w.fields("DecayExpression", x)
			return
		}
	}
	switch {
	case object != nil:
		w.record("ConditionExpression", v)
	default:
		w.record(form(v, "VariableExpression", "ConstantExpression", ""), v)
	}
}

func operation(w *walker, v any) {
	if conditional, ok := v.(map[string]any)["upsert_points_conditional"].(map[string]any); ok {
		w.fields("UpsertPoints", conditional["points_op"])
		w.fields("UpsertPoints", conditional)
		return
	}
	w.union(w.types["UpdateOperation"], v)
}

func schema(w *walker, v any) {
	object, ok := v.(map[string]any)
	if !ok {
		w.field("PayloadFieldSchema", "type", v)
		return
	}
	w.field("PayloadFieldSchema", "type", object["type"])
	w.field("PayloadFieldSchema", "params", v)
}

func stopwords(w *walker, v any) {
	if isLanguage := form(v, "language", "", ""); isLanguage != "" {
		w.record("LanguageStopwords", v)
		return
	}
	w.record("StopwordsSet", v)
}
