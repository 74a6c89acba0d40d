package io.github.qdrantedge;

import java.util.LinkedHashMap;
import java.util.Map;

/** A stored point as a read saw it. Immutable; payload and vectors are decoded from the answer each time they are asked for. */
public class RetrievedPoint {
  private final Answer answer;
  private final int list;
  private final int index;

  RetrievedPoint(Answer answer, int list, int index) {
    this.answer = answer;
    this.list = list;
    this.index = index;
  }

  /**
   * The id.
   *
   * @return the id
   */
  public PointId id() {
    return answer.id(list, index);
  }

  /**
   * The payload.
   *
   * @return a JSON object, null when it was not asked for
   */
  public Json payload() {
    return answer.payload(list, index);
  }

  /**
   * The default vector.
   *
   * @return the vector, null when the point has none or vectors were not asked for
   */
  public Vector vector() {
    return vector("");
  }

  /**
   * A named vector.
   *
   * @param name its name
   * @return the vector, null when the point has none or it was not asked for
   */
  public Vector vector(String name) {
    Map<String, Vector> all = vectors();
    return all == null ? null : all.get(name);
  }

  /**
   * The vectors by name; the name of the default one is empty.
   *
   * @return the vectors, null when they were not asked for
   */
  public Map<String, Vector> vectors() {
    return answer.vectors(list, index);
  }

  /**
   * What an order_by ranked by: a Long, or a Double; of a time its microseconds since 1970.
   *
   * @return the value, null without order_by
   */
  public Number orderValue() {
    return answer.order(list, index);
  }

  final long versionOf() {
    return answer.version(list, index);
  }

  final float scoreOf() {
    return answer.score(list, index);
  }

  /** The members of the JSON in their order. */
  Map<String, Object> members() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("id", id());
    addContent(out);
    return out;
  }

  final void addContent(Map<String, Object> out) {
    if (payload() != null) {
      out.put("payload", payload());
    }
    Map<String, Vector> all = vectors();
    if (all != null) {
      out.put("vector", all.size() == 1 && all.containsKey("") ? all.get("") : all);
    }
    if (orderValue() != null) {
      out.put("order_value", orderValue());
    }
  }

  /** The JSON of Qdrant's REST interface. */
  @Override
  public String toString() {
    return Json.write(members()).toString();
  }
}
