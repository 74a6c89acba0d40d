package fulltext

import (
	"bufio"
	"encoding/binary"
	"math"
	"path/filepath"
	"slices"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/bitmask"
	"github.com/qdrant-edge-go/edge/core/internal/store/hashmap"
	"github.com/qdrant-edge-go/edge/core/internal/store/postings"
)

// Builder takes the texts of all slots and writes an immutable index.
type Builder struct {
	params  Params
	cut     cutter
	words   vocab
	slots   []uint32 // that have texts, in their order
	ends    []int    // of their documents
	tokens  []uint32 // documents: distinct tokens, or all in order
	unique  []uint32 // by document: distinct tokens
	lengths []uint32 // by document
	last    []uint32 // by token: the last document that has it, plus one
	often   []uint32 // by token: documents, or occurrences
}

// NewBuilder makes an empty builder.
func NewBuilder(p Params) *Builder {
	return &Builder{params: p, cut: cutter{params: p}, words: newVocab()}
}

// Add takes the texts of a slot, which comes after all slots before.
func (b *Builder) Add(off uint32, texts []string) {
	if len(texts) == 0 {
		return
	}
	start := len(b.tokens)
	doc, length := b.cut.document(b.tokens, texts, b.words.number)
	b.slots = append(b.slots, off)
	mark := uint32(len(b.slots))
	if n := b.words.len(); n > len(b.last) {
		b.last = slices.Grow(b.last, n-len(b.last))[:n]
		b.often = slices.Grow(b.often, n-len(b.often))[:n]
	}
	unique, kept := uint32(0), start
	for _, n := range doc[start:] {
		if b.last[n] != mark {
			b.last[n] = mark
			unique++
		} else if !b.params.ordered() {
			continue
		}
		doc[kept] = n
		kept++
		b.often[n]++
	}
	b.tokens = doc[:kept]
	b.ends = append(b.ends, kept)
	b.unique = append(b.unique, unique)
	if b.params.Lengths {
		b.lengths = append(b.lengths, length)
	}
}

// Write writes the files into dir and syncs them.
func (b *Builder) Write(fsys disk.FS, dir string) error {
	if err := fsys.MkdirAll(dir); err != nil {
		return err
	}
	total := uint64(0)
	for _, n := range b.lengths {
		total += uint64(rounded(n))
	}
	b.last = nil
	lists := b.invert()
	if err := postings.Write(fsys, filepath.Join(dir, postingsFile), b.params.Positions, total, lists); err != nil {
		return err
	}
	if b.params.Lengths {
		if err := b.writeLengths(fsys, dir, lists); err != nil {
			return err
		}
	}
	if err := hashmap.Write(fsys, filepath.Join(dir, wordsFile), hashmap.Text, byNumber{&b.words}); err != nil {
		return err
	}
	if err := b.writeCounts(fsys, dir); err != nil {
		return err
	}
	return fsys.SyncDir(dir)
}

// count is the number of slots up to the last one with a text.
func (b *Builder) count() int {
	if len(b.slots) == 0 {
		return 0
	}
	return int(b.slots[len(b.slots)-1]) + 1
}

func (b *Builder) writeLengths(fsys disk.FS, dir string, lists *inverted) error {
	all := make([]uint32, b.count())
	for i, off := range b.slots {
		all[off] = b.lengths[i]
	}
	if err := writeLengths(fsys, dir, all); err != nil {
		return err
	}
	often := make([][]uint32, lists.Len())
	for t := range often {
		often[t] = lists.frequencies(t)
	}
	return postings.WriteFrequencies(fsys, filepath.Join(dir, frequenciesFile), often)
}

func (b *Builder) writeCounts(fsys disk.FS, dir string) error {
	empty := bits.New(b.count())
	for i := range empty {
		empty[i] = math.MaxUint64
	}
	for i, off := range b.slots {
		empty.Put(off, b.unique[i] == 0)
	}
	if err := bitmask.WriteEmpty(fsys, dir, emptyFile, empty, b.count()); err != nil {
		return err
	}
	return disk.WriteStream(fsys, filepath.Join(dir, countsFile), func(w *bufio.Writer) error {
		next := uint32(0)
		for i, off := range b.slots {
			var count [countSize]byte
			for ; next < off; next++ {
				if _, err := w.Write(count[:]); err != nil {
					return err
				}
			}
			binary.LittleEndian.PutUint64(count[:], uint64(b.unique[i]))
			if _, err := w.Write(count[:]); err != nil {
				return err
			}
			next++
		}
		return nil
	})
}

// invert turns the documents into lists by token.
func (b *Builder) invert() *inverted {
	v := &inverted{starts: make([]int, len(b.often)+1), slots: make([]uint32, len(b.tokens)), repeats: b.params.ordered()}
	for t, n := range b.often {
		v.starts[t+1] = v.starts[t] + int(n)
	}
	if b.params.Positions {
		v.positions = make([]uint32, len(b.tokens))
	}
	next, from := slices.Clone(v.starts), 0
	for i, off := range b.slots {
		for place, t := range b.tokens[from:b.ends[i]] {
			at := next[t]
			if next[t]++; v.positions != nil {
				v.positions[at] = uint32(place)
			}
			v.slots[at] = off
		}
		from = b.ends[i]
	}
	return v
}

// byNumber is the content of vocab.dat.
type byNumber struct{ *vocab }

func (v byNumber) Len() int                                  { return v.len() }
func (v byNumber) AppendKey(dst []byte, i int) []byte        { return append(dst, v.token(uint32(i))...) }
func (v byNumber) Count(int) int                             { return 1 }
func (v byNumber) AppendValues(dst []uint32, i int) []uint32 { return append(dst, uint32(i)) }
