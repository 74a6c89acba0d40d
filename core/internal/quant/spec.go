package quant

import (
	"encoding/json"
	"path/filepath"

	"github.com/qdrant-edge-go/edge/core/api"
	"github.com/qdrant-edge-go/edge/core/internal/disk"
	"github.com/qdrant-edge-go/edge/core/internal/kernel"
	"github.com/qdrant-edge-go/edge/core/internal/quant/binary"
	"github.com/qdrant-edge-go/edge/core/internal/quant/params"
	"github.com/qdrant-edge-go/edge/core/internal/quant/product"
	"github.com/qdrant-edge-go/edge/core/internal/quant/scalar"
	"github.com/qdrant-edge-go/edge/core/internal/quant/turbo"
)

// Names of files and directories.
const (
	ConfigFile  = "quantized.config.json"
	metaFile    = "quantized.meta.json"
	dataFile    = "quantized.data"
	offsetsFile = "quantized.offsets.data"
	dataDir     = "quantized_data"
	offsetsDir  = "quantized_offsets_data"
	spanBytes   = 8
)

// Spec is what a storage holds.
type Spec struct {
	Dim      int
	Distance api.Distance
	Elements api.VectorDatatype
	Multi    bool
}

// codec is a quantizer of one of the packages below.
type codec interface {
	Params() *params.Vector
	Size() int
	Encode(dst []byte, v []float32)
	Between(a, b []byte) float32
	AppendMeta(dst []byte) []byte
}

// query is a prepared vector.
type query interface {
	Score(rows []byte, out []float32)
	Gather(rows []byte, ids []uint32, out []float32)
}

// Appendable reports whether quantization of this kind grows with a storage.
func Appendable(q api.QuantizationConfig) bool {
	switch q.(type) {
	case *api.BinaryQuantization, *api.TurboQuantization:
		return true
	}
	return false
}

func prepare(c codec, v []float32) query {
	switch c := c.(type) {
	case *scalar.Codec:
		return c.Query(v)
	case *product.Codec:
		return c.Query(v)
	case *binary.Codec:
		return c.Query(v)
	}
	return c.(*turbo.Codec).Query(v)
}

// parameters describes the vectors as others do: Cosine is told from Dot by turbo quantization alone.
func (s *Spec) parameters(q api.QuantizationConfig, count *uint64) params.Vector {
	v := params.Vector{Dim: s.Dim, Count: count}
	switch s.Distance {
	case api.DistanceEuclid:
		v.Distance, v.Invert = params.L2, true
	case api.DistanceManhattan:
		v.Distance, v.Invert = params.L1, true
	case api.DistanceCosine:
		v.Distance = params.Dot
		if _, ok := q.(*api.TurboQuantization); ok {
			v.Distance = params.Cosine
		}
	default:
		v.Distance = params.Dot
	}
	return v
}

// preprocess changes a stored vector into the one that is quantized; it may do so in place.
func (s *Spec) preprocess(q api.QuantizationConfig, v []float32) {
	if s.Elements != api.DatatypeUint8 {
		return
	}
	if _, ok := q.(*api.BinaryQuantization); ok {
		for i := range v {
			v[i] -= 127
		}
		return
	}
	if s.Distance == api.DistanceCosine {
		kernel.Normalize(v, v)
	}
}

// asStored returns a query in the elements of the storage.
func (s *Spec) asStored(v []float32) []float32 {
	out := make([]float32, len(v))
	copy(out, v)
	switch s.Elements {
	case api.DatatypeUint8:
		bytes := make([]uint8, len(v))
		kernel.CutBytes(bytes, v)
		kernel.WidenBytes(out, bytes)
		return out
	case api.DatatypeFloat16:
		defer func() {
			halves := make([]kernel.Half, len(out))
			kernel.RoundHalves(halves, out)
			kernel.WidenHalves(out, halves)
		}()
	}
	if s.Distance == api.DistanceCosine {
		kernel.Normalize(out, v)
	}
	return out
}

// description is quantized.config.json.
type description struct {
	config  api.QuantizationConfig
	vector  params.Vector
	mutable bool
}

func (d *description) encode() []byte {
	dst := api.AppendQuantizationConfigJSON([]byte(`{"quantization_config":`), d.config)
	dst = d.vector.AppendJSON(append(dst, `,"vector_parameters":`...))
	if d.mutable {
		dst = append(dst, `,"storage_type":"Mutable"`...)
	}
	return append(dst, '}')
}

func readDescription(name string, data []byte, s *Spec) (*description, error) {
	var f struct {
		Config  json.RawMessage `json:"quantization_config"`
		Vector  *params.Vector  `json:"vector_parameters"`
		Storage *string         `json:"storage_type"`
	}
	if err := params.Decode(name, data, &f); err != nil {
		return nil, err
	}
	if f.Vector == nil || f.Config == nil {
		return nil, disk.Corruptf(name, 0, "quantization_config or vector_parameters are missing")
	}
	config, err := api.DecodeQuantizationConfigJSON(f.Config)
	if err != nil {
		return nil, disk.Corruptf(name, 0, "quantization_config: %v", err)
	}
	d := &description{config: config, vector: *f.Vector}
	if f.Storage != nil {
		switch *f.Storage {
		case "Mutable":
			d.mutable = true
		case "Immutable":
		default:
			return nil, disk.Corruptf(name, 0, "storage_type %q", *f.Storage)
		}
	}
	if d.mutable && !Appendable(config) {
		return nil, disk.Corruptf(name, 0, "this kind of quantization does not grow")
	}
	return d, d.fits(name, s, &d.vector)
}

// fits compares what a file says of the vectors with what they are.
func (d *description) fits(name string, s *Spec, v *params.Vector) error {
	want := s.parameters(d.config, nil)
	if v.Dim != want.Dim || v.Invert != want.Invert || (v.Distance != want.Distance && !(v.Distance.Inner() && want.Distance.Inner())) {
		return disk.Corruptf(name, 0, "made for %d elements under %s, not %d under %s", v.Dim, v.Distance, want.Dim, want.Distance)
	}
	return nil
}

// readCodec reads quantized.meta.json.
func readCodec(fs disk.FS, dir string, d *description, s *Spec) (codec, error) {
	name := filepath.Join(dir, metaFile)
	data, err := disk.ReadFile(fs, name)
	if err != nil {
		return nil, err
	}
	c, err := decodeCodec(name, data, d, s)
	if err != nil {
		return nil, err
	}
	return c, d.fits(name, s, c.Params())
}

func decodeCodec(name string, data []byte, d *description, s *Spec) (codec, error) {
	switch d.config.(type) {
	case *api.ScalarQuantization:
		return as(scalar.Decode(name, data))
	case *api.ProductQuantization:
		return as(product.Decode(name, data))
	case *api.BinaryQuantization:
		return as(binary.Decode(name, data, s.Multi))
	}
	return as(turbo.Decode(name, data))
}

func as[T codec](c T, err error) (codec, error) {
	if err != nil {
		return nil, err
	}
	return c, nil
}
