package io.github.qdrantedge;

/** The similarity of two points. Immutable. */
public final class SearchMatrixPair {
  private final PointId a;
  private final PointId b;
  private final float score;

  SearchMatrixPair(PointId a, PointId b, float score) {
    this.a = a;
    this.b = b;
    this.score = score;
  }

  /**
   * One point.
   *
   * @return one point
   */
  public PointId a() {
    return a;
  }

  /**
   * The other.
   *
   * @return the other
   */
  public PointId b() {
    return b;
  }

  /**
   * Their similarity.
   *
   * @return their similarity
   */
  public float score() {
    return score;
  }

  /** The JSON of Qdrant's REST interface. */
  @Override
  public String toString() {
    return Json.write(Body.members("a", a, "b", b, "score", score)).toString();
  }
}
