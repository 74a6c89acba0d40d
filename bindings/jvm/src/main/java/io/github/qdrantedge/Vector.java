package io.github.qdrantedge;

import java.nio.FloatBuffer;

/**
 * A dense vector, a multivector (rows of one length) or a sparse vector. What it is made of is not copied: leave it alone until the call
 * that it is passed to has returned. A direct FloatBuffer in native order and a float[] go over the border in one piece.
 */
public final class Vector {
  private final FloatBuffer values;
  private final int rows;
  private final int[] indices;

  private Vector(FloatBuffer values, int rows, int[] indices) {
    this.values = values;
    this.rows = rows;
    this.indices = indices;
  }

  /**
   * A dense vector.
   *
   * @param values its elements
   * @return the vector
   */
  public static Vector dense(float... values) {
    return new Vector(FloatBuffer.wrap(notNull(values)), -1, null);
  }

  /**
   * A dense vector.
   *
   * @param values its elements, from position to limit; the buffer's position stays where it is
   * @return the vector
   */
  public static Vector dense(FloatBuffer values) {
    return new Vector(notNull(values).slice(), -1, null);
  }

  /**
   * A multivector.
   *
   * @param rows its vectors, all of one length
   * @return the vector
   * @throws InvalidArgumentException rows of different lengths
   */
  public static Vector multi(float[]... rows) {
    int dim = notNull(rows).length == 0 ? 0 : notNull(rows[0]).length;
    FloatBuffer flat = FloatBuffer.allocate(Math.multiplyExact(rows.length, dim));
    for (float[] row : rows) {
      if (notNull(row).length != dim) {
        throw new InvalidArgumentException(ErrorKind.INVALID_ARGUMENT, "rows of " + dim + " and " + row.length + " elements make no multivector");
      }
      flat.put(row);
    }
    flat.flip();
    return new Vector(flat, rows.length, null);
  }

  /**
   * A multivector.
   *
   * @param flat its vectors one after the other, from position to limit
   * @param rows how many they are
   * @return the vector
   * @throws InvalidArgumentException the elements do not divide into rows
   */
  public static Vector multi(FloatBuffer flat, int rows) {
    if (rows <= 0 || notNull(flat).remaining() % rows != 0) {
      throw new InvalidArgumentException(ErrorKind.INVALID_ARGUMENT, "the elements do not divide into " + rows + " rows");
    }
    return new Vector(flat.slice(), rows, null);
  }

  /**
   * A sparse vector.
   *
   * @param indices where its elements stand, unsigned, in any order, each once
   * @param values its elements, as many
   * @return the vector
   * @throws InvalidArgumentException their numbers differ
   */
  public static Vector sparse(int[] indices, float[] values) {
    if (notNull(indices).length != notNull(values).length) {
      throw new InvalidArgumentException(ErrorKind.INVALID_ARGUMENT, indices.length + " indices and " + values.length + " values make no sparse vector");
    }
    return new Vector(FloatBuffer.wrap(values), -1, indices);
  }

  private static <T> T notNull(T given) {
    if (given == null) {
      throw new InvalidArgumentException(ErrorKind.INVALID_ARGUMENT, "a vector is null");
    }
    return given;
  }

  /**
   * Whether it is dense.
   *
   * @return true unless it is a multivector or sparse
   */
  public boolean isDense() {
    return rows < 0 && indices == null;
  }

  /**
   * The number of rows of a multivector.
   *
   * @return the number, -1 when it is none
   */
  public int rows() {
    return rows;
  }

  /**
   * The elements: those of a multivector row by row, those of a sparse vector in the order of its indices.
   *
   * @return a copy
   */
  public float[] values() {
    float[] out = new float[values.remaining()];
    values.duplicate().get(out);
    return out;
  }

  /**
   * Where the elements of a sparse vector stand.
   *
   * @return a copy, null when it is not sparse
   */
  public int[] indices() {
    return indices == null ? null : indices.clone();
  }

  FloatBuffer floats() {
    return values;
  }

  void write(JsonWriter w) {
    if (indices == null) {
      w.floats(values, rows);
      return;
    }
    w.raw("{\"indices\":[");
    for (int i = 0; i < indices.length; i++) {
      w.raw(i > 0 ? "," : "").raw(Integer.toUnsignedString(indices[i]));
    }
    w.raw("],\"values\":");
    w.floats(values, -1);
    w.raw("}");
  }

  /** The JSON. */
  @Override
  public String toString() {
    JsonWriter w = new JsonWriter(false);
    write(w);
    return w.toString();
  }
}
