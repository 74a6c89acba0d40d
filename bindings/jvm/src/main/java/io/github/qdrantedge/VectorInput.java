package io.github.qdrantedge;

/** VectorInput is a vector, or that of a stored point. */
public final class VectorInput extends Body {
  private VectorInput(Object value) {
    super(Shape.TRANSPARENT, null);
    put("value", value);
  }

  /**
   * A dense vector.
   *
   * @param vector its elements
   * @return the input
   */
  public static VectorInput of(float... vector) {
    return new VectorInput(Vector.dense(vector));
  }

  /**
   * A vector.
   *
   * @param vector the vector
   * @return the input
   */
  public static VectorInput of(Vector vector) {
    return new VectorInput(vector);
  }

  /**
   * The vector of a stored point, which is then left out of the hits.
   *
   * @param id the id
   * @return the input
   */
  public static VectorInput of(PointId id) {
    return new VectorInput(id);
  }

  /**
   * The vector of a stored point, which is then left out of the hits.
   *
   * @param id the id, unsigned
   * @return the input
   */
  public static VectorInput of(long id) {
    return new VectorInput(PointId.of(id));
  }
}
