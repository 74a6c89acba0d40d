// Package edge is the public Go API of the engine: a Shard is one directory of points with vectors and payload, in the files of Qdrant.
//
// # Threads
//
// A Shard may be used from many goroutines. Reads run beside each other; an update excludes reads only while it changes memory.
// UpdateFromSnapshot prepares the new state beside the old one, queries go on until the switch.
//
// # Durability
//
// An update that returned without error is in the write-ahead log and survives the death of the process; Flush makes it survive a power cut.
// One process at a time may open a directory: a second opener gets an error of kind locked at once.
//
// # Errors
//
// Every error is an *api.Error (errors.Is with the sentinels of core/api tells the kind). A refused operation changes nothing and
// leaves nothing in the log.
//
// # Ownership
//
// Requests are read only during the call. Results belong to the caller and never alias files or buffers of the engine.
package edge
