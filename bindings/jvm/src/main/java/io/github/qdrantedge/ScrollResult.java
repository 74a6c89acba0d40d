package io.github.qdrantedge;

import java.util.List;

/** A page of points. Immutable. */
public final class ScrollResult {
  private final List<RetrievedPoint> points;
  private final PointId nextPageOffset;

  ScrollResult(List<RetrievedPoint> points, PointId nextPageOffset) {
    this.points = points;
    this.nextPageOffset = nextPageOffset;
  }

  /**
   * The points.
   *
   * @return the points
   */
  public List<RetrievedPoint> points() {
    return points;
  }

  /**
   * The offset of the next page, null on the last one.
   *
   * @return the offset of the next page, null on the last one
   */
  public PointId nextPageOffset() {
    return nextPageOffset;
  }

  /** The JSON of Qdrant's REST interface. */
  @Override
  public String toString() {
    return "{\"points\":" + points + ",\"next_page_offset\":" + (nextPageOffset == null ? "null" : nextPageOffset.json()) + "}";
  }
}
