/* The C side of border.py: border SHARD QUERIES, then lines "NAME ROUNDS LIMIT" whose answer are the nanoseconds of one call on
 * the wall and of the processors. */
#include "../../include/qdrant_edge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DIM = 100, QUERIES = 50, FRAME = 1024, OUT = 65536 };

static float queries[QUERIES][DIM];
static char request[256];

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void check(qe_status status, qe_error *err) {
  if (status == QE_OK) return;
  fprintf(stderr, "%s: %s\n", err->kind, err->message);
  exit(1);
}

static qe_msg text(const char *json) {
  qe_msg m = {0};
  m.json = (const uint8_t *)json;
  m.json_len = strlen(json);
  return m;
}

/* a query whose answer is JSON */
static void query(qe_shard shard, int i) {
  qe_error err = {0};
  qe_msg m = text(request), res;
  m.f32 = queries[i % QUERIES];
  m.f32_len = DIM;
  check(qe_shard_query(shard, m, &res, &err), &err);
  qe_msg_free(&res);
}

/* a query whose answer is packed points */
static void packed(qe_shard shard, int i) {
  static uint64_t frame[FRAME / 8], out[OUT / 8];
  unsigned char *at = (unsigned char *)frame;
  uint32_t magic = 0x31464551, len = (uint32_t)strlen(request), floats = DIM;
  uint16_t fn = QE_FN_SHARD_QUERY, flags = 1;
  uint64_t room = sizeof out;
  memcpy(at, &magic, 4);
  memcpy(at + 4, &fn, 2);
  memcpy(at + 6, &flags, 2);
  memcpy(at + 8, &shard, 8);
  memcpy(at + 16, &room, 8);
  memcpy(at + 24, &len, 4);
  memcpy(at + 28, &floats, 4);
  memset(at + 32 + len, 0, 4);
  memcpy(at + 32, request, len);
  memcpy(at + 32 + ((len + 3) & ~3u), queries[i % QUERIES], sizeof queries[0]);
  if (qe_call(frame, out) < 0) exit(1);
}

static void count(qe_shard shard, int i) {
  qe_error err = {0};
  qe_msg res;
  (void)i;
  check(qe_shard_count(shard, text("{}"), &res, &err), &err);
  qe_msg_free(&res);
}

static void live(qe_shard shard, int i) {
  (void)shard, (void)i;
  if (qe_live_handles() != 1) exit(1);
}

static const struct { const char *name; void (*run)(qe_shard, int); } calls[] = {{"query", query}, {"packed", packed}, {"count", count}, {"live", live}};

int main(int argc, char **argv) {
  qe_shard shard = 0;
  qe_error err = {0};
  char name[16];
  int rounds, limit;
  FILE *f = argc == 3 ? fopen(argv[2], "rb") : NULL;
  if (!f || fread(queries, sizeof queries, 1, f) != 1) return 2;
  fclose(f);
  check(qe_shard_load(argv[1], (qe_msg){0}, &shard, &err), &err);
  while (scanf("%15s %d %d", name, &rounds, &limit) == 3) {
    snprintf(request, sizeof request, "{\"query\":{\"$f32\":[0,%d]},\"limit\":%d}", DIM, limit);
    for (size_t c = 0; c < sizeof calls / sizeof *calls; c++) {
      if (strcmp(name, calls[c].name) != 0) continue;
      double start = now(CLOCK_MONOTONIC), busy = now(CLOCK_PROCESS_CPUTIME_ID);
      for (int i = 0; i < rounds; i++) calls[c].run(shard, i);
      printf("%.1f %.1f\n", (now(CLOCK_MONOTONIC) - start) / rounds, (now(CLOCK_PROCESS_CPUTIME_ID) - busy) / rounds);
      fflush(stdout);
    }
  }
  check(qe_shard_close(shard, &err), &err);
  return 0;
}
