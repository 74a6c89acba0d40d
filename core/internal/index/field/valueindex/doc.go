// Package valueindex maps keywords, integers and UUIDs to the points that have
// them, and back.
package valueindex
