package io.github.qdrantedge;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Similarities by places in a list of ids: score(i) is that of ids().get(row(i)) and ids().get(column(i)). Immutable. */
public final class SearchMatrixOffsets {
  private final List<?> rows;
  private final List<?> columns;
  private final List<?> scores;
  private final List<PointId> ids = new ArrayList<>();
  private final Map<String, Object> members;

  SearchMatrixOffsets(Map<String, Object> members) {
    this.members = members;
    rows = (List<?>) members.get("offsets_row");
    columns = (List<?>) members.get("offsets_col");
    scores = (List<?>) members.get("scores");
    for (Object id : (List<?>) members.get("ids")) {
      ids.add(PointId.of(id));
    }
  }

  /**
   * The number of similarities.
   *
   * @return the number
   */
  public int size() {
    return scores.size();
  }

  /**
   * The place of one point.
   *
   * @param i which similarity
   * @return the place in ids()
   */
  public int row(int i) {
    return ((Number) rows.get(i)).intValue();
  }

  /**
   * The place of the other point.
   *
   * @param i which similarity
   * @return the place in ids()
   */
  public int column(int i) {
    return ((Number) columns.get(i)).intValue();
  }

  /**
   * A similarity.
   *
   * @param i which
   * @return the score
   */
  public float score(int i) {
    return ((Number) scores.get(i)).floatValue();
  }

  /**
   * The points.
   *
   * @return their ids
   */
  public List<PointId> ids() {
    return ids;
  }

  /** The JSON of Qdrant's REST interface. */
  @Override
  public String toString() {
    return Json.write(members).toString();
  }
}
