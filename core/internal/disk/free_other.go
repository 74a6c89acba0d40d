//go:build !linux

package disk

// Free is how many bytes a user may still write to the file system of a directory; false when that is not known.
func Free(string) (int64, bool) { return 0, false }
