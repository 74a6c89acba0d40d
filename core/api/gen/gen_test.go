package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Regenerating must leave a clean tree.
func TestGeneratedFilesAreUpToDate(t *testing.T) {
	require.NoError(t, verify("../../.."))
}

func TestErrorAndFunctionCodesAreDistinct(t *testing.T) {
	s, err := Load("../spec")
	require.NoError(t, err)
	errors, functions := map[int]string{}, map[int]string{1: "fetch"}
	for _, e := range s.Errors {
		require.Empty(t, errors[e.Code], e.Name)
		errors[e.Code] = e.Name
	}
	for _, f := range s.Calls() {
		require.Empty(t, functions[f.Code], f.Name)
		require.GreaterOrEqual(t, f.Code, 16, "codes below 16 are the border's own")
		functions[f.Code] = f.Name
		for _, e := range f.Errors {
			require.Contains(t, names(s.Errors), e, f.Name)
		}
		if f.Request != "" {
			require.NotNil(t, s.Type(f.Request), f.Name)
		}
	}
}

func names(kinds []*ErrorKind) (out []string) {
	for _, k := range kinds {
		out = append(out, k.Name)
	}
	return out
}
