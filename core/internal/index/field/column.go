package field

// column holds the values of the points of an immutable index that is about to be written.
type column[K any] struct {
	extract extractor[K]
	intern  func(K) K // nil where values hold no memory
	offs    []uint32
	ends    []int
	values  []K
}

func (c *column[K]) add(off uint32, values [][]byte) {
	n := len(c.values)
	c.values = appendExtracted(c.values, c.extract, values)
	if len(c.values) == n {
		return
	}
	if c.intern != nil {
		for i := range c.values[n:] {
			c.values[n+i] = c.intern(c.values[n+i])
		}
	}
	c.offs = append(c.offs, off)
	c.ends = append(c.ends, len(c.values))
}

// each yields the values of every point that has some.
func (c *column[K]) each(yield func(off uint32, values []K) bool) {
	from := 0
	for i, off := range c.offs {
		if !yield(off, c.values[from:c.ends[i]:c.ends[i]]) {
			return
		}
		from = c.ends[i]
	}
}

func appendExtracted[K any](dst []K, extract extractor[K], values [][]byte) []K {
	eachElement(values, func(v []byte) {
		if k, ok := extract(v); ok {
			dst = append(dst, k)
		}
	})
	return dst
}

// interner returns a function that gives equal strings the same memory.
func interner() func(string) string {
	known := map[string]string{}
	return func(s string) string {
		if k, ok := known[s]; ok {
			return k
		}
		known[s] = s
		return s
	}
}
