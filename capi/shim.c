/* The C side of the border: the fork guard and everything that needs no Go. */
#include "bridge.h"
#include "_cgo_export.h"
#include <pthread.h>
#include <string.h>

static int forked;

static void in_child(void) { forked = 1; }

__attribute__((constructor)) static void guard(void) { pthread_atfork(0, 0, in_child); }

static const char fork_kind[] = "forked";
static const char fork_text[] =
    "the library was loaded before fork() and cannot run in the child; open the shard after the fork";

char *border_copy(const void *bytes, size_t n) {
  char *p = malloc(n + 1);
  if (!p) return NULL;
  if (n) memcpy(p, bytes, n);
  p[n] = 0;
  return p;
}

int32_t border_typed(uint16_t code, uint64_t *h, const char *path, const char *other, qe_msg req, qe_msg *res, qe_error *err) {
  if (res) memset(res, 0, sizeof *res);
  if (err) memset(err, 0, sizeof *err);
  if (__builtin_expect(forked, 0)) {
    if (err) {
      err->code = QE_FORKED;
      err->kind = border_copy(fork_kind, sizeof fork_kind - 1);
      err->message = border_copy(fork_text, sizeof fork_text - 1);
    }
    return QE_FORKED;
  }
  return qeGoTyped(code, h, (char *)path, (char *)other, req, res, err);
}

int64_t qe_call(const void *frame, void *out) {
  if (__builtin_expect(forked, 0)) {
    if (out) {
      char *p = out;
      static const char head[] = "{\"kind\":\"forked\",\"message\":\"";
      uint32_t n = sizeof head - 1 + sizeof fork_text - 1 + 2;
      memcpy(p, &n, 4);
      memcpy(p + 4, head, sizeof head - 1);
      memcpy(p + 4 + sizeof head - 1, fork_text, sizeof fork_text - 1);
      memcpy(p + 4 + n - 2, "\"}", 2);
    }
    return -100 - QE_FORKED;
  }
  return qeGoCall((void *)frame, out);
}

void qe_msg_free(qe_msg *m) {
  if (!m) return;
  free((void *)m->json);
  free((void *)m->f32);
  memset(m, 0, sizeof *m);
}

void qe_error_free(qe_error *e) {
  if (!e) return;
  free(e->kind);
  free(e->message);
  memset(e, 0, sizeof *e);
}

uint32_t qe_abi_version(void) { return QE_ABI_VERSION; }

const char *qe_version(void) { return QE_VERSION; }

int32_t qe_configure(int32_t gc_percent, int64_t memory_limit) {
  if (forked) return QE_FORKED;
  qeGoConfigure(gc_percent, memory_limit);
  return QE_OK;
}

uint64_t qe_live_handles(void) { return forked ? 0 : qeGoLiveHandles(); }

void border_event(qe_event_fn fn, void *user_data, const char *json, size_t json_len) { fn(user_data, json, json_len); }
int border_gate(qe_gate_fn fn, void *user_data) { return fn(user_data); }

/* What border_typed says in a forked child, whatever it is asked. */
static int32_t in_fork(qe_error *err) { return border_typed(0, NULL, NULL, NULL, (qe_msg){0}, NULL, err); }

qe_status qe_synced_on_progress(qe_synced synced, qe_event_fn fn, void *user_data, qe_error *err) {
  return forked ? in_fork(err) : qeGoOnEvent(synced, 0, fn, user_data, err);
}
qe_status qe_synced_on_log(qe_synced synced, qe_event_fn fn, void *user_data, qe_error *err) {
  return forked ? in_fork(err) : qeGoOnEvent(synced, 1, fn, user_data, err);
}
qe_status qe_synced_on_gate(qe_synced synced, qe_gate_fn fn, void *user_data, qe_error *err) {
  return forked ? in_fork(err) : qeGoOnGate(synced, fn, user_data, err);
}
