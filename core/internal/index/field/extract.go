package field

import (
	"encoding/hex"
	"math"
	"unsafe"

	"github.com/qdrant-edge-go/edge/core/api"
	geoindex "github.com/qdrant-edge-go/edge/core/internal/index/field/geo"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// eachElement visits values; arrays stand for their elements, arrays in them for nothing.
func eachElement(values [][]byte, fn func(v []byte)) {
	for _, v := range values {
		if rawjson.KindOf(v) != rawjson.Arr {
			fn(v)
			continue
		}
		for a := rawjson.OpenArray(v); a.Next(); {
			fn(a.Value)
		}
	}
}

// extractor reads a value of an index out of raw JSON. It is for one goroutine.
type extractor[K any] func(v []byte) (K, bool)

func keywordOf(v []byte) (string, bool) {
	if rawjson.KindOf(v) != rawjson.Str {
		return "", false
	}
	return string(rawjson.Text(nil, v)), true
}

// integerOf takes numbers that have no fraction, also those written as floats.
func integerOf(v []byte) (int64, bool) {
	n, ok := numberOf(v)
	if !ok {
		return 0, false
	}
	if i, ok := n.Int64(); ok {
		return i, true
	}
	f := n.Float64()
	i := saturated(f)
	return i, float64(i) == f
}

// saturated turns a float into an integer as Rust does.
func saturated(f float64) int64 {
	switch {
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	case f != f:
		return 0
	}
	return int64(f)
}

func floatOf(v []byte) (float64, bool) {
	n, ok := numberOf(v)
	return n.Float64(), ok
}

func numberOf(v []byte) (n rawjson.Number, ok bool) {
	if rawjson.KindOf(v) != rawjson.Num {
		return n, false
	}
	return rawjson.ParseNumber(v)
}

// datetimeOf reads a date as microseconds since 1970.
func datetimeOf(v []byte) (int64, bool) {
	if rawjson.KindOf(v) != rawjson.Str {
		return 0, false
	}
	text := rawjson.Text(nil, v)
	if len(text) == 0 {
		return 0, false
	}
	t, ok := api.LookupDateTime(unsafe.String(&text[0], len(text)))
	return int64(t), ok
}

func uuidOf(v []byte) ([16]byte, bool) {
	if rawjson.KindOf(v) != rawjson.Str {
		return [16]byte{}, false
	}
	return ParseUUID(string(rawjson.Text(nil, v)))
}

// ParseUUID reads a UUID in any of its spellings: with hyphens or without, in braces, as a URN; letters of either case.
func ParseUUID(s string) (id [16]byte, ok bool) {
	const urn = "urn:uuid:"
	switch {
	case len(s) == len(urn)+36 && s[:len(urn)] == urn:
		s = s[len(urn):]
	case len(s) == 38 && s[0] == '{' && s[37] == '}':
		s = s[1:37]
	}
	if len(s) == 36 {
		if s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
			return id, false
		}
		s = s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	}
	if len(s) != 32 {
		return id, false
	}
	_, err := hex.Decode(id[:], []byte(s))
	return id, err == nil
}

// pointOf reads an object with the numbers lon and lat.
func pointOf(v []byte) (geoindex.Point, bool) {
	var p geoindex.Point
	var lon, lat bool
	for o := rawjson.OpenObject(v); o.Next(); {
		switch {
		case !lon && rawjson.TextIs(o.Key, "lon"):
			p.Lon, lon = floatOf(o.Value)
		case !lat && rawjson.TextIs(o.Key, "lat"):
			p.Lat, lat = floatOf(o.Value)
		}
	}
	return p, lon && lat && p.Valid()
}

// PlaceOf reads the place of a payload value, as a geo index does.
func PlaceOf(v []byte) (api.GeoPoint, bool) {
	p, ok := pointOf(v)
	return api.GeoPoint{Lon: p.Lon, Lat: p.Lat}, ok
}
