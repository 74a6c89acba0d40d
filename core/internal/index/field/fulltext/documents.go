package fulltext

// documents keeps a list of numbers for each slot that has one, in blocks without pointers. What is replaced stays until it is half of all.
type documents struct {
	refs        []uint64 // per slot: block and place of its list, which begins with its length; 0 for none
	blocks      [][]uint32
	used, waste int
}

const (
	firstBlock = 256 // numbers
	largeBlock = 1 << 14
)

// get returns the list of a slot, which is not to be changed; ok is false when it has none.
func (d *documents) get(off uint32) (list []uint32, ok bool) {
	if int(off) >= len(d.refs) || d.refs[off] == 0 {
		return nil, false
	}
	return d.at(d.refs[off]), true
}

func (d *documents) at(ref uint64) []uint32 {
	b := d.blocks[ref>>32-1][uint32(ref):]
	return b[1 : 1+b[0] : 1+b[0]]
}

// set gives a slot that has none its list.
func (d *documents) set(off uint32, list []uint32) {
	if int(off) >= len(d.refs) {
		d.refs = append(d.refs, make([]uint64, int(off)+1-len(d.refs))...)
	}
	d.refs[off] = d.put(list)
}

func (d *documents) put(list []uint32) (ref uint64) {
	need := len(list) + 1
	if n := len(d.blocks); n == 0 || cap(d.blocks[n-1])-len(d.blocks[n-1]) < need {
		size := max(need, min(max(firstBlock, d.used/4), largeBlock))
		d.blocks = append(d.blocks, make([]uint32, 0, size))
	}
	last := len(d.blocks) - 1
	ref = uint64(last+1)<<32 | uint64(len(d.blocks[last]))
	d.blocks[last] = append(append(d.blocks[last], uint32(len(list))), list...)
	d.used += need
	return ref
}

// remove takes the list of a slot away, which it has.
func (d *documents) remove(off uint32) {
	d.waste += len(d.at(d.refs[off])) + 1
	d.refs[off] = 0
	if d.waste > largeBlock && d.waste > d.used/2 {
		d.compact()
	}
}

func (d *documents) compact() {
	old := *d
	d.blocks, d.used, d.waste = nil, 0, 0
	for off, ref := range d.refs {
		if ref != 0 {
			d.refs[off] = d.put(old.at(ref))
		}
	}
}
