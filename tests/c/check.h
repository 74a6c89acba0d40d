/* What the C suites share: messages from text, and what became of calls. */
#ifndef CHECK_H
#define CHECK_H
#include "../../include/qdrant_edge.h"
#include "count.h"

#include <string.h>

static inline qe_msg text(const char *json) {
  qe_msg m = {0};
  m.json = (const uint8_t *)json;
  m.json_len = json ? strlen(json) : 0;
  return m;
}

static inline int holds(qe_msg m, const char *part) { return m.json && strstr((const char *)m.json, part) != NULL; }

/* ok reports an unexpected error. */
static inline int ok(qe_status s, qe_error *e) {
  if (s == QE_OK) return 1;
  fprintf(stderr, "status %d (%s): %s\n", (int)s, e->kind ? e->kind : "?", e->message ? e->message : "?");
  qe_error_free(e);
  return 0;
}

/* is reports a call that did not fail as it must, with a status, its name and a text; frees the error. */
static inline int is(qe_status got, qe_status wanted, qe_error *e) {
  int good = got == wanted && (wanted == QE_OK || (e->code == wanted && e->kind && *e->kind && e->message && *e->message));
  if (!good) fprintf(stderr, "status %d instead of %d (%s): %s\n", (int)got, (int)wanted, e->kind ? e->kind : "?", e->message ? e->message : "?");
  qe_error_free(e);
  return good;
}

#endif
