package io.github.qdrantedge;

import java.util.List;

/** A value of the key that groups, with its best hits. Immutable. */
public final class PointGroup {
  private final Object id;
  private final List<ScoredPoint> hits;

  PointGroup(Object id, List<ScoredPoint> hits) {
    this.id = id;
    this.hits = hits;
  }

  /**
   * A String or Long.
   *
   * @return a String or Long
   */
  public Object id() {
    return id;
  }

  /**
   * The hits, the best first.
   *
   * @return the hits, the best first
   */
  public List<ScoredPoint> hits() {
    return hits;
  }

  /** The JSON of Qdrant's REST interface. */
  @Override
  public String toString() {
    return "{\"hits\":" + hits + ",\"id\":" + Json.write(id) + "}";
  }
}
