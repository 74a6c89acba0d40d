// Package payload keeps the payload of each point of a segment: one canonical JSON object per offset, in
// a gridstore (package grid) with pages of 32 MiB, blocks of 128 bytes, regions of 8192 blocks and LZ4.
//
// An offset without a value has no payload. An object without members may be stored as such, or not at
// all; both mean the same.
package payload
