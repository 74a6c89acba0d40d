/* Answers calls that come as lines, for tests/conformance/drivers.py: NAME TAB TEXT in, "ok" TAB JSON or "error" TAB KIND TAB MESSAGE out.
 * TEXT is the request; for create, load, unpack_snapshot and update_from_snapshot a path, for the first two followed by TAB and the configuration. */
#include "../../include/qdrant_edge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef qe_status (*asking)(qe_shard, qe_msg, qe_msg *, qe_error *);
typedef qe_status (*telling)(qe_shard, qe_msg *, qe_error *);

static const struct {
  const char *name;
  asking ask;
  telling tell;
} calls[] = {
    {"update", qe_shard_update, 0},
    {"query", qe_shard_query, 0},
    {"search", qe_shard_search, 0},
    {"query_batch", qe_shard_query_batch, 0},
    {"query_groups", qe_shard_query_groups, 0},
    {"search_matrix_pairs", qe_shard_search_matrix_pairs, 0},
    {"search_matrix_offsets", qe_shard_search_matrix_offsets, 0},
    {"scroll", qe_shard_scroll, 0},
    {"count", qe_shard_count, 0},
    {"facet", qe_shard_facet, 0},
    {"retrieve", qe_shard_retrieve, 0},
    {"info", 0, qe_shard_info},
    {"config", 0, qe_shard_config},
    {"manifest", 0, qe_shard_manifest},
    {"optimize", 0, qe_shard_optimize},
};

static qe_shard shard;

static qe_msg text(const char *json) {
  qe_msg m = {0};
  m.json = (const uint8_t *)json;
  m.json_len = json ? strlen(json) : 0;
  return m;
}

static qe_status run(const char *name, char *rest, qe_msg *res, qe_error *err) {
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    if (strcmp(name, calls[i].name) != 0) continue;
    return calls[i].ask ? calls[i].ask(shard, text(rest), res, err) : calls[i].tell(shard, res, err);
  }
  if (strcmp(name, "bm25_embed") == 0) return qe_bm25_embed(text(rest), res, err);
  if (strcmp(name, "flush") == 0) return qe_shard_flush(shard, err);
  if (strcmp(name, "close") == 0) return qe_shard_close(shard, err);
  if (strcmp(name, "update_from_snapshot") == 0) return qe_shard_update_from_snapshot(shard, rest, NULL, err);
  char *second = strchr(rest, '\t');
  if (second) *second++ = 0;
  if (strcmp(name, "unpack_snapshot") == 0) return qe_unpack_snapshot(rest, second, err);
  if (strcmp(name, "create") == 0) return qe_shard_create(rest, text(second), &shard, err);
  if (strcmp(name, "load") == 0) return qe_shard_load(rest, text(second), &shard, err);
  fprintf(stderr, "unknown call %s\n", name);
  exit(2);
}

int main(void) {
  char *line = NULL;
  size_t room = 0;
  for (ssize_t n; (n = getline(&line, &room, stdin)) > 0;) {
    line[n - 1] = 0;
    char *rest = strchr(line, '\t');
    *rest++ = 0;
    qe_msg res = {0};
    qe_error err = {0};
    if (run(line, rest, &res, &err) == QE_OK) {
      printf("ok\t%s\n", res.json ? (const char *)res.json : "");
    } else {
      for (char *c = err.message; *c; c++) *c = *c == '\n' ? ' ' : *c;
      printf("error\t%s\t%s\n", err.kind, err.message);
    }
    fflush(stdout);
    qe_msg_free(&res);
    qe_error_free(&err);
  }
  free(line);
  return 0;
}
