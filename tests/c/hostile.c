/* What hostile callers get from every function of the header: an error code, never a crash. Null pointers, handles that never were, that are
 * closed or that are closed while other threads use them, requests too large, too deep or not UTF-8, and answers larger than their buffer. */
#include "check.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

/* Every function of a shard in one shape; m is its request, p its path. */
#define SHAPE(name) static qe_status call_##name(qe_shard s, qe_msg m, const char *p, qe_msg *r, qe_error *e)
#define ASKS(name) SHAPE(name) { return (void)p, qe_shard_##name(s, m, r, e); }
#define TELLS(name) SHAPE(name) { return (void)p, (void)m, qe_shard_##name(s, r, e); }

ASKS(update) ASKS(query) ASKS(search) ASKS(scroll) ASKS(count) ASKS(retrieve) ASKS(query_batch) ASKS(facet) ASKS(query_groups)
ASKS(search_matrix_pairs) ASKS(search_matrix_offsets)
TELLS(info) TELLS(config) TELLS(manifest) TELLS(optimize)
SHAPE(flush) { return (void)p, (void)m, (void)r, qe_shard_flush(s, e); }
SHAPE(update_from_snapshot) { return (void)m, (void)r, qe_shard_update_from_snapshot(s, p, NULL, e); }
SHAPE(write_snapshot) { return (void)m, (void)r, qe_shard_write_snapshot(s, p, e); }
SHAPE(write_partial_snapshot) { return qe_shard_write_partial_snapshot(s, m, p, r, e); }

enum { NOTHING, REQUEST, PATH };

static const struct {
  const char *name;
  qe_status (*call)(qe_shard, qe_msg, const char *, qe_msg *, qe_error *);
  int needs;         /* what the function refuses to be without */
  const char *right; /* a request that it takes */
} calls[] = {
    {"update", call_update, REQUEST, "{\"upsert_points\":{\"points\":[{\"id\":7,\"vector\":[0,0,0,1]}]}}"},
    {"query", call_query, REQUEST, "{\"query\":[1,0,0,0],\"limit\":3}"},
    {"search", call_search, REQUEST, "{\"vector\":[1,0,0,0],\"limit\":3}"},
    {"scroll", call_scroll, REQUEST, "{\"limit\":3}"},
    {"count", call_count, REQUEST, "{}"},
    {"retrieve", call_retrieve, REQUEST, "{\"ids\":[1]}"},
    {"query_batch", call_query_batch, REQUEST, "{\"searches\":[{\"limit\":1}]}"},
    {"facet", call_facet, REQUEST, "{\"key\":\"word\"}"},
    {"query_groups", call_query_groups, REQUEST, "{\"query\":[1,0,0,0],\"group_by\":\"word\"}"},
    {"search_matrix_pairs", call_search_matrix_pairs, REQUEST, "{\"sample\":2}"},
    {"search_matrix_offsets", call_search_matrix_offsets, REQUEST, "{\"sample\":2}"},
    {"info", call_info, NOTHING, ""},
    {"config", call_config, NOTHING, ""},
    {"manifest", call_manifest, NOTHING, ""},
    {"optimize", call_optimize, NOTHING, ""},
    {"flush", call_flush, NOTHING, ""},
    {"update_from_snapshot", call_update_from_snapshot, PATH, ""},
    {"write_snapshot", call_write_snapshot, PATH, ""},
    {"write_partial_snapshot", call_write_partial_snapshot, PATH, "{}"},
};
enum { CALLS = sizeof calls / sizeof *calls };

static qe_shard make(const char *dir) {
  qe_error e = {0};
  qe_shard shard = 0;
  qe_msg res = {0};
  CHECK(ok(qe_shard_create(dir, text("{\"vectors\":{\"\":{\"size\":4,\"distance\":\"Dot\"}}}"), &shard, &e), &e));
  CHECK(ok(qe_shard_update(shard, text("{\"upsert_points\":{\"points\":[{\"id\":1,\"vector\":[1,0,0,0],\"payload\":{\"word\":\"red\"}},"
                                       "{\"id\":2,\"vector\":[0,1,0,0],\"payload\":{\"word\":\"blue\"}}]}}"), &res, &e), &e));
  qe_msg_free(&res);
  CHECK(ok(qe_shard_update(shard, text("{\"create_index\":{\"field_name\":\"word\",\"field_schema\":\"keyword\"}}"), NULL, &e), &e));
  return shard;
}

