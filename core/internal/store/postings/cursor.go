package postings

// Cursor looks up points in a list and remembers the chunk that it looked at last, so that lookups in ascending order unpack each chunk once.
// It is for one goroutine.
type Cursor struct {
	List
	chunk int // that v holds, -1 for none
	v     [ChunkLen]uint32
}

// NewCursor makes a cursor of a list.
func NewCursor(l List) *Cursor { return &Cursor{List: l, chunk: -1} }

// Seek returns the place of a point in the list.
func (c *Cursor) Seek(id uint32) (place int, found bool) {
	if c.chunk < 0 || id < c.v[0] || id > c.v[ChunkLen-1] {
		if !c.load(id) {
			return c.Find(id)
		}
	}
	from, to := 0, ChunkLen
	for from < to {
		if mid := (from + to) / 2; c.v[mid] < id {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return c.chunk*ChunkLen + from, from < ChunkLen && c.v[from] == id
}

// load unpacks the chunk that an id may be in; false when that is none.
func (c *Cursor) load(id uint32) bool {
	if n := len(c.rest); n > 0 && c.restID(0) <= id {
		return false
	}
	at := c.chunkOf(id)
	if at < 0 {
		return false
	}
	if at != c.chunk {
		c.ids(&c.v, at)
		c.chunk = at
	}
	return true
}
