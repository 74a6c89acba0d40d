package io.github.qdrantedge;

/** NearestQuery wants the points nearest to a vector, or to the vector of a stored point. */
public final class NearestQuery extends Query {
  private NearestQuery(Object input) {
    super(Shape.OBJECT, null);
    put("nearest", input);
  }

  /**
   * Near to a dense vector.
   *
   * @param vector its elements
   */
  public NearestQuery(float... vector) {
    this((Object) Vector.dense(vector));
  }

  /**
   * Near to a vector.
   *
   * @param vector the vector
   */
  public NearestQuery(Vector vector) {
    this((Object) vector);
  }

  /**
   * Near to a stored point, which is itself left out.
   *
   * @param id its id
   */
  public NearestQuery(PointId id) {
    this((Object) id);
  }

  /**
   * Makes the hits differ from each other.
   *
   * @param mmr how much
   * @return this
   */
  public NearestQuery mmr(Mmr mmr) {
    put("mmr", mmr);
    return this;
  }
}
