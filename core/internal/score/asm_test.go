//go:build !purego

package score

const kernelIsAssembly = true
