package io.github.qdrantedge;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/**
 * UpsertPoints inserts or replaces points; all or nothing. Points whose ids are numbers and that have one dense vector each, all of one name and
 * dimension, cross the border in columns, without a text for each.
 */
public final class UpsertPoints extends UpdateOperation {
  private static final int COLUMNS = 2; // flag of a frame
  private static final int WITH_PAYLOADS = 1;
  private static final int NO_PAYLOAD = -1;

  private List<Point> points;

  /**
   * Inserts or replaces.
   *
   * @param points the points
   */
  public UpsertPoints(List<Point> points) {
    this();
    this.points = points;
    put("points", points);
  }

  /**
   * Inserts or replaces.
   *
   * @param points the points
   */
  public UpsertPoints(Point... points) {
    this(list(points));
  }

  private UpsertPoints() {
    super(Shape.VARIANT, "upsert_points");
  }

  /**
   * Makes one of the body of a PUT of points, with {@code points} or {@code batch}.
   *
   * @param text the body
   * @return the operation
   */
  public static UpsertPoints json(String text) {
    UpsertPoints made = new UpsertPoints();
    made.paste(text);
    return made;
  }

  /**
   * Replaces only those stored points that match; points that do not exist are inserted.
   *
   * @param filter the filter
   * @return this
   */
  public UpsertPoints condition(Filter filter) {
    put("condition", filter);
    return this;
  }

  /**
   * Says which points are touched.
   *
   * @param mode absent is UPSERT
   * @return this
   */
  public UpsertPoints updateMode(UpdateMode mode) {
    put("update_mode", mode);
    return this;
  }

  private boolean isPlain() {
    return get("condition") == null && get("update_mode") == null;
  }

  @Override
  void write(JsonWriter w) {
    if (isText() || isPlain()) {
      super.write(w);
      return;
    }
    Object condition = get("condition") == null ? new Filter() : get("condition"); // an empty filter matches every point
    Map<String, Object> conditional = members("points_op", members("points", points), "condition", condition);
    if (get("update_mode") != null) {
      conditional.put("update_mode", get("update_mode"));
    }
    w.value(members("upsert_points_conditional", conditional));
  }

  @Override
  int writeRequest(JsonWriter w) {
    if (isText() || !isPlain() || !writeColumns(w)) {
      return super.writeRequest(w);
    }
    return COLUMNS;
  }

  /** Writes u32 count, dimension, bytes of the name, flags; the ids; the size of each payload; the name; the payloads. */
  private boolean writeColumns(JsonWriter w) {
    String name = points.isEmpty() ? null : vectorName(points.get(0));
    if (name == null) {
      return false;
    }
    int dim = vector(points.get(0), name) == null ? -1 : vector(points.get(0), name).remaining();
    boolean payloads = false;
    for (Point p : points) {
      FloatBuffer v = vector(p, name);
      if (v == null || v.remaining() != dim || !(p.get("id") instanceof PointId) || ((PointId) p.get("id")).isUuid()) {
        return false;
      }
      payloads |= p.get("payload") != null;
    }
    JsonWriter nameText = new JsonWriter(false);
    nameText.text(name);
    w.integer(points.size(), 4);
    w.integer(dim, 4);
    w.integer(nameText.size(), 4);
    w.integer(payloads ? WITH_PAYLOADS : 0, 4);
    for (Point p : points) {
      w.integer(((PointId) p.get("id")).number(), 8);
      w.addFloats(vector(p, name));
    }
    JsonWriter texts = new JsonWriter(false);
    if (payloads) {
      for (Point p : points) {
        w.integer(appendPayload(texts, p.get("payload")), 4);
      }
    }
    w.append(nameText);
    w.append(texts);
    return true;
  }

  private static int appendPayload(JsonWriter texts, Object payload) {
    if (payload == null) {
      return NO_PAYLOAD;
    }
    int before = texts.size();
    texts.value(payload);
    return texts.size() - before;
  }

  /** The name of the only vector, null when there is none or more than one or the point was made of text. */
  private static String vectorName(Point p) {
    Object v = p.get("vector");
    if (v instanceof Map && ((Map<?, ?>) v).size() == 1) {
      return (String) ((Map<?, ?>) v).keySet().iterator().next();
    }
    return v instanceof Vector && ((Vector) v).isDense() ? "" : null;
  }

  /** The dense vector of this name, null when there is another one. */
  private static FloatBuffer vector(Point p, String name) {
    Object v = p.get("vector");
    if (v instanceof Map && ((Map<?, ?>) v).size() == 1) {
      v = ((Map<?, ?>) v).get(name);
    } else if (!name.isEmpty()) {
      return null;
    }
    return v instanceof Vector && ((Vector) v).isDense() ? ((Vector) v).floats() : null;
  }
}
