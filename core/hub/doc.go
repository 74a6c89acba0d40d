// Package hub is an embedded counterpart of a Qdrant server: the part of its REST API that synchronisation needs, over the same engine.
//
// A Hub is an http.Handler over one directory. Each collection is one shard in `collections/<name>/0` beside its `config.json`.
// Paths, bodies, status codes and error texts are those of a Qdrant server (v1.19), recorded exchanges of which drive the tests:
//
//	GET    /  /healthz  /readyz  /livez  /collections  /aliases
//	PUT    /collections/{c}                     create;  GET info;  DELETE;  GET …/exists  …/cluster  …/aliases
//	POST   /collections/aliases                 create, delete and rename aliases
//	PUT    /collections/{c}/points              upsert (points or batch form);  POST retrieve;  GET …/points/{id}
//	POST   /collections/{c}/points/delete       by ids or filter
//	PUT    /collections/{c}/points/vectors      update;  POST …/points/vectors/delete
//	POST   /collections/{c}/points/payload      set;  PUT overwrite;  POST …/payload/delete  …/payload/clear
//	POST   /collections/{c}/points/batch        several updates in order
//	POST   /collections/{c}/points/query  …/search  …/scroll  …/count
//	GET    /collections/{c}/shards/0/snapshot                    a full snapshot, streamed
//	GET    /collections/{c}/shards/0/snapshot/partial/manifest   what the hub holds
//	POST   /collections/{c}/shards/0/snapshot/partial/create     what a client's manifest lacks, or 304
//
// With an API key set, every call but the probes needs `api-key` or a bearer token; a second, read-only key may read points but neither
// write nor stream snapshots. A snapshot that fails midway breaks the connection, so a client never takes a cut archive for a whole one.
package hub
