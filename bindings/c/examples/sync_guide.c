/* The five steps of the guide "Synchronize Qdrant Edge with a Server" with a synced shard, in C.
 *
 *   sync_guide DIRECTORY
 *
 * QDRANT_URL and QDRANT_API_KEY name a server that has an empty collection "notes" of four floats. A second device stands in for everybody
 * else who writes to it. Ends with status 1 when something is not as the guide says. */
#include <qdrant_edge.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SERVER_NOTES = 200, PATH_SIZE = 1024, TEXT_SIZE = 4096 };

static qe_msg text(const char *json) {
  qe_msg m = {0};
  m.json = (const uint8_t *)json;
  m.json_len = strlen(json);
  return m;
}

/* ends the program unless a call succeeded */
static void check(qe_status status, qe_error *err, const char *what) {
  if (status == QE_OK) return;
  fprintf(stderr, "%s: %s: %s\n", what, err->kind ? err->kind : "", err->message ? err->message : "");
  exit(1);
}

static void expect(qe_msg *answer, const char *part) {
  if (!strstr((const char *)answer->json, part)) {
    fprintf(stderr, "expected %s in %s\n", part, (const char *)answer->json);
    exit(1);
  }
  qe_msg_free(answer);
}

static qe_synced open_device(const char *directory, const char *name) {
  const char *url = getenv("QDRANT_URL"), *key = getenv("QDRANT_API_KEY");
  char path[PATH_SIZE], options[TEXT_SIZE];
  qe_synced device = 0;
  qe_error err = {0};
  snprintf(path, sizeof path, "%s/%s", directory, name);
  snprintf(options, sizeof options,
           "{\"config\":{\"vectors\":{\"\":{\"size\":4,\"distance\":\"Dot\"}}},\"collection\":\"notes\",\"url\":\"%s\",\"api_key\":\"%s\"}",
           url ? url : "", key ? key : "");
  check(qe_synced_open(path, text(options), &device, &err), &err, "open");
  return device;
}

/* writes notes first to first + count - 1; their vectors travel as floats */
static void write_notes(qe_synced device, int first, int count, const char *city) {
  float *vectors = calloc((size_t)count * 4, sizeof *vectors);
  char *json = malloc((size_t)count * 128 + 64);
  if (!vectors || !json) exit(1);
  int at = sprintf(json, "{\"upsert_points\":{\"points\":[");
  for (int i = 0; i < count; i++) {
    vectors[4 * i] = (float)(first + i);
    vectors[4 * i + 1] = 1;
    at += sprintf(json + at, "%s{\"id\":%d,\"vector\":{\"$f32\":[%d,4]},\"payload\":{\"city\":\"%s\"}}", i ? "," : "", first + i, 4 * i, city);
  }
  sprintf(json + at, "]}}");
  qe_msg request = text(json);
  request.f32 = vectors;
  request.f32_len = (size_t)count * 4;
  qe_error err = {0};
  check(qe_synced_update(device, request, NULL, &err), &err, "update");
  free(json);
  free(vectors);
}

static void show_best(qe_synced device, const char *expected) {
  qe_msg found = {0};
  qe_error err = {0};
  check(qe_synced_query(device, text("{\"query\":[1,0,0,0],\"limit\":2,\"with_payload\":true}"), &found, &err), &err, "query");
  printf("   %s\n", (const char *)found.json);
  expect(&found, expected);
}

static void show_count(qe_synced device, const char *expected) {
  qe_msg count = {0};
  qe_error err = {0};
  check(qe_synced_count(device, text("{}"), &count, &err), &err, "count");
  printf("   %s\n", (const char *)count.json);
  expect(&count, expected);
}

/* progress is called by the library while a transfer runs */
static void progress(void *user_data, const char *json, size_t size) {
  (void)json;
  *(size_t *)user_data += size > 0;
}

int main(int argc, char **argv) {
  qe_error err = {0};
  qe_msg res = {0};
  if (argc != 2) return 2;
  qe_synced others = open_device(argv[1], "others");
  write_notes(others, 1, SERVER_NOTES, "Berlin");
  check(qe_synced_push(others, text("{\"timeout\":60}"), &err), &err, "push");

  puts("1. A shard for local writes, which needs no server");
  qe_synced device = open_device(argv[1], "device");
  write_notes(device, 1001, 1, "Bonn");
  show_count(device, "\"count\":1");

  puts("2. The server's points, as a snapshot");
  size_t events = 0;
  check(qe_synced_on_progress(device, progress, &events, &err), &err, "on_progress");
  check(qe_synced_pull(device, (qe_msg){0}, &err), &err, "pull");
  show_count(device, "\"count\":201");

  puts("3. Writes here are kept for the server");
  write_notes(device, 1002, 1, "Bonn");
  check(qe_synced_pending(device, &res, &err), &err, "pending");
  printf("   %s\n", (const char *)res.json);
  expect(&res, "\"operations\":2");
  check(qe_synced_push(device, (qe_msg){0}, &err), &err, "push");
  check(qe_synced_pending(device, &res, &err), &err, "pending");
  expect(&res, "\"operations\":0");

  puts("4. What others changed comes as a partial snapshot");
  write_notes(others, 2000, 1, "Paris");
  check(qe_synced_push(others, (qe_msg){0}, &err), &err, "push");
  check(qe_synced_pull(device, (qe_msg){0}, &err), &err, "pull");
  show_count(device, "\"count\":203");

  puts("5. One query over both");
  write_notes(device, 3000, 1, "Rome");
  show_best(device, "Rome");
  show_best(device, "Paris");

  check(qe_synced_close(device, &err), &err, "close");
  check(qe_synced_close(others, &err), &err, "close");
  return events > 0 && qe_live_handles() == 0 ? 0 : 1;
}
