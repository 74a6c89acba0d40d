package io.github.qdrantedge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A pair of direct buffers through which one call goes at a time; they are used again by later calls, on any thread. */
final class Frame {
  private static final int MAGIC = 0x31464551;
  private static final int HEADER = 32;
  private static final int PACKED_RESULT = 1;
  private static final int FETCH = 1;
  private static final int SMALL = 64 << 10;
  private static final int KEPT = 1 << 20; // bytes; larger buffers go when the call ends
  private static final int MORE = -1;
  private static final int FAILED = -100;

  private static final ConcurrentLinkedQueue<Frame> POOL = new ConcurrentLinkedQueue<>();

  private ByteBuffer in = direct(SMALL);
  private ByteBuffer out = direct(SMALL);

  private static ByteBuffer direct(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Runs a function of the library; owner stays reachable meanwhile, body may be null. */
  static Answer call(Object owner, long shard, int function, boolean packed, Body body) {
    Frame frame = POOL.poll();
    if (frame == null) {
      frame = new Frame();
    }
    try {
      frame.fill(shard, function, packed, body);
      return frame.run(owner);
    } finally {
      frame.shrink();
      POOL.add(frame);
    }
  }

  private void fill(long shard, int function, boolean packed, Body body) {
    JsonWriter w = new JsonWriter(true);
    int flags = (packed ? PACKED_RESULT : 0) | (body == null ? 0 : body.writeRequest(w));
    int json = w.size();
    long size = HEADER + ((json + 3L) & ~3L) + 4L * w.floatCount();
    if (size > Integer.MAX_VALUE) {
      throw new InvalidArgumentException(ErrorKind.INVALID_ARGUMENT, "a request of " + size + " bytes is too large");
    }
    if (in.capacity() < size) {
      in = direct((int) Math.min(Integer.MAX_VALUE, Math.max(size, 2L * in.capacity())));
    }
    header(function, flags, shard, json, w.floatCount());
    in.put(w.bytes(), 0, json);
    if (w.floatCount() > 0) {
      while ((in.position() & 3) != 0) {
        in.put((byte) 0);
      }
      FloatBuffer floats = in.asFloatBuffer();
      for (FloatBuffer run : w.floats()) {
        floats.put(run.duplicate());
      }
    }
  }

  private void header(int function, int flags, long shard, int json, int floats) {
    ((java.nio.Buffer) in).clear();
    in.putInt(MAGIC).putShort((short) function).putShort((short) flags).putLong(shard).putLong(out.capacity()).putInt(json).putInt(floats);
  }

  private Answer run(Object owner) {
    long n = Native.call(owner, in, out);
    if (n == MORE) {
      n = fetch(owner, out.getLong(0), out.getLong(8));
    }
    if (n <= FAILED) {
      throw failure((int) (FAILED - n));
    }
    byte[] copy = new byte[(int) n];
    ((java.nio.Buffer) out).clear();
    out.get(copy);
    return new Answer(copy);
  }

  private long fetch(Object owner, long token, long size) {
    if (size > Integer.MAX_VALUE) {
      throw new InvalidArgumentException(ErrorKind.INVALID_ARGUMENT, "an answer of " + size + " bytes is too large: ask for fewer points");
    }
    out = direct((int) size);
    header(FETCH, 0, token, 0, 0);
    return Native.call(owner, in, out);
  }

  private EdgeException failure(int code) {
    ErrorKind kind = ErrorKind.of(code);
    byte[] text = new byte[Math.max(0, Math.min(out.getInt(0), out.capacity() - 4))];
    ((java.nio.Buffer) out).position(4);
    out.get(text);
    Object message = text.length == 0 ? null : Json.of(new String(text, StandardCharsets.UTF_8)).map().get("message");
    return kind.exception(message == null ? kind.json() : (String) message);
  }

  private void shrink() {
    if (in.capacity() > KEPT) {
      in = direct(SMALL);
    }
    if (out.capacity() > KEPT) {
      out = direct(SMALL);
    }
    ((java.nio.Buffer) out).clear();
  }
}
