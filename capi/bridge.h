/* What the Go side and the C side of the border share. The public types are those of include/qdrant_edge.h. */
#ifndef QE_BRIDGE_H
#define QE_BRIDGE_H
#include <stdint.h>
#include <stdlib.h>
#include "../include/qdrant_edge.h"

/* Copies n bytes and a NUL to memory of the caller's; NULL when there is none. */
char *border_copy(const void *bytes, size_t n);

/* Calls a callback of the caller's. */
void border_event(qe_event_fn fn, void *user_data, const char *json, size_t json_len);
int border_gate(qe_gate_fn fn, void *user_data);
#endif
