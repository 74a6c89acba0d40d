package formula

import (
	"math"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/jsonpath"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// variable is a key of the payload.
type variable struct {
	path     jsonpath.Path
	whole    bool   // the path ends with []: an array it finds is a value
	fallback []byte // raw JSON, nil for none
}

// raw returns the value of the point or the default; many says that the point has several.
func (v *variable) raw(p *Point, want string) (value []byte, many bool, err error) {
	n := 0
	v.path.Visit(p.Payload(), func(found []byte) bool {
		if v.whole || rawjson.KindOf(found) != rawjson.Arr {
			value = found
			n++
			return n > 1
		}
		for a := rawjson.OpenArray(found); a.Next(); {
			value = a.Value
			if n++; n > 1 {
				return true
			}
		}
		return false
	})
	switch {
	case n == 0 && v.fallback == nil:
		return nil, false, v.wrong(want, "No value found in a payload nor defaults")
	case n == 0:
		return v.fallback, false, nil
	}
	return value, n > 1, nil
}

func (v *variable) wrong(want, why string) error {
	return api.Errorf(api.InvalidArgument, "Expected %s value for %s in the payload and/or in the formula defaults. Error: %s", want, v.path, why)
}

// numeric is a number of the payload.
type numeric struct{ variable }

func (v *numeric) eval(p *Point) (float64, error) {
	raw, many, err := v.raw(p, "number")
	if err != nil {
		return 0, err
	}
	if x, ok := rawjson.ParseNumber(raw); ok && !many {
		return x.Float64(), nil
	}
	return 0, v.wrong("number", "Value is not a number")
}

// moment is a date of the payload, in seconds since 1970.
type moment struct{ variable }

func (v *moment) eval(p *Point) (float64, error) {
	raw, many, err := v.raw(p, "datetime")
	if err != nil {
		return 0, err
	}
	if many || rawjson.KindOf(raw) != rawjson.Str {
		return 0, v.wrong("datetime", "Value is not a string")
	}
	t, err := api.ParseDateTime(string(rawjson.Text(nil, raw)))
	if err != nil {
		return 0, v.wrong("datetime", err.Error())
	}
	return seconds(t), nil
}

// distance is how far a place of the payload is from the origin, in metres.
type distance struct {
	variable
	origin api.GeoPoint
}

func (v *distance) eval(p *Point) (float64, error) {
	raw, many, err := v.raw(p, "geo point")
	if err != nil {
		return 0, err
	}
	to, ok := place(raw)
	if many || !ok {
		return 0, v.wrong("geo point", "Value is not a geo point")
	}
	return haversine(v.origin, to), nil
}

// place reads an object with the numbers lon and lat.
func place(v []byte) (at api.GeoPoint, ok bool) {
	var lon, lat bool
	for o := rawjson.OpenObject(v); o.Next(); {
		x, isNumber := rawjson.ParseNumber(o.Value)
		switch {
		case rawjson.TextIs(o.Key, "lon"):
			at.Lon, lon = x.Float64(), isNumber
		case rawjson.TextIs(o.Key, "lat"):
			at.Lat, lat = x.Float64(), isNumber
		}
	}
	return at, lon && lat && math.Abs(at.Lon) <= 180 && math.Abs(at.Lat) <= 90
}

// earthRadius is the mean radius of the earth in metres.
const earthRadius = 6_371_008.8

func haversine(a, b api.GeoPoint) float64 {
	const degree = math.Pi / 180
	sinLat := math.Sin((b.Lat - a.Lat) * degree / 2)
	sinLon := math.Sin((b.Lon - a.Lon) * degree / 2)
	h := sinLat*sinLat + math.Cos(a.Lat*degree)*math.Cos(b.Lat*degree)*(sinLon*sinLon)
	return earthRadius * (2 * math.Asin(math.Sqrt(h)))
}

func seconds(t api.DateTime) float64 { return float64(t) / 1_000_000 }
