package fulltext

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/internal/bits"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/store/bitmask"
	"github.com/qdrant-edge-go/edge/core/internal/store/hashmap"
	"github.com/qdrant-edge-go/edge/core/internal/store/postings"
)

const (
	wordsFile       = "vocab.dat"
	postingsFile    = "postings.dat"
	countsFile      = "point_to_tokens_count.dat"
	emptyFile       = "deleted_points.dat"
	lengthsFile     = "point_to_doc_len.dat"
	frequenciesFile = "term_frequencies.dat"
	countSize       = 8
)

// image is the content of an immutable index: its files, mapped, and what was removed since.
type image struct {
	words  *hashmap.Map
	lists  *postings.File
	counts *disk.Mapping
	often  *postings.Frequencies // nil when lengths are not kept
	codes  []uint16              // lengths by slot, nil when they are not kept
	files  []string

	slots     int
	gone      bits.Set // slots without tokens, or removed
	live      int
	documents int    // slots with tokens when the index was built
	total     uint64 // their lengths
}

func openImage(fsys disk.FS, dir string, opt Options) (m *image, err error) {
	m = &image{files: []string{postingsFile, wordsFile, countsFile}}
	defer func(m *image) {
		if err != nil {
			err = errors.Join(err, m.close())
		}
	}(m)
	if m.words, err = hashmap.Open(fsys, filepath.Join(dir, wordsFile), hashmap.Text); err != nil {
		return nil, err
	}
	if m.lists, err = postings.Open(fsys, filepath.Join(dir, postingsFile), opt.Positions); err != nil {
		return nil, err
	}
	if m.lists.Len() != m.words.Len() {
		return nil, disk.Corruptf(filepath.Join(dir, postingsFile), 0, "lists of %d tokens, want %d", m.lists.Len(), m.words.Len())
	}
	if err = m.openCounts(fsys, dir); err != nil {
		return nil, err
	}
	if opt.Lengths {
		if err = m.openLengths(fsys, dir); err != nil {
			return nil, err
		}
	}
	if opt.Ahead {
		m.words.Advise(disk.AdviseWillNeed)
		m.lists.Advise(disk.AdviseWillNeed)
	}
	m.removeAll(opt.Deleted)
	return m, nil
}

func (m *image) openCounts(fsys disk.FS, dir string) (err error) {
	if m.counts, err = fsys.Map(filepath.Join(dir, countsFile), false); err != nil {
		return err
	}
	if n := len(m.counts.Data); n%countSize != 0 {
		return disk.Corruptf(m.counts.Name(), 0, "%d bytes are no counts", n)
	}
	m.slots = len(m.counts.Data) / countSize
	var mask string
	if m.gone, mask, err = bitmask.ReadEmpty(fsys, dir, emptyFile, m.slots); err != nil {
		return err
	}
	m.files = append(m.files, mask)
	m.documents = m.slots - m.gone.Ones()
	m.live = m.documents
	return nil
}

// openLengths reads what ranking needs. An index without it has to be built again.
func (m *image) openLengths(fsys disk.FS, dir string) (err error) {
	if m.codes, err = readLengths(fsys, dir, m.slots); err == nil {
		m.often, err = postings.OpenFrequencies(fsys, filepath.Join(dir, frequenciesFile))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return errors.Join(ErrNoLengths, err)
	}
	if err != nil {
		return err
	}
	if m.often.Len() != m.lists.Len() {
		return disk.Corruptf(filepath.Join(dir, frequenciesFile), 0, "frequencies of %d tokens, want %d", m.often.Len(), m.lists.Len())
	}
	for _, code := range m.codes {
		m.total += uint64(decodeLength(code))
	}
	m.files = append(m.files, lengthsFile, frequenciesFile)
	return nil
}

// removeAll removes a set of slots.
func (m *image) removeAll(deleted bits.Set) {
	for i := deleted.NextSet(0); i >= 0 && i < m.slots; i = deleted.NextSet(i + 1) {
		m.remove(uint32(i))
	}
}

// remove hides the tokens of a slot.
func (m *image) remove(off uint32) {
	if m.has(off) {
		m.gone.Put(off, true)
		m.live--
	}
}

// has reports whether a slot has tokens.
func (m *image) has(off uint32) bool { return int(off) < m.slots && !m.gone.Get(off) }

func (m *image) close() error {
	var errs []error
	if m.words != nil {
		errs = append(errs, m.words.Close())
	}
	if m.lists != nil {
		errs = append(errs, m.lists.Close())
	}
	if m.counts != nil {
		errs = append(errs, m.counts.Close())
	}
	if m.often != nil {
		errs = append(errs, m.often.Close())
	}
	return errors.Join(errs...)
}

// find returns the number of a token.
func (m *image) find(token string) (n uint32, ok bool, err error) {
	v, ok := m.words.Get([]byte(token))
	if !ok {
		return 0, false, nil
	}
	if v.Len() != 1 || int(v.At(0)) >= m.lists.Len() {
		return 0, false, disk.Corruptf(m.words.Name(), 0, "token %q has no list", token)
	}
	return v.At(0), true, nil
}

// retain keeps those of ids that have tokens.
func (m *image) retain(ids []uint32) []uint32 {
	out := ids[:0]
	for _, off := range ids {
		if m.has(off) {
			out = append(out, off)
		}
	}
	return out
}

// distinct is how many distinct tokens a slot had when the index was built.
func (m *image) distinct(off int) uint64 {
	return binary.LittleEndian.Uint64(m.counts.Data[off*countSize:])
}
