//go:build purego

package score

const kernelIsAssembly = false
