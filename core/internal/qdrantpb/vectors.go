//go:build !slim

package qdrantpb

import (
	"maps"
	"slices"

	"github.com/qdrant/go-client/qdrant"

	"github.com/qdrant-edge-go/edge/core/api"
)

// VectorsOf is the message of a point's vectors; a lone default vector has no name.
func VectorsOf(v api.VectorStruct) *qdrant.Vectors {
	if len(v) == 1 && v[0].Name == "" {
		return &qdrant.Vectors{VectorsOptions: &qdrant.Vectors_Vector{Vector: vectorOf(v[0].Vector)}}
	}
	named := make(map[string]*qdrant.Vector, len(v))
	for _, n := range v {
		named[n.Name] = vectorOf(n.Vector)
	}
	return &qdrant.Vectors{VectorsOptions: &qdrant.Vectors_Vectors{Vectors: &qdrant.NamedVectors{Vectors: named}}}
}

func vectorOf(v api.Vector) *qdrant.Vector {
	switch v := v.(type) {
	case api.DenseVector:
		return &qdrant.Vector{Vector: &qdrant.Vector_Dense{Dense: &qdrant.DenseVector{Data: v}}}
	case api.SparseVector:
		return &qdrant.Vector{Vector: &qdrant.Vector_Sparse{Sparse: &qdrant.SparseVector{Indices: v.Indices, Values: v.Values}}}
	case api.MultiDenseVector:
		return &qdrant.Vector{Vector: &qdrant.Vector_MultiDense{MultiDense: rowsOf(v)}}
	}
	return nil
}

func rowsOf(m api.MultiDenseVector) *qdrant.MultiDenseVector {
	rows := &qdrant.MultiDenseVector{}
	for i := range m.Rows() {
		rows.Vectors = append(rows.Vectors, &qdrant.DenseVector{Data: m.Row(i)})
	}
	return rows
}

// Vectors reads a point's vectors, names in order.
func Vectors(v *qdrant.Vectors) (api.VectorStruct, error) {
	switch o := v.GetVectorsOptions().(type) {
	case *qdrant.Vectors_Vector:
		one, err := vector(o.Vector)
		return api.VectorStruct{{Vector: one}}, err
	case *qdrant.Vectors_Vectors:
		return namedVectors(o.Vectors.GetVectors(), vector)
	}
	return nil, nil
}

func namedVectors[V any](byName map[string]V, one func(V) (api.Vector, error)) (api.VectorStruct, error) {
	out := api.VectorStruct{}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		v, err := one(byName[name])
		if err != nil {
			return nil, err
		}
		out = append(out, api.NamedVector{Name: name, Vector: v})
	}
	return out, nil
}

// vector reads one vector, also in the form of flat data with indices or a number of rows that older clients send.
func vector(v *qdrant.Vector) (api.Vector, error) {
	switch o := v.GetVector().(type) {
	case *qdrant.Vector_Dense:
		return api.DenseVector(o.Dense.GetData()), nil
	case *qdrant.Vector_Sparse:
		return api.SparseVector{Indices: o.Sparse.GetIndices(), Values: o.Sparse.GetValues()}, nil
	case *qdrant.Vector_MultiDense:
		return multi(o.MultiDense)
	case nil:
		//lint:ignore SA1019 clients before 1.16 send these
		return flat(v.GetData(), v.GetIndices(), v.VectorsCount)
	}
	return nil, api.Errorf(api.Unsupported, "vectors to be inferred are not supported")
}

func flat(data []float32, indices *qdrant.SparseIndices, rows *uint32) (api.Vector, error) {
	switch {
	case indices != nil:
		return api.SparseVector{Indices: indices.GetData(), Values: data}, nil
	case rows != nil:
		if n := int(*rows); n == 0 || len(data)%n != 0 {
			return nil, api.Errorf(api.InvalidArgument, "%d values do not make %d vectors", len(data), n)
		}
		return api.MultiDenseVector{Dim: len(data) / int(*rows), Flat: data}, nil
	}
	return api.DenseVector(data), nil
}

func multi(m *qdrant.MultiDenseVector) (api.Vector, error) {
	out := api.MultiDenseVector{}
	for i, row := range m.GetVectors() {
		if i == 0 {
			out.Dim = len(row.GetData())
		}
		if len(row.GetData()) != out.Dim {
			return nil, api.Errorf(api.InvalidArgument, "vectors of a multivector have %d and %d dimensions", out.Dim, len(row.GetData()))
		}
		out.Flat = append(out.Flat, row.GetData()...)
	}
	return out, nil
}

// VectorsOutputOf is the message of vectors in an answer; nil stays nil.
func VectorsOutputOf(v api.VectorStruct) *qdrant.VectorsOutput {
	if v == nil {
		return nil
	}
	if len(v) == 1 && v[0].Name == "" {
		return &qdrant.VectorsOutput{VectorsOptions: &qdrant.VectorsOutput_Vector{Vector: outputOf(v[0].Vector)}}
	}
	named := make(map[string]*qdrant.VectorOutput, len(v))
	for _, n := range v {
		named[n.Name] = outputOf(n.Vector)
	}
	return &qdrant.VectorsOutput{VectorsOptions: &qdrant.VectorsOutput_Vectors{Vectors: &qdrant.NamedVectorsOutput{Vectors: named}}}
}

func outputOf(v api.Vector) *qdrant.VectorOutput {
	switch v := v.(type) {
	case api.DenseVector:
		return &qdrant.VectorOutput{Vector: &qdrant.VectorOutput_Dense{Dense: &qdrant.DenseVector{Data: v}}}
	case api.SparseVector:
		return &qdrant.VectorOutput{Vector: &qdrant.VectorOutput_Sparse{Sparse: &qdrant.SparseVector{Indices: v.Indices, Values: v.Values}}}
	case api.MultiDenseVector:
		return &qdrant.VectorOutput{Vector: &qdrant.VectorOutput_MultiDense{MultiDense: rowsOf(v)}}
	}
	return nil
}

// VectorsOutput reads vectors of an answer, names in order.
func VectorsOutput(v *qdrant.VectorsOutput) (api.VectorStruct, error) {
	switch o := v.GetVectorsOptions().(type) {
	case *qdrant.VectorsOutput_Vector:
		one, err := output(o.Vector)
		return api.VectorStruct{{Vector: one}}, err
	case *qdrant.VectorsOutput_Vectors:
		return namedVectors(o.Vectors.GetVectors(), output)
	}
	return nil, nil
}

func output(v *qdrant.VectorOutput) (api.Vector, error) {
	switch o := v.GetVector().(type) {
	case *qdrant.VectorOutput_Dense:
		return api.DenseVector(o.Dense.GetData()), nil
	case *qdrant.VectorOutput_Sparse:
		return api.SparseVector{Indices: o.Sparse.GetIndices(), Values: o.Sparse.GetValues()}, nil
	case *qdrant.VectorOutput_MultiDense:
		return multi(o.MultiDense)
	}
	//lint:ignore SA1019 servers before 1.16 answer with these
	return flat(v.GetData(), v.GetIndices(), v.VectorsCount)
}
