package io.github.qdrantedge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames that no class here would write are refused, whatever they say of their size. */
class NativeTest {
  private static final long REFUSED = -102;

  private static ByteBuffer frame(int size, long room, int json, int floats) {
    ByteBuffer b = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    if (size >= 32) {
      b.putInt(0x31464551).putShort((short) 24).putShort((short) 0).putLong(1).putLong(room).putInt(json).putInt(floats);
    }
    return b;
  }

  @Test
  void badBuffers() {
    ByteBuffer out = ByteBuffer.allocateDirect(1024);
    assertEquals(REFUSED, Native.call(null, null, out));
    assertEquals(REFUSED, Native.call(null, frame(64, 1024, 0, 0), null));
    assertEquals(REFUSED, Native.call(null, ByteBuffer.allocate(64), out));
    assertEquals(REFUSED, Native.call(null, frame(64, 1024, 0, 0), ByteBuffer.allocate(1024)));
    assertEquals(REFUSED, Native.call(null, frame(31, 0, 0, 0), out));
    assertEquals(REFUSED, Native.call(null, frame(0, 0, 0, 0), out));
    assertEquals(REFUSED, Native.call(null, frame(64, 1024, 0, 0), ByteBuffer.allocateDirect(100)));
    assertEquals(REFUSED, Native.call(null, frame(64, 1025, 0, 0), out));
    assertEquals(REFUSED, Native.call(null, frame(64, -1, 0, 0), out));
    assertEquals(REFUSED, Native.call(null, frame(64, 1024, 33, 0), out));
    assertEquals(REFUSED, Native.call(null, frame(64, 1024, 0, 9), out));
    assertEquals(REFUSED, Native.call(null, frame(64, 1024, -1, -1), out));
    assertEquals(REFUSED, Native.call(null, frame(64, 100, 0, 0), out));
  }

  @Test
  void randomFrames() {
    Random random = new Random(1);
    ByteBuffer out = ByteBuffer.allocateDirect(4096).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 20_000; i++) {
      byte[] body = new byte[random.nextInt(100)];
      random.nextBytes(body);
      ByteBuffer b = frame(32 + body.length, 4096, random.nextInt(100), random.nextInt(10));
      b.put(body);
      b.putShort(4, (short) (1 + random.nextInt(60))).putShort(6, (short) random.nextInt(4)).putLong(8, random.nextInt(1000) + 1_000_000L);
      assertNotEquals(0, Native.call(null, b, out));
    }
  }
}
