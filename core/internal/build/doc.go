// Package build makes one segment directory out of several segments.
//
// What is visible of the sources, the newest copy of each point, gets new slots in the order of the ids, numbers before UUIDs, with the
// versions it has. Deleted points leave nothing. When the vectors together have reached the indexing threshold the result is optimized:
//
//	id_tracker.*                 immutable, or the disk form when the configuration keeps id trackers cold
//	vector_storage[-<name>]/     matrix.dat, deleted.dat; the quantized form where one is asked for, and then deleted/ alone when the graph keeps the vectors
//	vector_index[-<name>]/       the graph, built over the new storage on several threads
//	payload_index/               immutable indexes, built from the new payloads
//
// and takes no more points; otherwise it is an appendable segment like any other. initial_version and version are the highest version of the sources.
//
// The directory is complete and durable when Segment returns; version.info is its last file.
package build
