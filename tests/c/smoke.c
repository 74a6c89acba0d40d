/* The C functions: create, upsert, query, close, and some of what hostile callers get: lengths that cannot be, frames of noise, use after
 * close from many threads, calls after fork. hostile.c has more. */
#include "check.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* lengths that do not fit their pointers */
static void bad_messages(qe_shard shard) {
  qe_error e = {0};
  qe_msg res = {0}, m = text("{}");
  float floats[4] = {1, 0, 0, 0};
  const size_t huge[] = {(size_t)-1, (size_t)-1 / 2, (size_t)1 << 62, (size_t)1 << 33};
  for (size_t i = 0; i < sizeof huge / sizeof *huge; i++) {
    m = text("{}");
    m.json_len = huge[i];
    CHECK(qe_shard_count(shard, m, &res, &e) == QE_INVALID_ARGUMENT && e.message);
    qe_error_free(&e);
    m = text("{}");
    m.f32 = floats;
    m.f32_len = huge[i];
    CHECK(qe_shard_query(shard, m, &res, &e) == QE_INVALID_ARGUMENT && e.message);
    qe_error_free(&e);
    m = (qe_msg){0};
    m.json_len = huge[i];
    CHECK(qe_shard_update(shard, m, &res, NULL) == QE_INVALID_ARGUMENT);
    m = text("{\"query\":{\"$f32\":[0,4]}}");
    m.f32_len = huge[i];
    CHECK(qe_shard_query(shard, m, NULL, NULL) == QE_INVALID_ARGUMENT);
  }
  m = text("{\"query\":{\"$f32\":[0,4]},\"limit\":1}");
  unsigned char shifted[17];
  memcpy(shifted + 1, floats, 16);
  m.f32 = (const float *)(const void *)(shifted + 1); /* not aligned */
  m.f32_len = 4;
  CHECK(ok(qe_shard_query(shard, m, &res, &e), &e) && holds(res, "\"id\":1"));
  qe_msg_free(&res);
  m = text("{\"query\":{\"$f32\":[3,4]}}");
  m.f32 = floats;
  m.f32_len = 4;
  CHECK(qe_shard_query(shard, m, &res, NULL) == QE_INVALID_ARGUMENT);
  CHECK(qe_shard_query(shard, text("{\"query\":[1,0,0,0],\"limit\":18446744073709551615}"), &res, &e) != QE_INTERNAL);
  qe_msg_free(&res);
  qe_error_free(&e);
  CHECK(qe_shard_count(shard, text("{\"filter\":{\"must\":[{\"key\":\"\xff\xfe\",\"is_null\":true}]}}"), &res, &e) == QE_INVALID_ARGUMENT);
  qe_error_free(&e);
  CHECK(qe_shard_update(shard, text("{\"upsert_points\":{\"points\":[{\"id\":9,\"vector\":[1,1,1,1],\"payload\":{\"a\":\"\xc3\"}}]}}"), &res, NULL) ==
        QE_INVALID_ARGUMENT);
}

/* null and senseless paths and places for results */
static void bad_pointers(const char *dir) {
  qe_error e = {0};
  qe_shard shard = 77;
  const char *config = "{\"vectors\":{\"\":{\"size\":4,\"distance\":\"Dot\"}}}";
  char where[4096];
  snprintf(where, sizeof where, "%s-null", dir);
  CHECK(qe_shard_create(where, text(config), NULL, &e) == QE_INVALID_ARGUMENT && e.message);
  qe_error_free(&e);
  CHECK(access(where, F_OK) != 0);
  CHECK(qe_shard_load(where, (qe_msg){0}, NULL, NULL) == QE_INVALID_ARGUMENT);
  CHECK(qe_shard_create(NULL, text(config), &shard, &e) != QE_OK && shard == 77);
  qe_error_free(&e);
  CHECK(qe_shard_create("", text(config), &shard, NULL) != QE_OK);
  CHECK(qe_shard_create(where, (qe_msg){0}, &shard, NULL) == QE_INVALID_ARGUMENT);
  CHECK(qe_shard_create(where, text("{\"vectors\":{\"\":{\"size\":0}}}"), &shard, NULL) == QE_INVALID_ARGUMENT);
  CHECK(qe_shard_load(NULL, (qe_msg){0}, &shard, NULL) != QE_OK);
  CHECK(qe_shard_load("/dev/null", (qe_msg){0}, &shard, NULL) != QE_OK);
  CHECK(qe_unpack_snapshot(NULL, NULL, &e) != QE_OK && e.message);
  qe_error_free(&e);
  CHECK(qe_unpack_snapshot("/dev/null", NULL, NULL) != QE_OK);
  CHECK(qe_shard_update_from_snapshot((qe_shard)-1, "/dev/null", NULL, NULL) == QE_CLOSED);
  CHECK(qe_shard_count((qe_shard)-1, text("{}"), NULL, NULL) == QE_CLOSED);
  CHECK(qe_call(NULL, NULL) == -100 - QE_INVALID_ARGUMENT);
  CHECK(qe_live_handles() == 0 && shard == 77);
}

