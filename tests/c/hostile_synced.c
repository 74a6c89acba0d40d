/* What hostile callers get from every function of synced shards, without a server: null pointers, handles that never were, that are of a
 * shard or that are closed. */
#include "check.h"

typedef qe_status (*asking)(qe_synced, qe_msg, qe_msg *, qe_error *);
typedef qe_status (*telling)(qe_synced, qe_msg *, qe_error *);
typedef qe_status (*ordering)(qe_synced, qe_msg, qe_error *);
typedef qe_status (*doing)(qe_synced, qe_error *);

static const asking asks[] = {qe_synced_update, qe_synced_requeue, qe_synced_point_states, qe_synced_wait_synced, qe_synced_query,
                              qe_synced_query_batch, qe_synced_query_groups, qe_synced_search, qe_synced_scroll, qe_synced_count, qe_synced_facet,
                              qe_synced_retrieve, qe_synced_search_matrix_pairs, qe_synced_search_matrix_offsets};
static const telling tells[] = {qe_synced_pending, qe_synced_dead_letters, qe_synced_status, qe_synced_metrics, qe_synced_info, qe_synced_config, qe_synced_verify};
static const ordering orders[] = {qe_synced_discard, qe_synced_set_key};
static const ordering transfers[] = {qe_synced_push, qe_synced_pull, qe_synced_sync};
static const doing does[] = {qe_synced_flush, qe_synced_stop, qe_synced_cancel};

#define EACH(list) for (size_t i = 0; i < sizeof list / sizeof *list; i++)

static void event(void *data, const char *json, size_t size) { *(size_t *)data += json[size] == 0; }
static int gate(void *data) { return data != NULL; }

/* every function with a handle that is none of an open synced shard */
static void wrong(qe_synced handle, qe_status expected) {
  qe_error e = {0};
  qe_msg res = {0};
  const qe_msg any = text("{}");
  const qe_msg requests[] = {text("{\"delete_points\":{\"ids\":[1]}}"), text("{\"id\":1}"), text("{\"ids\":[1]}"), text("{\"seq\":1}")};
  EACH(requests) CHECK(is(asks[i](handle, requests[i], &res, &e), expected, &e) && res.json == NULL);
  EACH(tells) CHECK(is(tells[i](handle, &res, &e), expected, &e) && res.json == NULL);
  CHECK(is(qe_synced_discard(handle, requests[1], &e), expected, &e));
  CHECK(is(qe_synced_set_key(handle, text("{\"api_key\":\"k\"}"), &e), expected, &e));
  CHECK(is(qe_synced_reset(handle, text("{\"mode\":\"keep_all\"}"), &e), expected, &e));
  EACH(transfers) CHECK(is(transfers[i](handle, any, &e), expected, &e));
  EACH(does) CHECK(is(does[i](handle, &e), expected, &e));
  CHECK(is(qe_synced_start(handle, &e), expected, &e));
  CHECK(is(qe_synced_backup(handle, "/nowhere/copy", &e), expected, &e));
  size_t heard = 0;
  CHECK(is(qe_synced_on_progress(handle, event, &heard, &e), expected, &e));
  CHECK(is(qe_synced_on_log(handle, event, &heard, &e), expected, &e));
  CHECK(is(qe_synced_on_gate(handle, gate, NULL, &e), expected, &e));
  CHECK(is(qe_synced_close(handle, &e), expected, &e));
}

