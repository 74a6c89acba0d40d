package field

import (
	"github.com/qdrant-edge-go/edge/core/internal/rawjson"
)

// emptiness says of the values of a point whether there are any, and whether one is a null.
func emptiness(values [][]byte) (hasValues, isNull bool) {
	for _, v := range values {
		switch rawjson.KindOf(v) {
		case rawjson.Null:
			isNull = true
		case rawjson.Arr:
			for a := rawjson.OpenArray(v); a.Next(); {
				hasValues = true
				if rawjson.KindOf(a.Value) == rawjson.Null {
					isNull = true
					break
				}
			}
		default:
			hasValues = true
		}
	}
	return hasValues, isNull
}

// nullPart wraps the index of which points have values.
type nullPart struct {
	part
	index interface{ HasValues(off uint32) bool }
}
