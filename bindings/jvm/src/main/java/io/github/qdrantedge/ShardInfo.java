package io.github.qdrantedge;

import java.util.Map;

/** Counts what a shard holds. Immutable. */
public final class ShardInfo {
  private final Json json;
  private final Map<String, Object> members;

  ShardInfo(Json json) {
    this.json = json;
    members = json.map();
  }

  private long number(String name) {
    return ((Number) members.get(name)).longValue();
  }

  /**
   * The number of segments.
   *
   * @return the number
   */
  public long segmentsCount() {
    return number("segments_count");
  }

  /**
   * The number of points that reads see.
   *
   * @return the number
   */
  public long pointsCount() {
    return number("points_count");
  }

  /**
   * The number of vectors in indexes.
   *
   * @return the number
   */
  public long indexedVectorsCount() {
    return number("indexed_vectors_count");
  }

  /**
   * The payload indexes by key: data_type, params, points.
   *
   * @return their description
   */
  @SuppressWarnings("unchecked")
  public Map<String, Object> payloadSchema() {
    return (Map<String, Object>) members.get("payload_schema");
  }

  /** The JSON of the library. */
  @Override
  public String toString() {
    return json.toString();
  }
}
