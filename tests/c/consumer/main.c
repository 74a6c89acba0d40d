/* The smallest whole program in C: a shard, a point, a search. */
#include <qdrant_edge.h>

#include <stdio.h>
#include <string.h>

static qe_msg text(const char *json) {
  qe_msg m = {0};
  m.json = (const uint8_t *)json;
  m.json_len = strlen(json);
  return m;
}

static int failed(qe_status status, qe_error *err) {
  if (status != QE_OK) fprintf(stderr, "%s: %s\n", err->kind, err->message);
  qe_error_free(err);
  return status != QE_OK;
}

int main(int argc, char **argv) {
  qe_shard shard = 0;
  qe_error err = {0};
  qe_msg res = {0};
  if (argc != 2 || strcmp(qe_version(), QE_VERSION) != 0) return 2;
  qe_status status = qe_shard_load(argv[1], (qe_msg){0}, &shard, NULL);
  if (status == QE_NOT_FOUND) status = qe_shard_create(argv[1], text("{\"vectors\":{\"\":{\"size\":2,\"distance\":\"Dot\"}}}"), &shard, &err);
  if (failed(status, &err)) return 1;
  if (failed(qe_shard_update(shard, text("{\"upsert_points\":{\"points\":[{\"id\":1,\"vector\":[1,0]}]}}"), NULL, &err), &err)) return 1;
  if (failed(qe_shard_query(shard, text("{\"query\":[1,0],\"limit\":1}"), &res, &err), &err)) return 1;
  printf("%s\n", (const char *)res.json);
  int wrong = strstr((const char *)res.json, "\"score\":1") == NULL;
  qe_msg_free(&res);
  return failed(qe_shard_close(shard, &err), &err) || wrong;
}
