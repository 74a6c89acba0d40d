package io.github.qdrantedge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The bytes that a call returned: JSON, or packed points as capi/packed.go lays them out. */
final class Answer {
  private static final int LIST_HEAD = 24;
  private static final int RECORD = 48;
  private static final int HAS_NEXT = 1;
  private static final int NEXT_IS_UUID = 2;
  private static final int ORDERED = 8;

  private static final int ID_IS_UUID = 1;
  private static final int HAS_PAYLOAD = 2;
  private static final int HAS_VECTOR = 4;
  private static final int INT_ORDER = 8;
  private static final int FLOAT_ORDER = 16;

  private static final int DENSE = 1;
  private static final int MULTI = 2;

  private final byte[] bytes;
  private final ByteBuffer view;

  Answer(byte[] bytes) {
    this.bytes = bytes;
    view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String text(int from, int length) {
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }

  private Map<String, Object> map() {
    return json(this).map();
  }

  static Json json(Answer a) {
    return Json.of(a.text(0, a.bytes.length));
  }

  static UpdateResult updateResult(Answer a) {
    Map<String, Object> m = a.map();
    return new UpdateResult(((Number) m.get("operation_id")).longValue(), (String) m.get("status"));
  }

  static long number(Answer a, String name) {
    return ((Number) a.map().get(name)).longValue();
  }

  static long count(Answer a) {
    return number(a, "count");
  }

  static boolean changed(Answer a) {
    return (Boolean) a.map().get("changed");
  }

  static boolean optimized(Answer a) {
    return (Boolean) a.map().get("optimized");
  }

  static EdgeConfig config(Answer a) {
    return EdgeConfig.json(json(a).toString());
  }

  static ShardInfo info(Answer a) {
    return new ShardInfo(json(a));
  }

  static List<FacetHit> facet(Answer a) {
    List<FacetHit> out = new ArrayList<>();
    for (Object hit : (List<?>) a.map().get("hits")) {
      Map<?, ?> m = (Map<?, ?>) hit;
      out.add(new FacetHit(m.get("value"), ((Number) m.get("count")).longValue()));
    }
    return out;
  }

  static List<SearchMatrixPair> pairs(Answer a) {
    List<SearchMatrixPair> out = new ArrayList<>();
    for (Object pair : (List<?>) a.map().get("pairs")) {
      Map<?, ?> m = (Map<?, ?>) pair;
      out.add(new SearchMatrixPair(PointId.of(m.get("a")), PointId.of(m.get("b")), ((Number) m.get("score")).floatValue()));
    }
    return out;
  }

  static SearchMatrixOffsets offsets(Answer a) {
    return new SearchMatrixOffsets(a.map());
  }

  static Vector embedding(Answer a) {
    int n = a.view.getInt(0);
    return Vector.sparse(a.ints(4, n), a.floats(4 + 4 * n, n));
  }

  static List<ScoredPoint> scored(Answer a) {
    return a.scoredAt(0);
  }

  private List<ScoredPoint> scoredAt(int start) {
    int n = view.getInt(start);
    List<ScoredPoint> out = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      out.add(new ScoredPoint(this, start, i));
    }
    return out;
  }

  static List<RetrievedPoint> records(Answer a) {
    int n = a.view.getInt(0);
    List<RetrievedPoint> out = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      out.add(new RetrievedPoint(a, 0, i));
    }
    return out;
  }

  static ScrollResult scroll(Answer a) {
    int flags = a.view.getInt(4);
    return new ScrollResult(records(a), (flags & HAS_NEXT) == 0 ? null : a.id(8, (flags & NEXT_IS_UUID) != 0));
  }

  static List<List<ScoredPoint>> scoredLists(Answer a) {
    List<List<ScoredPoint>> out = new ArrayList<>();
    for (PointGroup g : groups(a)) {
      out.add(g.hits());
    }
    return out;
  }

  static List<PointGroup> groups(Answer a) {
    int n = a.view.getInt(0);
    List<PointGroup> out = new ArrayList<>(n);
    for (int i = 0, at = 8; i < n; i++) {
      int name = a.view.getInt(at);
      int list = a.view.getInt(at + 4);
      int start = at + 8 + padded(name);
      out.add(new PointGroup(name == 0 ? null : JsonReader.read(a.text(at + 8, name)), a.scoredAt(start)));
      at = start + padded(list);
    }
    return out;
  }

  private static int padded(int n) {
    return n + 3 & ~3;
  }

  private PointId id(int at, boolean uuid) {
    if (!uuid) {
      return PointId.of(view.getLong(at));
    }
    return PointId.of(new java.util.UUID(Long.reverseBytes(view.getLong(at)), Long.reverseBytes(view.getLong(at + 8))));
  }

  private int record(int list, int i) {
    return list + LIST_HEAD + i * RECORD;
  }

  private boolean has(int list, int i, int flag) {
    return (view.getInt(record(list, i) + 28) & flag) != 0;
  }

  PointId id(int list, int i) {
    return id(record(list, i), has(list, i, ID_IS_UUID));
  }

  long version(int list, int i) {
    return view.getLong(record(list, i) + 16);
  }

  float score(int list, int i) {
    return view.getFloat(record(list, i) + 24);
  }

  Json payload(int list, int i) {
    int r = record(list, i);
    return has(list, i, HAS_PAYLOAD) ? Json.of(text(list + view.getInt(r + 32), view.getInt(r + 36))) : null;
  }

  Number order(int list, int i) {
    int at = record(list, view.getInt(list)) + 8 * i;
    if ((view.getInt(list + 4) & ORDERED) == 0) {
      return null;
    }
    if (has(list, i, INT_ORDER)) {
      return view.getLong(at);
    }
    return has(list, i, FLOAT_ORDER) ? view.getDouble(at) : (Number) null;
  }

  Map<String, Vector> vectors(int list, int i) {
    if (!has(list, i, HAS_VECTOR)) {
      return null;
    }
    int at = list + view.getInt(record(list, i) + 40);
    int n = view.getInt(at);
    at += 4;
    Map<String, Vector> out = n == 1 ? null : new LinkedHashMap<String, Vector>();
    for (int k = 0; k < n; k++) {
      int length = view.getInt(at);
      String name = text(at + 4, length);
      at += 4 + padded(length);
      Vector v = vector(at);
      if (n == 1) {
        return Collections.singletonMap(name, v);
      }
      out.put(name, v);
      at += vectorSize(at);
    }
    return out;
  }

  private Vector vector(int at) {
    int n = view.getInt(at + 4);
    switch (view.getInt(at)) {
      case DENSE:
        return Vector.dense(floats(at + 8, n));
      case MULTI:
        return Vector.multi(java.nio.FloatBuffer.wrap(floats(at + 12, n * view.getInt(at + 8))), n);
      default:
        return Vector.sparse(ints(at + 8, n), floats(at + 8 + 4 * n, n));
    }
  }

  private int vectorSize(int at) {
    int n = view.getInt(at + 4);
    switch (view.getInt(at)) {
      case DENSE:
        return 8 + 4 * n;
      case MULTI:
        return 12 + 4 * n * view.getInt(at + 8);
      default:
        return 8 + 8 * n;
    }
  }

  private ByteBuffer from(int at) {
    ByteBuffer b = view.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    ((java.nio.Buffer) b).position(at);
    return b;
  }

  private float[] floats(int at, int n) {
    float[] out = new float[n];
    from(at).asFloatBuffer().get(out);
    return out;
  }

  private int[] ints(int at, int n) {
    int[] out = new int[n];
    from(at).asIntBuffer().get(out);
    return out;
  }
}
