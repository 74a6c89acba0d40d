// Package edgesync keeps a shard in step with a collection of a Qdrant server: the heart of the offline-first side of the library.
//
// A synced directory holds
//
//	CURRENT          which generation of the mirror is in use, and its cut; replaced atomically: the one commit point of a pull
//	mirror/gen-N/K/  the state of shard K of the server, never changed after it was installed
//	overlay/         a shard of what was changed here and is not yet in the mirror
//	log/             the one log, see package oplog
//
// The overlay stands on the mirror (shard.Base): one View, so every kind of query sees one shard. Operations are resolved to points by id, written
// to the log, then applied to the overlay under the number of their record: that record is the write-ahead log of the overlay and the entry of the
// outbox at once. The version of an overlay point is thus the number of the last local operation on it.
//
// The cut rule. Let A be the highest number up to which every operation is acknowledged when a snapshot is requested. Once that snapshot is installed,
// overlay points and tombstones with versions up to A end: the server has them. No clock is asked.
//
// # Records
//
//	O  an operation: see record.go      A  acknowledged up to a number, of those before it
//	D  a dead letter: the server refused it for good      X  a dead letter was discarded
//	L  an operation of this side alone: a payload index or a named vector that the server has or has no more
//	C  the overlay has everything up to a number on disk: an open applies what is behind it
//	Y  the changes of a point up to a number are given up: the server's state of it stands
//
// # Identity
//
// Before each push and pull the server is asked who it is. Another configuration of a vector, other shards, none of the marks that the collection had, or an
// operation number that went back make an error of kind identity: nothing is sent, installed or dropped until Reset says what to keep.
package edgesync