/* null requests, paths, results and errors, alone and together */
static void nulls(qe_shard shard) {
  qe_error e = {0};
  for (int i = 0; i < CALLS; i++) {
    qe_msg res = {0};
    if (calls[i].needs == NOTHING) {
      CHECK(calls[i].call(shard, (qe_msg){0}, NULL, NULL, NULL) == QE_OK);
      continue;
    }
    CHECK(is(calls[i].call(shard, (qe_msg){0}, NULL, &res, &e), QE_INVALID_ARGUMENT, &e));
    CHECK(res.json == NULL && res.json_len == 0);
    CHECK(calls[i].call(shard, (qe_msg){0}, NULL, NULL, NULL) == QE_INVALID_ARGUMENT);
    if (calls[i].needs == REQUEST) {
      CHECK(calls[i].call(shard, text(calls[i].right), NULL, NULL, NULL) == QE_OK);
    } else {
      CHECK(is(calls[i].call(shard, text(calls[i].right), "", &res, &e), QE_INVALID_ARGUMENT, &e));
    }
    qe_msg half = {0};
    half.json_len = 2;
    CHECK(calls[i].needs == PATH || calls[i].call(shard, half, NULL, &res, NULL) == QE_INVALID_ARGUMENT);
  }
  CHECK(is(qe_shard_create(NULL, text("{}"), &shard, &e), QE_INVALID_ARGUMENT, &e));
  CHECK(is(qe_shard_load("", (qe_msg){0}, &shard, &e), QE_INVALID_ARGUMENT, &e));
  CHECK(is(qe_shard_load("/nowhere", (qe_msg){0}, NULL, &e), QE_INVALID_ARGUMENT, &e));
  CHECK(is(qe_unpack_snapshot(NULL, "/nowhere", &e), QE_INVALID_ARGUMENT, &e));
  CHECK(is(qe_unpack_snapshot("/nowhere", NULL, &e), QE_INVALID_ARGUMENT, &e));
  CHECK(is(qe_check_shard(NULL, NULL, &e), QE_INVALID_ARGUMENT, &e));
  CHECK(is(qe_bm25_embed((qe_msg){0}, NULL, &e), QE_INVALID_ARGUMENT, &e));
  CHECK(qe_bm25_embed(text("{\"text\":\"x\"}"), NULL, NULL) == QE_OK);
  unsigned char frame[32] = {0};
  CHECK(qe_call(NULL, frame) == -100 - QE_INVALID_ARGUMENT && qe_call(frame, NULL) == -100 - QE_INVALID_ARGUMENT);
  qe_msg_free(NULL);
  qe_error_free(NULL);
  CHECK(qe_configure(0, 0) == QE_OK && qe_configure(-5, -5) == QE_OK && qe_configure(200, 0) == QE_OK);
}

/* handles that never were and handles that are closed */
static void handles(qe_shard closed) {
  qe_error e = {0};
  const qe_shard wrong[] = {closed, closed + 1000, (qe_shard)-1, (qe_shard)1 << 63};
  for (int i = 0; i < CALLS; i++) {
    qe_msg res = {0};
    CHECK(is(calls[i].call(0, text(calls[i].right), "/nowhere", &res, &e), QE_INVALID_ARGUMENT, &e));
    for (size_t j = 0; j < sizeof wrong / sizeof *wrong; j++)
      CHECK(is(calls[i].call(wrong[j], text(calls[i].right), "/nowhere", &res, &e), QE_CLOSED, &e) && res.json == NULL);
  }
  CHECK(is(qe_shard_close(0, &e), QE_INVALID_ARGUMENT, &e));
  CHECK(is(qe_shard_close(closed, &e), QE_CLOSED, &e));
}

/* requests that no parser should trust */
static void requests(qe_shard shard) {
  qe_error e = {0};
  static const char utf16[] = "{\0\"\0l\0i\0m\0i\0t\0\"\0:\0" "1\0}\0", latin[] = "{\"filter\":{\"must\":[{\"key\":\"\xe9\",\"is_null\":true}]}}";
  static const char overlong[] = "{\"filter\":{\"must\":[{\"key\":\"\xc0\xae\",\"is_null\":true}]}}", surrogate[] = "{\"key\":\"\xed\xa0\x80\"}";
  static const char inner_nul[] = "{\"limit\":1\0}", marked[] = "\xef\xbb\xbf{", twice[] = "{}{}";
  const struct { const char *json; size_t size; } foreign[] = {
      {utf16, sizeof utf16 - 1}, {latin, sizeof latin - 1}, {overlong, sizeof overlong - 1}, {surrogate, sizeof surrogate - 1},
      {inner_nul, sizeof inner_nul - 1}, {marked, sizeof marked - 1}, {twice, sizeof twice - 1}};
  enum { DEEP = 1 << 20 };
  char *deep = malloc(DEEP), *wide = malloc(16 * DEEP);
  if (!deep || !wide) return;
  memset(deep, '[', DEEP);
  memset(wide, ' ', 16 * DEEP);
  for (int i = 0; i < CALLS; i++) {
    if (calls[i].needs != REQUEST) continue;
    for (size_t j = 0; j < sizeof foreign / sizeof *foreign; j++) {
      qe_msg m = {(const uint8_t *)foreign[j].json, foreign[j].size, NULL, 0};
      CHECK(is(calls[i].call(shard, m, NULL, NULL, &e), QE_INVALID_ARGUMENT, &e));
    }
    qe_msg m = {(const uint8_t *)deep, DEEP, NULL, 0};
    CHECK(is(calls[i].call(shard, m, NULL, NULL, &e), QE_INVALID_ARGUMENT, &e));
    m = (qe_msg){(const uint8_t *)wide, 16 * DEEP, NULL, 0};
    CHECK(is(calls[i].call(shard, m, NULL, NULL, &e), QE_INVALID_ARGUMENT, &e));
    m = text(calls[i].right);
    m.json_len = (size_t)1 << 40;
    CHECK(is(calls[i].call(shard, m, NULL, NULL, &e), QE_INVALID_ARGUMENT, &e));
  }
  memset(wide, 'a', 16 * DEEP - 1);
  wide[16 * DEEP - 1] = 0; /* a path longer than any */
  CHECK(calls[CALLS - 2].call(shard, (qe_msg){0}, wide, NULL, &e) != QE_OK && e.code != QE_INTERNAL && e.message);
  qe_error_free(&e);
  free(deep);
  free(wide);
}

