package hnsw

// Heaps of topk keys: greater is better.

func pushMax(h []uint64, x uint64) []uint64 {
	h = append(h, x)
	i := len(h) - 1
	for i > 0 {
		p := (i - 1) >> 1
		if h[p] >= x {
			break
		}
		h[i] = h[p]
		i = p
	}
	h[i] = x
	return h
}

func popMax(h []uint64) (uint64, []uint64) {
	top, n := h[0], len(h)-1
	x := h[n]
	h = h[:n]
	if n == 0 {
		return top, h
	}
	i, c := 0, 1
	for c+1 < n {
		best, right := h[c], h[c+1]
		if right > best { // a conditional move: either is as likely
			best = right
			c++
		}
		if best <= x {
			h[i] = x
			return top, h
		}
		h[i] = best
		i, c = c, 2*c+1
	}
	if c < n && h[c] > x {
		h[i] = h[c]
		i = c
	}
	h[i] = x
	return top, h
}

func pushMin(h []uint64, x uint64) []uint64 {
	h = append(h, x)
	i := len(h) - 1
	for i > 0 {
		p := (i - 1) >> 1
		if h[p] <= x {
			break
		}
		h[i] = h[p]
		i = p
	}
	h[i] = x
	return h
}

// replaceMin puts x in the place of the least key.
func replaceMin(h []uint64, x uint64) {
	n, i, c := len(h), 0, 1
	for c+1 < n {
		least, right := h[c], h[c+1]
		if right < least {
			least = right
			c++
		}
		if least >= x {
			h[i] = x
			return
		}
		h[i] = least
		i, c = c, 2*c+1
	}
	if c < n && h[c] < x {
		h[i] = h[c]
		i = c
	}
	h[i] = x
}
