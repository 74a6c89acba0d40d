package sparse

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strconv"

	"github.com/qdrant-edge-go/edge/core/internal/disk"
)

// Settings is sparse_index_config.json.
type Settings struct {
	FullScanThreshold *uint64 `json:"full_scan_threshold"`
	IndexType         string  `json:"index_type"`
	Datatype          *string `json:"datatype,omitempty"`
	Memory            *string `json:"memory,omitempty"`
}

func (s *Settings) weights() (Weights, error) {
	if s.Datatype == nil {
		return Float32, nil
	}
	w, ok := ParseWeights(*s.Datatype)
	if !ok {
		return 0, fmt.Errorf("sparse: datatype %q", *s.Datatype)
	}
	return w, nil
}

// Write stores the index as files in an existing directory, the version last.
func (m *Mutable) Write(fs disk.FS, dir string, s Settings) error {
	w, err := s.weights()
	if err != nil {
		return err
	}
	data, size := m.encode(w)
	if err := disk.WriteFileAtomic(fs, filepath.Join(dir, PostingsFile), data); err != nil {
		return err
	}
	tracker := []byte(`{"map":{`)
	for number, dim := range m.order {
		if number > 0 {
			tracker = append(tracker, ',')
		}
		tracker = append(strconv.AppendUint(append(tracker, '"'), uint64(dim), 10), '"', ':')
		tracker = strconv.AppendInt(tracker, int64(number), 10)
	}
	tracker = append(tracker, '}', '}')
	settings, err := json.Marshal(&s)
	if err != nil {
		return err
	}
	numbers, err := json.Marshal(counts{Postings: len(m.order), Vectors: m.vectors, Size: &size})
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{CountsFile, numbers}, {ConfigFile, settings}, {TrackerFile, tracker}, {VersionFile, []byte(currentVersion)}} {
		if err := disk.WriteFileAtomic(fs, filepath.Join(dir, f.name), f.data); err != nil {
			return err
		}
	}
	return nil
}

// encode returns inverted_index.dat and the size of all lists in it.
func (m *Mutable) encode(w Weights) (data []byte, size int) {
	head := len(m.order) * w.header()
	data = make([]byte, head)
	for number, dim := range m.order {
		l := m.lists[dim]
		h := data[number*w.header():]
		binary.LittleEndian.PutUint64(h, uint64(len(data)))
		s := scale{}
		if w == Uint8 {
			s = scaleOf(l.weights)
			binary.LittleEndian.PutUint32(h[20:], math.Float32bits(s.min))
			binary.LittleEndian.PutUint32(h[24:], math.Float32bits(s.step))
		}
		if n := len(l.points); n > 0 {
			binary.LittleEndian.PutUint32(h[8:], l.points[n-1]+1)
		}
		binary.LittleEndian.PutUint32(h[16:], uint32(len(l.points)/chunkLen))
		at := len(data)
		packed := 0
		data, packed = l.append(data, w, s)
		binary.LittleEndian.PutUint32(data[number*w.header()+12:], uint32(packed))
		size += len(data) - at
	}
	return data, size
}

// append adds a list and returns the size of its packed points.
func (l *list) append(dst []byte, w Weights, s scale) (data []byte, packed int) {
	at := len(dst)
	full := len(l.points) / chunkLen
	offsets := make([]uint32, full)
	for c := range full {
		offsets[c] = uint32(len(dst) - at)
		dst = packChunk(dst, l.points[c*chunkLen:])
	}
	packed = len(dst) - at
	for c := range full {
		dst = binary.LittleEndian.AppendUint32(dst, l.points[c*chunkLen])
		dst = binary.LittleEndian.AppendUint32(dst, offsets[c])
		for _, x := range l.weights[c*chunkLen : (c+1)*chunkLen] {
			dst = w.append(dst, x, s)
		}
	}
	for i := full * chunkLen; i < len(l.points); i++ {
		dst = binary.LittleEndian.AppendUint32(dst, l.points[i])
		dst = w.append(dst, l.weights[i], s)
		dst = append(dst, make([]byte, 4-w.size())...)
	}
	return dst, packed
}
