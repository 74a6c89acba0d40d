/* The natives of io.github.qdrantedge.Native over qdrant_edge.h. A call is one frame in and one answer out, in direct buffers of the Java side:
 * nothing is copied and no Java object is touched here. No function throws; errors come back in the answer. */
#include <jni.h>
#include <string.h>

#include "qdrant_edge.h"

enum { FRAME_HEADER = 32, LEAST_OUT = 256, REFUSED = -(100 + QE_INVALID_ARGUMENT) };

static uint64_t le(const uint8_t *p, int width) {
  uint64_t v = 0;
  for (int i = width - 1; i >= 0; i--) v = v << 8 | p[i];
  return v;
}

/* Whether what the frame says of its own size and that of out is true. */
static int frame_fits(const uint8_t *frame, jlong frame_size, jlong out_size) {
  if (frame_size < FRAME_HEADER || out_size < LEAST_OUT) return 0;
  const uint64_t room = le(frame + 16, 8), json = le(frame + 24, 4), floats = le(frame + 28, 4);
  return room <= (uint64_t)out_size && FRAME_HEADER + ((json + 3) & ~(uint64_t)3) + 4 * floats <= (uint64_t)frame_size;
}

JNIEXPORT jlong JNICALL Java_io_github_qdrantedge_Native_call(JNIEnv *env, jclass type, jobject owner, jobject frame, jobject out) {
  (void)type;
  (void)owner; /* an argument stays reachable until the call returns */
  if (frame == NULL || out == NULL) return REFUSED;
  const uint8_t *in = (*env)->GetDirectBufferAddress(env, frame);
  void *answer = (*env)->GetDirectBufferAddress(env, out);
  if (in == NULL || answer == NULL) return REFUSED;
  const jlong in_size = (*env)->GetDirectBufferCapacity(env, frame), out_size = (*env)->GetDirectBufferCapacity(env, out);
  if (out_size >= 4) memset(answer, 0, 4); /* no text, should the frame be refused */
  if (!frame_fits(in, in_size, out_size)) return REFUSED;
  return qe_call(in, answer);
}

JNIEXPORT jstring JNICALL Java_io_github_qdrantedge_Native_version(JNIEnv *env, jclass type) {
  (void)type;
  return (*env)->NewStringUTF(env, qe_version());
}

JNIEXPORT jlong JNICALL Java_io_github_qdrantedge_Native_liveHandles(JNIEnv *env, jclass type) {
  (void)env;
  (void)type;
  return (jlong)qe_live_handles();
}

JNIEXPORT jint JNICALL Java_io_github_qdrantedge_Native_configure(JNIEnv *env, jclass type, jint gc_percent, jlong memory_limit) {
  (void)env;
  (void)type;
  return qe_configure(gc_percent, memory_limit);
}

/* Refuses a library of another ABI: System.load fails then. */
JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved) {
  (void)vm;
  (void)reserved;
  return qe_abi_version() == QE_ABI_VERSION ? JNI_VERSION_1_6 : JNI_ERR;
}
