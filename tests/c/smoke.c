/* Smoke test of the typed C functions: create, upsert, query, close, and what happens with null, stale and closed handles. */
#include "../../include/qdrant_edge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int failures;

#define CHECK(cond)                                                    \
  do {                                                                 \
    if (!(cond)) {                                                     \
      failures++;                                                      \
      fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #cond); \
    }                                                                  \
  } while (0)

static qe_msg text(const char *json) {
  qe_msg m = {0};
  m.json = (const uint8_t *)json;
  m.json_len = strlen(json);
  return m;
}

static int holds(qe_msg m, const char *part) { return m.json && strstr((const char *)m.json, part) != NULL; }

/* ok reports an unexpected error. */
static int ok(qe_status s, qe_error *e) {
  if (s == QE_OK) return 1;
  fprintf(stderr, "status %d (%s): %s\n", (int)s, e->kind ? e->kind : "?", e->message ? e->message : "?");
  qe_error_free(e);
  return 0;
}

static void handles(void) {
  qe_error e = {0};
  qe_msg res = {0};
  CHECK(qe_shard_flush(0, &e) == QE_INVALID_ARGUMENT);
  CHECK(e.code == QE_INVALID_ARGUMENT && e.message && strcmp(e.kind, "invalid_argument") == 0);
  qe_error_free(&e);
  CHECK(e.message == NULL);
  CHECK(qe_shard_info(12345, &res, &e) == QE_CLOSED);
  CHECK(res.json == NULL);
  qe_error_free(&e);
  CHECK(qe_shard_close(12345, NULL) == QE_CLOSED);
  qe_error_free(NULL);
  qe_msg_free(NULL);
  qe_msg_free(&res);
}

static void bad_requests(qe_shard shard) {
  qe_error e = {0};
  qe_msg res = {0};
  CHECK(qe_shard_query(shard, text("{"), &res, &e) == QE_INVALID_ARGUMENT);
  qe_error_free(&e);
  CHECK(qe_shard_query(shard, text("{\"limit\":\"x\"}"), &res, &e) == QE_INVALID_ARGUMENT);
  CHECK(e.message && strstr(e.message, "limit"));
  qe_error_free(&e);
  CHECK(qe_shard_query(shard, text("{\"query\":{\"$f32\":[0,4]}}"), &res, &e) == QE_INVALID_ARGUMENT);
  qe_error_free(&e);
  CHECK(qe_shard_update(shard, (qe_msg){0}, &res, &e) == QE_INVALID_ARGUMENT);
  qe_error_free(&e);
}

static void packed(qe_shard shard) {
  static const char json[] = "{\"query\":[1,0,0,0],\"limit\":2}  ";
  unsigned char frame[128] = {0}, out[4096];
  uint32_t magic = 0x31464551, len = (uint32_t)strlen(json);
  uint16_t fn = QE_FN_SHARD_QUERY, flags = 1;
  uint64_t cap = sizeof out;
  memcpy(frame, &magic, 4);
  memcpy(frame + 4, &fn, 2);
  memcpy(frame + 6, &flags, 2);
  memcpy(frame + 8, &shard, 8);
  memcpy(frame + 16, &cap, 8);
  memcpy(frame + 24, &len, 4);
  memcpy(frame + 32, json, len);
  int64_t n = qe_call(frame, out);
  CHECK(n >= 24 + 2 * 48);
  uint32_t count;
  uint64_t first;
  memcpy(&count, out, 4);
  memcpy(&first, out + 24, 8);
  CHECK(count == 2 && first == 1);
  fn = 999;
  memcpy(frame + 4, &fn, 2);
  CHECK(qe_call(frame, out) == -100 - QE_INVALID_ARGUMENT);
  frame[0] = 0;
  CHECK(qe_call(frame, out) == -100 - QE_INVALID_ARGUMENT);
}

static void forked(qe_shard shard) {
  pid_t pid = fork();
  if (pid == 0) {
    qe_error e = {0};
    int good = qe_shard_flush(shard, &e) == QE_FORKED && e.message && strcmp(e.kind, "forked") == 0;
    _exit(good ? 0 : 1);
  }
  int status = -1;
  CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void life(const char *dir) {
  qe_error e = {0};
  qe_shard shard = 0, second = 0;
  qe_msg res = {0};
  if (!ok(qe_shard_create(dir, text("{\"vectors\":{\"\":{\"size\":4,\"distance\":\"Dot\"}}}"), &shard, &e), &e)) {
    failures++;
    return;
  }
  CHECK(shard != 0 && qe_live_handles() == 1);
  CHECK(qe_shard_load(dir, (qe_msg){0}, &second, &e) == QE_LOCKED);
  qe_error_free(&e);

  float vectors[8] = {1, 0, 0, 0, 0.5f, 0.5f, 0, 0};
  qe_msg up = text("{\"upsert_points\":{\"points\":[{\"id\":1,\"vector\":{\"$f32\":[0,4]},\"payload\":{\"word\":\"red\"}},"
                   "{\"id\":\"550e8400-e29b-41d4-a716-446655440000\",\"vector\":{\"$f32\":[4,4]},\"payload\":null}]}}");
  up.f32 = vectors;
  up.f32_len = 8;
  CHECK(ok(qe_shard_update(shard, up, &res, &e), &e) && holds(res, "completed"));
  qe_msg_free(&res);
  CHECK(ok(qe_shard_query(shard, text("{\"query\":[1,0,0,0],\"limit\":1,\"with_payload\":true}"), &res, &e), &e));
  CHECK(holds(res, "\"id\":1") && holds(res, "red") && !holds(res, "550e"));
  qe_msg_free(&res);
  CHECK(ok(qe_shard_count(shard, text("{}"), &res, &e), &e) && holds(res, "{\"count\":2}"));
  qe_msg_free(&res);
  bad_requests(shard);
  packed(shard);
  forked(shard);

  CHECK(ok(qe_shard_close(shard, &e), &e));
  CHECK(qe_shard_close(shard, NULL) == QE_CLOSED);
  CHECK(qe_live_handles() == 0);
  CHECK(ok(qe_shard_load(dir, (qe_msg){0}, &second, &e), &e) && second != shard);
  CHECK(ok(qe_shard_count(second, text("{}"), &res, &e), &e) && holds(res, "{\"count\":2}"));
  qe_msg_free(&res);
  CHECK(ok(qe_shard_close(second, &e), &e) && qe_live_handles() == 0);
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: smoke EMPTY_DIRECTORY\n");
    return 2;
  }
  CHECK(qe_abi_version() == QE_ABI_VERSION);
  CHECK(strcmp(qe_version(), QE_VERSION) == 0);
  CHECK(qe_configure(200, 0) == QE_OK);
  handles();
  life(argv[1]);
  if (failures == 0) puts("ok");
  return failures != 0;
}
