package io.github.qdrantedge;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The id of a point: an unsigned number of 64 bits, or a UUID. Immutable. */
public final class PointId {
  private final long number;
  private final UUID uuid;

  private PointId(long number, UUID uuid) {
    this.number = number;
    this.uuid = uuid;
  }

  /**
   * An id that is a number.
   *
   * @param number its 64 bits, unsigned: -1 is 2^64 - 1
   * @return the id
   */
  public static PointId of(long number) {
    return new PointId(number, null);
  }

  /**
   * An id that is a UUID.
   *
   * @param uuid the UUID
   * @return the id
   */
  public static PointId of(UUID uuid) {
    if (uuid == null) {
      throw new InvalidArgumentException(ErrorKind.INVALID_ARGUMENT, "the UUID is null");
    }
    return new PointId(0, uuid);
  }

  static PointId of(Object json) {
    return json instanceof Number ? of(((Number) json).longValue()) : of(UUID.fromString((String) json));
  }

  static List<PointId> list(long... numbers) {
    List<PointId> out = new ArrayList<>(numbers.length);
    for (long n : numbers) {
      out.add(of(n));
    }
    return out;
  }

  /**
   * Whether it is a UUID.
   *
   * @return false when it is a number
   */
  public boolean isUuid() {
    return uuid != null;
  }

  /**
   * The number.
   *
   * @return its 64 bits, unsigned; 0 when it is a UUID
   */
  public long number() {
    return number;
  }

  /**
   * The UUID.
   *
   * @return the UUID, null when it is a number
   */
  public UUID uuid() {
    return uuid;
  }

  String json() {
    return uuid == null ? Long.toUnsignedString(number) : "\"" + uuid + "\"";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PointId && number == ((PointId) other).number && (uuid == null ? ((PointId) other).uuid == null : uuid.equals(((PointId) other).uuid));
  }

  @Override
  public int hashCode() {
    return uuid == null ? Long.hashCode(number) : uuid.hashCode();
  }

  /** The number, or the UUID in lower case. */
  @Override
  public String toString() {
    return uuid == null ? Long.toUnsignedString(number) : uuid.toString();
  }
}
