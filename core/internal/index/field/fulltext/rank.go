package fulltext

// Documents returns how many points have tokens, and how many tokens they have together, as ranking counts them. The immutable form counts also
// removed points.
func (x *Index) Documents() (documents int, tokens uint64) {
	if x.image != nil {
		return x.image.documents, x.image.total
	}
	return x.mem.count, x.mem.total
}

// Frequency is how many points have a token; in the immutable form removed points count, too.
func (x *Index) Frequency(token string) (int, error) {
	n, ok, err := x.find(token)
	if err != nil || !ok {
		return 0, err
	}
	if x.image == nil {
		return x.mem.post(n).Len(), nil
	}
	list, err := x.image.lists.List(int(n))
	if err != nil {
		return 0, err
	}
	return list.Len(), nil
}

// Occurrences yields the points that have a token and how often they have it.
func (x *Index) Occurrences(token string, yield func(off, times uint32) bool) error {
	n, ok, err := x.find(token)
	if err != nil || !ok {
		return err
	}
	if x.image != nil {
		return x.image.occurrences(n, yield)
	}
	for _, off := range x.mem.post(n).AppendTo(nil) {
		doc, _ := x.mem.docs.get(off)
		if !yield(off, times(doc, n)) {
			break
		}
	}
	return nil
}

func (m *image) occurrences(n uint32, yield func(off, times uint32) bool) error {
	list, err := m.lists.List(int(n))
	if err != nil {
		return err
	}
	ids := list.AppendIDs(make([]uint32, 0, list.Len()))
	often, err := m.often.Append(make([]uint32, 0, len(ids)), int(n))
	if err != nil {
		return err
	}
	if len(often) != len(ids) {
		return m.often.Corrupt(int(n))
	}
	for i, off := range ids {
		if m.has(off) && !yield(off, often[i]) {
			break
		}
	}
	return nil
}

// Length is how many tokens a point has, rounded; 0 for one without.
func (x *Index) Length(off uint32) uint32 {
	if x.image != nil {
		if !x.image.has(off) {
			return 0
		}
		return decodeLength(x.image.codes[off])
	}
	if int(off) >= len(x.mem.lengths) {
		return 0
	}
	return rounded(x.mem.lengths[off])
}
