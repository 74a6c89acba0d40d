package io.github.qdrantedge;

import java.nio.ByteBuffer;

/** The functions of libqdrant_edge_jni. */
final class Native {
  static {
    NativeLoader.load();
  }

  private Native() {}

  /**
   * Runs a frame of qe_call, see qdrant_edge.h; both buffers are direct.
   *
   * @param owner what must not be collected before the call ends
   */
  static native long call(Object owner, ByteBuffer frame, ByteBuffer out);

  static native String version();

  static native long liveHandles();

  static native int configure(int gcPercent, long memoryLimit);
}
