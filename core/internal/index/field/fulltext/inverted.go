package fulltext

// inverted is the content of postings.dat and term_frequencies.dat: for each token the slots that have it, ascending, once per occurrence when
// documents keep their tokens as they are in the texts.
type inverted struct {
	starts    []int // of the tokens, and the end
	slots     []uint32
	positions []uint32 // of each occurrence, when they are kept
	repeats   bool

	ids  []uint32 // of one token, without repetitions
	runs []int    // where the occurrences of each of ids begin, and the end
}

// Len is part of postings.Source.
func (v *inverted) Len() int { return len(v.starts) - 1 }

// IDs is part of postings.Source.
func (v *inverted) IDs(t int) []uint32 {
	all := v.slots[v.starts[t]:v.starts[t+1]]
	if !v.repeats {
		return all
	}
	v.ids, v.runs = v.ids[:0], v.runs[:0]
	for i, off := range all {
		if i == 0 || off != all[i-1] {
			v.ids, v.runs = append(v.ids, off), append(v.runs, v.starts[t]+i)
		}
	}
	v.runs = append(v.runs, v.starts[t+1])
	return v.ids
}

// Positions is part of postings.Source: of the list that IDs returned last.
func (v *inverted) Positions(_, i int) []uint32 { return v.positions[v.runs[i]:v.runs[i+1]] }

// frequencies counts the occurrences of a token in each slot that has it.
func (v *inverted) frequencies(t int) []uint32 {
	out := make([]uint32, len(v.IDs(t)))
	for i := range out {
		out[i] = uint32(v.runs[i+1] - v.runs[i])
	}
	return out
}