/* a copy and what it is restored to: the points are there, and neither goes over something that is */
static void copies(qe_synced synced, const char *dir) {
  qe_error e = {0};
  qe_synced again = 0;
  qe_msg res = {0};
  char copy[4096], restored[4096];
  snprintf(copy, sizeof copy, "%s-copy", dir);
  snprintf(restored, sizeof restored, "%s-restored", dir);
  CHECK(is(qe_synced_backup(synced, NULL, &e), QE_INVALID_ARGUMENT, &e));
  CHECK(ok(qe_synced_backup(synced, copy, &e), &e));
  CHECK(is(qe_synced_backup(synced, copy, &e), QE_ALREADY_EXISTS, &e));
  CHECK(is(qe_synced_restore(NULL, restored, &e), QE_INVALID_ARGUMENT, &e));
  CHECK(is(qe_synced_restore(copy, "", &e), QE_INVALID_ARGUMENT, &e));
  CHECK(is(qe_synced_restore("/nowhere", restored, &e), QE_NOT_FOUND, &e));
  CHECK(ok(qe_synced_restore(copy, restored, &e), &e));
  CHECK(is(qe_synced_restore(copy, restored, &e), QE_ALREADY_EXISTS, &e));
  CHECK(ok(qe_synced_open(restored, (qe_msg){0}, &again, &e), &e));
  CHECK(ok(qe_synced_count(again, text("{}"), &res, &e), &e) && holds(res, "{\"count\":1}"));
  qe_msg_free(&res);
  CHECK(ok(qe_synced_close(again, &e), &e));
}

/* null requests, results and errors on an open one; a shard without a server reads and writes */
static void nulls(qe_synced synced) {
  qe_error e = {0};
  qe_msg half = {0};
  half.json_len = 2;
  EACH(asks) {
    CHECK(is(asks[i](synced, (qe_msg){0}, NULL, &e), QE_INVALID_ARGUMENT, &e));
    CHECK(asks[i](synced, half, NULL, NULL) == QE_INVALID_ARGUMENT);
    CHECK(asks[i](synced, text("{\"a\":\xff}"), NULL, NULL) == QE_INVALID_ARGUMENT);
  }
  EACH(tells) CHECK(tells[i](synced, NULL, NULL) == QE_OK);
  EACH(orders) CHECK(is(orders[i](synced, (qe_msg){0}, &e), QE_INVALID_ARGUMENT, &e));
  EACH(transfers) CHECK(transfers[i](synced, (qe_msg){0}, &e) != QE_OK && e.code != QE_INTERNAL && e.message);
  qe_error_free(&e);
  EACH(does) CHECK(ok(does[i](synced, &e), &e));
  CHECK(ok(qe_synced_update(synced, text("{\"upsert_points\":{\"points\":[{\"id\":1,\"vector\":[1,0]}]}}"), NULL, &e), &e));
  qe_msg res = {0};
  CHECK(ok(qe_synced_count(synced, text("{}"), &res, &e), &e) && holds(res, "{\"count\":1}"));
  qe_msg_free(&res);
  CHECK(qe_synced_on_progress(synced, NULL, NULL, NULL) == QE_OK && qe_synced_on_log(synced, NULL, NULL, NULL) == QE_OK);
  CHECK(qe_synced_on_gate(synced, NULL, NULL, NULL) == QE_OK);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  qe_error e = {0};
  qe_synced synced = 0, second = 0;
  const qe_msg options = text("{\"config\":{\"vectors\":{\"\":{\"size\":2,\"distance\":\"Dot\"}}}}");
  CHECK(is(qe_synced_open(NULL, options, &synced, &e), QE_INVALID_ARGUMENT, &e));
  CHECK(is(qe_synced_open(argv[1], options, NULL, &e), QE_INVALID_ARGUMENT, &e));
  CHECK(is(qe_synced_open(argv[1], text("{"), &synced, &e), QE_INVALID_ARGUMENT, &e));
  if (!ok(qe_synced_open(argv[1], options, &synced, &e), &e)) return 1;
  CHECK(is(qe_synced_open(argv[1], options, &second, &e), QE_LOCKED, &e) && second == 0);
  nulls(synced);
  copies(synced, argv[1]);
  CHECK(is(qe_shard_flush(synced, &e), QE_INVALID_ARGUMENT, &e));
  CHECK(ok(qe_synced_close(synced, &e), &e) && qe_live_handles() == 0);
  wrong(synced, QE_CLOSED);
  wrong((qe_synced)-1, QE_CLOSED);
  wrong(0, QE_INVALID_ARGUMENT);
  CHECK(qe_live_handles() == 0);
  return report("C, hostile callers of synced shards");
}
