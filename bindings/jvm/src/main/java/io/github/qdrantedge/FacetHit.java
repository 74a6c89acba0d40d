package io.github.qdrantedge;

/** A value and the number of points that have it. Immutable. */
public final class FacetHit {
  private final Object value;
  private final long count;

  FacetHit(Object value, long count) {
    this.value = value;
    this.count = count;
  }

  /**
   * A String, Long or Boolean.
   *
   * @return a String, Long or Boolean
   */
  public Object value() {
    return value;
  }

  /**
   * The number of points.
   *
   * @return the number of points
   */
  public long count() {
    return count;
  }

  /** The JSON of Qdrant's REST interface. */
  @Override
  public String toString() {
    return Json.write(Body.members("value", value, "count", count)).toString();
  }
}
