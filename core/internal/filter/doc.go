// Package filter decides which points satisfy an [api.Filter], from their payload alone.
//
// The meaning is Qdrant's, without field indexes. A condition holds when one of the values under its key
// satisfies it; the values of an array at the end of the key count one by one, arrays inside it do not.
// A key without values is empty, is null only when asked the other way round, and counts zero values.
// A nested condition holds when one object of the array satisfies its filter; ids and vectors do not exist
// in there.
//
// A filter is compiled once. For each point the conditions run in the order of their cost, ids first, and
// the payload is fetched and its top level walked at most once, at the first condition that needs it.
// Checking does not allocate.
package filter