/* frames of noise: any answer, no crash */
static void noise(qe_shard shard) {
  static unsigned char frame[32 + 64 + 16], out[65536];
  uint32_t seed = 1, magic = 0x31464551, wrong = 0;
  for (int round = 0; round < 20000; round++) {
    for (size_t i = 0; i < sizeof frame; i++) frame[i] = (unsigned char)((seed = seed * 1664525u + 1013904223u) >> 24);
    uint16_t fn = (uint16_t)(round % 44);
    uint64_t handle = round % 3 ? shard : seed, cap = round % 5 ? sizeof out : 256;
    uint32_t len = round % 64, floats = round % 4;
    if (fn == QE_FN_SHARD_CLOSE) continue;
    memcpy(frame, &magic, 4);
    memcpy(frame + 4, &fn, 2);
    memcpy(frame + 8, &handle, 8);
    memcpy(frame + 16, &cap, 8);
    memcpy(frame + 24, &len, 4);
    memcpy(frame + 28, &floats, 4);
    if (round % 2) memcpy(frame + 32, "{}                                                              ", 64);
    int64_t n = qe_call(frame, out);
    if (n > (int64_t)cap || n == -100 - QE_INTERNAL) wrong++;
  }
  CHECK(wrong == 0);
  uint64_t small = 255;
  memcpy(frame + 16, &small, 8);
  CHECK(qe_call(frame, out) == -100 - QE_INVALID_ARGUMENT);
}

static void *hammer(void *arg) {
  qe_shard shard = *(qe_shard *)arg;
  for (;;) {
    qe_msg res = {0};
    qe_status s = qe_shard_query(shard, text("{\"query\":[1,0,0,0],\"limit\":3}"), &res, NULL);
    qe_msg_free(&res);
    if (s != QE_OK) return s == QE_CLOSED ? NULL : arg;
  }
}

/* threads use a shard until one closes it; each gets QE_CLOSED */
static void close_under_use(qe_shard shard) {
  enum { THREADS = 6 };
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, hammer, &shard) == 0);
  usleep(20000);
  CHECK(qe_shard_close(shard, NULL) == QE_OK);
  for (int i = 0; i < THREADS; i++) {
    void *wrong = &threads;
    CHECK(pthread_join(threads[i], &wrong) == 0 && wrong == NULL);
  }
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

/* facets, batches, groups, matrices and embeddings, by JSON */
static void queries(qe_shard shard) {
  qe_error e = {0};
  qe_msg res = {0};
  CHECK(ok(qe_shard_update(shard, text("{\"create_index\":{\"field_name\":\"kind\",\"field_schema\":\"keyword\"}}"), &res, &e), &e));
  qe_msg_free(&res);
  CHECK(ok(qe_shard_facet(shard, text("{\"key\":\"kind\"}"), &res, &e), &e) && holds(res, "\"hits\":["));
  qe_msg_free(&res);
  CHECK(ok(qe_shard_query_batch(shard, text("{\"searches\":[{\"limit\":1},{\"query\":[1,0,0,0]}]}"), &res, &e), &e) && holds(res, "[[{\"id\":"));
  qe_msg_free(&res);
  CHECK(ok(qe_shard_query_groups(shard, text("{\"query\":[1,0,0,0],\"group_by\":\"kind\"}"), &res, &e), &e) && holds(res, "\"groups\":["));
  qe_msg_free(&res);
  CHECK(ok(qe_shard_search_matrix_pairs(shard, text("{\"sample\":2}"), &res, &e), &e) && holds(res, "\"pairs\":["));
  qe_msg_free(&res);
  CHECK(ok(qe_bm25_embed(text("{\"text\":\"hello world\",\"query\":true}"), &res, &e), &e) && holds(res, "74040069"));
  qe_msg_free(&res);
  CHECK(qe_bm25_embed(text("{\"text\":\"x\",\"config\":{\"b\":2}}"), &res, &e) == QE_INVALID_ARGUMENT);
  qe_error_free(&e);
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
  bad_messages(shard);
  packed(shard);
  queries(shard);
  noise(shard);
  forked(shard);

  CHECK(ok(qe_shard_close(shard, &e), &e));
  CHECK(qe_shard_close(shard, NULL) == QE_CLOSED);
  CHECK(qe_live_handles() == 0);
  CHECK(ok(qe_shard_load(dir, (qe_msg){0}, &second, &e), &e) && second != shard);
  CHECK(ok(qe_shard_count(second, text("{}"), &res, &e), &e) && holds(res, "{\"count\":2}"));
  qe_msg_free(&res);
  close_under_use(second);
  CHECK(qe_shard_close(second, &e) == QE_CLOSED && qe_live_handles() == 0);
  qe_error_free(&e);
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
  bad_pointers(argv[1]);
  life(argv[1]);
  return report("C");
}