/* answers that do not fit, tokens that are stale, functions that are not there */
static void frames(qe_shard shard) {
  static const char json[] = "{\"limit\":10,\"with_vector\":true,\"with_payload\":true} ";
  unsigned char frame[128] = {0}, out[65536];
  uint32_t magic = 0x31464551, len = (uint32_t)strlen(json);
  uint16_t fn = QE_FN_SHARD_SCROLL, fetch = QE_FN_FETCH, packed = 1;
  uint64_t small = 256, large = sizeof out, token, size;
  memcpy(frame, &magic, 4);
  memcpy(frame + 4, &fn, 2);
  memcpy(frame + 6, &packed, 2);
  memcpy(frame + 8, &shard, 8);
  memcpy(frame + 16, &small, 8);
  memcpy(frame + 24, &len, 4);
  memcpy(frame + 32, json, len);
  CHECK(qe_call(frame, out) == -1);
  memcpy(&token, out, 8);
  memcpy(&size, out + 8, 8);
  CHECK(size > 256);
  memcpy(frame + 4, &fetch, 2);
  memcpy(frame + 8, &token, 8);
  CHECK(qe_call(frame, out) == -100 - QE_INVALID_ARGUMENT); /* still too small: it waits on */
  memcpy(frame + 16, &large, 8);
  CHECK(qe_call(frame, out) == (int64_t)size);
  CHECK(qe_call(frame, out) == -100 - QE_NOT_FOUND);
  for (unsigned code = 0; code < 65536; code += code < 300 ? 1 : 997) {
    uint16_t c = (uint16_t)code;
    memcpy(frame + 4, &c, 2);
    int64_t n = qe_call(frame, out);
    CHECK(n < (int64_t)large && n != -100 - QE_INTERNAL);
  }
}

typedef struct {
  qe_shard shard;
  int from, wrong, closes;
} worker;

static void *use(void *arg) {
  worker *w = arg;
  for (int i = w->from, left = CALLS; left > 0; i = (i + 1) % CALLS) {
    qe_msg res = {0};
    qe_status s = calls[i].needs == PATH ? QE_CLOSED : calls[i].call(w->shard, text(calls[i].right), NULL, &res, NULL);
    qe_msg_free(&res);
    if (s == QE_CLOSED) left--; /* each function once more after the first that finds it closed */
    else if (s != QE_OK || left < CALLS / 2) w->wrong++;
  }
  return NULL;
}

static void *close_it(void *arg) {
  worker *w = arg;
  qe_status s = qe_shard_close(w->shard, NULL);
  w->closes = s == QE_OK;
  w->wrong = s != QE_OK && s != QE_CLOSED;
  return NULL;
}

/* every function from several threads while others close the shard: one close succeeds, nothing else than closed follows */
static void close_under_use(const char *dir) {
  enum { USERS = 6, CLOSERS = 3, ROUNDS = 5 };
  for (int round = 0; round < ROUNDS; round++) {
    qe_shard shard = 0;
    CHECK(qe_shard_load(dir, (qe_msg){0}, &shard, NULL) == QE_OK);
    pthread_t threads[USERS + CLOSERS];
    worker workers[USERS + CLOSERS];
    for (int i = 0; i < USERS + CLOSERS; i++) {
      workers[i] = (worker){shard, i * 3 % CALLS, 0, 0};
      if (i == USERS) usleep(5000);
      CHECK(pthread_create(&threads[i], NULL, i < USERS ? use : close_it, &workers[i]) == 0);
    }
    int closes = 0;
    for (int i = 0; i < USERS + CLOSERS; i++) {
      pthread_join(threads[i], NULL);
      closes += workers[i].closes;
      CHECK(workers[i].wrong == 0);
    }
    CHECK(closes == 1 && qe_live_handles() == 0);
  }
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  CHECK(qe_abi_version() == QE_ABI_VERSION && strcmp(qe_version(), QE_VERSION) == 0);
  qe_shard shard = make(argv[1]);
  nulls(shard);
  requests(shard);
  frames(shard);
  if (qe_live_handles() == 1) CHECK(qe_shard_close(shard, NULL) == QE_OK); /* a frame of frames may have closed it */
  handles(shard);
  close_under_use(argv[1]);
  CHECK(qe_live_handles() == 0);
  return report("C, hostile callers");
}
