package io.github.qdrantedge;

import java.util.LinkedHashMap;
import java.util.Map;

/** A hit. Immutable. */
public final class ScoredPoint extends RetrievedPoint {
  ScoredPoint(Answer answer, int list, int index) {
    super(answer, list, index);
  }

  /**
   * The number of the operation that wrote the point last.
   *
   * @return the number
   */
  public long version() {
    return versionOf();
  }

  /**
   * How well it matches; for Euclid and Manhattan less is better.
   *
   * @return the score
   */
  public float score() {
    return scoreOf();
  }

  @Override
  Map<String, Object> members() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("id", id());
    out.put("version", version());
    out.put("score", score());
    addContent(out);
    return out;
  }
}
