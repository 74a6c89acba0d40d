/* A failing allocator: the library finds no memory for what it gives out, says so, and goes on. This program has a malloc of its own, so it runs
 * neither under valgrind nor with AddressSanitizer. */
#include "check.h"

#include <stdlib.h>

extern void *__libc_malloc(size_t);

/* While armed, this thread gets no memory of at least this size. */
static __thread size_t refused_from;

void *malloc(size_t size) { return refused_from && size >= refused_from ? NULL : __libc_malloc(size); }

enum { BIG = 4096 };

static void answers(qe_shard shard) {
  qe_error e = {0};
  qe_msg res = {0};
  const qe_msg all = text("{\"limit\":1000,\"with_payload\":true}");
  refused_from = BIG;
  qe_status status = qe_shard_scroll(shard, all, &res, &e);
  refused_from = 0;
  CHECK(is(status, QE_OUT_OF_MEMORY, &e) && res.json == NULL && res.json_len == 0);
  refused_from = BIG;
  status = qe_shard_scroll(shard, all, &res, NULL);
  refused_from = 0;
  CHECK(status == QE_OUT_OF_MEMORY && res.json == NULL);
  CHECK(ok(qe_shard_scroll(shard, all, &res, &e), &e) && res.json_len > BIG);
  qe_msg_free(&res);
}

/* an error whose text has no memory has its code still */
static void texts(void) {
  static char path[8 * BIG];
  memset(path, 'x', sizeof path - 1);
  qe_error e = {0};
  qe_shard shard = 0;
  refused_from = BIG;
  qe_status status = qe_shard_load(path, (qe_msg){0}, &shard, &e);
  refused_from = 0;
  CHECK(status != QE_OK && e.code == status && e.message == NULL && shard == 0);
  qe_error_free(&e);
  CHECK(qe_shard_load(path, (qe_msg){0}, &shard, &e) == status && e.message && strlen(e.message) > BIG);
  qe_error_free(&e);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  refused_from = BIG;
  CHECK(malloc(BIG) == NULL);
  refused_from = 0;
  qe_error e = {0};
  qe_shard shard = 0;
  CHECK(ok(qe_shard_create(argv[1], text("{\"vectors\":{\"\":{\"size\":2,\"distance\":\"Dot\"}}}"), &shard, &e), &e));
  char point[128];
  for (int i = 0; i < 200; i++) {
    snprintf(point, sizeof point, "{\"upsert_points\":{\"points\":[{\"id\":%d,\"vector\":[1,%d],\"payload\":{\"n\":%d}}]}}", i, i, i);
    CHECK(ok(qe_shard_update(shard, text(point), NULL, &e), &e));
  }
  answers(shard);
  texts();
  CHECK(ok(qe_shard_close(shard, &e), &e) && qe_live_handles() == 0);
  return report("C, failing allocator");
}
