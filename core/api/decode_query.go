package api

import (
	"strconv"

	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// decQuery reads what REST allows under "query": a bare vector or point id, or an object whose first known key says the kind.
func (d *decoder) decQuery(v []byte) Query {
	if rawjson.KindOf(v) != rawjson.Obj {
		return d.nearest(v)
	}
	switch d.variant(v, variantsQuery[:]) {
	case 0, 1:
		return d.nearest(v)
	case 2:
		r := d.decNearestQuery(v)
		return &r
	case 3:
		r := d.decRecommendQuery(v)
		return &r
	case 4:
		r := d.decDiscoverQuery(v)
		return &r
	case 5:
		r := d.decContextQuery(v)
		return &r
	case 6:
		r := d.decOrderByQuery(v)
		return &r
	case 7:
		r := d.decFusionQuery(v)
		return &r
	case 8:
		r := d.decRrfQuery(v)
		return &r
	case 9:
		r := d.decFormulaQuery(v)
		return &r
	case 10:
		r := d.decSampleQuery(v)
		return &r
	case 11:
		r := d.decFeedbackQuery(v)
		return &r
	case 12:
		r := d.decTextQuery(v)
		return &r
	}
	d.fail("unknown kind of query")
	return nil
}

var variantsQuery = [...]string{arenaKey, "indices", "nearest", "recommend", "discover", "context", "order_by", "fusion", "rrf",
	"formula", "sample", "relevance_feedback", "text"}

// decNearestQuery reads {"nearest": …, "mmr": …}.
func (d *decoder) decNearestQuery(v []byte) (r NearestQuery) {
	if !d.object(v) {
		return r
	}
	var seen uint64
	for o := rawjson.OpenObject(v); d.err == nil && o.Next(); {
		switch name := string(d.key(o.Key)); name {
		case "nearest":
			d.push(name)
			in := d.decVectorInput(o.Value)
			r.Vector, r.ID, seen = in.Vector, in.ID, 1
			d.pop()
		case "mmr":
			d.push(name)
			r.Mmr = decodeOptional(d, o.Value, (*decoder).decMmr)
			d.pop()
		}
	}
	d.require(seen, "nearest")
	return r
}

func (d *decoder) nearest(v []byte) *NearestQuery {
	in := d.decVectorInput(v)
	return &NearestQuery{Vector: in.Vector, ID: in.ID}
}

// decVectorInput reads a vector or the id of a point.
func (d *decoder) decVectorInput(v []byte) VectorInput {
	switch rawjson.KindOf(v) {
	case rawjson.Num, rawjson.Str:
		id := d.decPointID(v)
		return VectorInput{ID: &id}
	}
	return VectorInput{Vector: d.decVector(v)}
}

// decIdfParams reads "global" or {"corpus": filter}.
func (d *decoder) decIdfParams(v []byte) (r IdfParams) {
	if rawjson.KindOf(v) == rawjson.Str {
		if s := d.decString(v); s != "global" {
			d.fail("expected \"global\" or an object with a corpus, got %q", s)
		}
		return r
	}
	body := d.envelope(v, "corpus")
	if d.err == nil {
		d.push("corpus")
		defer d.pop()
		r.Corpus = decodePointer(d, body, (*decoder).decFilter)
	}
	return r
}

// decStartFrom reads an integer, a float or a time.
func (d *decoder) decStartFrom(v []byte) (r StartFrom) {
	if rawjson.KindOf(v) == rawjson.Str {
		t := d.decDateTime(v)
		r.Datetime = &t
		return r
	}
	if n := d.decOrderValue(v); n.IsFloat {
		r.Float = &n.Float
	} else {
		r.Integer = &n.Int
	}
	return r
}

// decOrderValue reads a number; one without fraction and exponent is an integer if it fits.
func (d *decoder) decOrderValue(v []byte) (r OrderValue) {
	if d.expect(v, rawjson.Num) {
		if i, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			return OrderValue{Int: i}
		}
	}
	return OrderValue{Float: d.decF64(v), IsFloat: true}
}

// decExpression reads a number, a variable, or an object by its first known key; any other object is a condition.
func (d *decoder) decExpression(v []byte) Expression {
	switch rawjson.KindOf(v) {
	case rawjson.Num:
		r := d.decConstantExpression(v)
		return &r
	case rawjson.Str:
		r := d.decVariableExpression(v)
		return &r
	}
	if !d.object(v) {
		return nil
	}
	i := d.variant(v, variantsExpression[:])
	if i < 0 {
		r := d.decConditionExpression(v)
		return &r
	}
	return decodersExpression(d, variantsExpression[i], v)
}

var variantsExpression = [...]string{"geo_distance", "datetime", "datetime_key", "mult", "sum", "max", "min", "neg", "abs", "div", "sqrt", "pow",
	"exp", "log10", "ln", "acosh", "lin_decay", "exp_decay", "gauss_decay"}

func decodersExpression(d *decoder, key string, v []byte) Expression {
	switch key {
	case "geo_distance":
		return pointer(d.decGeoDistanceExpression(v))
	case "datetime":
		return pointer(d.decDatetimeExpression(v))
	case "datetime_key":
		return pointer(d.decDatetimeKeyExpression(v))
	case "mult":
		return pointer(d.decMultExpression(v))
	case "sum":
		return pointer(d.decSumExpression(v))
	case "max":
		return pointer(d.decMaxExpression(v))
	case "min":
		return pointer(d.decMinExpression(v))
	case "neg":
		return pointer(d.decNegExpression(v))
	case "abs":
		return pointer(d.decAbsExpression(v))
	case "div":
		return pointer(d.decDivExpression(v))
	case "sqrt":
		return pointer(d.decSqrtExpression(v))
	case "pow":
		return pointer(d.decPowExpression(v))
	case "exp":
		return pointer(d.decExpExpression(v))
	case "log10":
		return pointer(d.decLog10Expression(v))
	case "ln":
		return pointer(d.decLnExpression(v))
	case "acosh":
		return pointer(d.decAcoshExpression(v))
	}
	return pointer(d.decDecayExpression(v))
}

func pointer[T any](v T) *T { return &v }

// decDecayExpression reads {"lin_decay": {…}} and its two siblings.
func (d *decoder) decDecayExpression(v []byte) (r DecayExpression) {
	if !d.object(v) {
		return r
	}
	i := d.variant(v, namesDecayKind[:])
	if i < 0 {
		d.fail("expected one of lin_decay, exp_decay, gauss_decay")
		return r
	}
	r.Kind = DecayKind(i)
	d.push(namesDecayKind[i])
	defer d.pop()
	body := d.envelope(v, namesDecayKind[i])
	if !d.object(body) {
		return r
	}
	var seen uint64
	for o := rawjson.OpenObject(body); d.err == nil && o.Next(); {
		name := string(d.key(o.Key))
		d.push(name)
		switch name {
		case "x":
			seen, r.X = 1, d.decExpression(o.Value)
		case "target":
			if !isNull(o.Value) {
				r.Target = d.decExpression(o.Value)
			}
		case "scale":
			r.Scale = decodeOptional(d, o.Value, (*decoder).decF32)
		case "midpoint":
			r.Midpoint = decodeOptional(d, o.Value, (*decoder).decF32)
		}
		d.pop()
	}
	d.require(seen, "x")
	return r
}
