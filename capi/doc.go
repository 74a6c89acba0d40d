// Command capi is the C library: it decodes, calls the engine and encodes, nothing else.
//
// Two faces lie over one dispatch table (zz_dispatch.go): the typed functions of include/qdrant_edge.h, and qe_call, one packed
// frame in and one packed response out, for bindings that pay per argument. Little-endian frame:
//
//	 0 u32 magic 0x31464551   4 u16 function   6 u16 flags (1 = packed result, 2 = packed request)   8 u64 handle
//	16 u64 capacity of out   24 u32 bytes of JSON   28 u32 floats
//	32 JSON, zeros to a multiple of 4, float32 values
//
// A packed request has no JSON, or not in all of it: of an update it is points in columns (api.DecodeUpsertColumns), of a retrieve the
// ids are u64 values in the place of the floats.
//
// qe_call returns the bytes written to out; -1 when the response is larger (out then holds u64 token, u64 size for function 1,
// fetch, which takes the token as handle); or -(100 + error code) with u32 length and {"kind", "message"} in out.
//
// Every call recovers panics, among them faults of a mapping whose file was cut. In a forked child every call fails with kind
// forked instead of hanging: the threads of the runtime stayed in the parent.
package main
