package io.github.qdrantedge;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes JSON as UTF-8. For a call the floats of vectors are kept beside the text, which then refers to them. */
final class JsonWriter {
  private static final int MAX_DEPTH = 1000; // a cycle ends here; the library accepts less
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final boolean beside;
  private final List<FloatBuffer> floats = new ArrayList<>(1);
  private int floatCount;
  private byte[] bytes = new byte[256];
  private int size;
  private int depth;

  JsonWriter(boolean floatsBeside) {
    beside = floatsBeside;
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  List<FloatBuffer> floats() {
    return floats;
  }

  int floatCount() {
    return floatCount;
  }

  private void room(int n) {
    if (bytes.length - size < n) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + n));
    }
  }

  /** ASCII. */
  JsonWriter raw(String ascii) {
    int n = ascii.length();
    room(n);
    for (int i = 0; i < n; i++) {
      bytes[size++] = (byte) ascii.charAt(i);
    }
    return this;
  }

  /** A little-endian integer, for requests that are no JSON. */
  void integer(long v, int width) {
    room(width);
    for (int i = 0; i < width; i++) {
      bytes[size++] = (byte) (v >>> 8 * i);
    }
  }

  /** The bytes of another one. */
  void append(JsonWriter other) {
    room(other.size);
    System.arraycopy(other.bytes, 0, bytes, size, other.size);
    size += other.size;
  }

  /** Floats for requests that are no JSON. */
  void addFloats(FloatBuffer run) {
    floats.add(run);
    floatCount = Math.addExact(floatCount, run.remaining());
  }

  /** JSON text of the caller. */
  void text(String json) {
    room(3 * json.length());
    for (int i = 0; i < json.length(); i++) {
      i = character(json, i);
    }
  }

  JsonWriter string(String s) {
    room(6 * s.length() + 2);
    bytes[size++] = '"';
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c >= ' ' && c != '"' && c != '\\') {
        i = character(s, i);
      } else if (c < ' ') {
        raw("\\u00").raw(String.valueOf(HEX[c >> 4])).raw(String.valueOf(HEX[c & 15]));
      } else {
        bytes[size++] = '\\';
        bytes[size++] = (byte) c;
      }
    }
    bytes[size++] = '"';
    return this;
  }

  /** Appends a character as UTF-8 and returns the index of its last half. */
  private int character(String s, int i) {
    int c = s.charAt(i);
    if (c < 0x80) {
      bytes[size++] = (byte) c;
      return i;
    }
    if (c < 0x800) {
      bytes[size++] = (byte) (0xC0 | c >> 6);
    } else if (c < 0xD800 || c > 0xDFFF) {
      bytes[size++] = (byte) (0xE0 | c >> 12);
      bytes[size++] = (byte) (0x80 | c >> 6 & 0x3F);
    } else {
      c = s.codePointAt(i);
      if (c < 0x10000) {
        throw refused("half a surrogate pair at character " + i + " of a string");
      }
      i++;
      bytes[size++] = (byte) (0xF0 | c >> 18);
      bytes[size++] = (byte) (0x80 | c >> 12 & 0x3F);
      bytes[size++] = (byte) (0x80 | c >> 6 & 0x3F);
    }
    bytes[size++] = (byte) (0x80 | c & 0x3F);
    return i;
  }

  JsonWriter value(Object v) {
    if (v instanceof String) {
      string((String) v);
    } else if (v instanceof Number) {
      number((Number) v);
    } else if (v instanceof Vector) {
      ((Vector) v).write(this);
    } else if (v instanceof Body) {
      ((Body) v).write(this);
    } else if (v instanceof JsonName) {
      string(((JsonName) v).json());
    } else if (v instanceof Map) {
      object(null, null, (Map<?, ?>) v);
    } else if (v instanceof Iterable) {
      array((Iterable<?>) v);
    } else if (v == null || v instanceof Boolean || v instanceof PointId) {
      raw(v instanceof PointId ? ((PointId) v).json() : String.valueOf(v));
    } else {
      throw refused(v.getClass().getName() + " has no JSON");
    }
    return this;
  }

  /** An object that begins with a member of its own unless name is null. */
  void object(String name, Object first, Map<?, ?> members) {
    enter("{");
    String comma = "";
    if (name != null) {
      string(name).raw(":").value(first);
      comma = ",";
    }
    for (Map.Entry<?, ?> e : members.entrySet()) {
      if (!(e.getKey() instanceof String)) {
        throw refused("a key of an object is no string: " + e.getKey());
      }
      raw(comma).string((String) e.getKey()).raw(":").value(e.getValue());
      comma = ",";
    }
    leave("}");
  }

  private void enter(String bracket) {
    if (++depth > MAX_DEPTH) {
      throw refused("nested deeper than " + MAX_DEPTH + " levels");
    }
    raw(bracket);
  }

  private void leave(String bracket) {
    depth--;
    raw(bracket);
  }

  private void array(Iterable<?> values) {
    enter("[");
    String comma = "";
    for (Object v : values) {
      raw(comma).value(v);
      comma = ",";
    }
    leave("]");
  }

  private void number(Number n) {
    if (n instanceof Double || n instanceof Float) {
      double d = n.doubleValue();
      if (Double.isNaN(d) || Double.isInfinite(d)) {
        throw refused(n + " has no JSON");
      }
    } else if (!(n instanceof Long || n instanceof Integer || n instanceof Short || n instanceof Byte || n instanceof BigInteger || n instanceof BigDecimal)) {
      throw refused(n.getClass().getName() + " has no JSON");
    }
    raw(n.toString());
  }

  /** A run of floats: a reference to floats beside the text, or an array. */
  void floats(FloatBuffer run, int rows) {
    int n = run.remaining();
    if (!beside) {
      printed(run, rows);
      return;
    }
    raw("{\"$f32\":[" + floatCount + "," + n + (rows < 0 ? "]}" : "," + rows + "]}"));
    addFloats(run);
  }

  private void printed(FloatBuffer run, int rows) {
    int row = rows > 0 ? run.remaining() / rows : run.remaining();
    raw(rows < 0 ? "" : "[");
    for (int from = 0; from < run.remaining() || from == 0; from += Math.max(row, 1)) {
      raw(from > 0 ? ",[" : "[");
      for (int i = from; i < from + row; i++) {
        float f = run.get(run.position() + i);
        raw(i > from ? "," : "").raw(Float.isNaN(f) || Float.isInfinite(f) ? "null" : Float.toString(f));
      }
      raw("]");
    }
    raw(rows < 0 ? "" : "]");
  }

  private static InvalidArgumentException refused(String why) {
    return new InvalidArgumentException(ErrorKind.INVALID_ARGUMENT, why);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, size, StandardCharsets.UTF_8);
  }
}
