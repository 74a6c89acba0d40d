package filter

import (
	"github.com/qdrant-edge-go/edge/core/internal/geo"
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// geoTest wants an object with the numbers lon and lat, in the area.
type geoTest struct{ area geo.Area }

func (g *geoTest) cost() int { return costParsed }

func (g *geoTest) check(v []byte) bool {
	var lon, lat float64
	var hasLon, hasLat bool
	for o := rawjson.OpenObject(v); o.Next(); {
		switch {
		case !hasLon && rawjson.TextIs(o.Key, "lon"):
			lon, hasLon = float(o.Value)
		case !hasLat && rawjson.TextIs(o.Key, "lat"):
			lat, hasLat = float(o.Value)
		}
	}
	return hasLon && hasLat && g.area.Contains(lon, lat)
}
