package io.github.qdrantedge;

import java.util.List;
import java.util.Map;

/** Text in JSON: a part of a request as it is, or an answer to be read. Immutable. */
public final class Json extends Body {
  private final String source;

  private Json(String text) {
    super(Shape.OBJECT, null);
    paste(text);
    source = text;
  }

  /**
   * Takes text as it is; it is checked when it is used.
   *
   * @param text the text
   * @return the JSON
   */
  public static Json of(String text) {
    return new Json(text);
  }

  /**
   * Writes a value.
   *
   * @param value null, a Boolean, Number or String, or a Map or List of these
   * @return the JSON
   * @throws InvalidArgumentException the value has no JSON: another class, NaN, an infinity, half a surrogate pair
   */
  public static Json write(Object value) {
    JsonWriter w = new JsonWriter(false);
    w.value(value);
    return new Json(w.toString());
  }

  /**
   * Reads the text: objects become a Map in their order, arrays a List, whole numbers a Long (a BigInteger beyond 64 bits), others a Double.
   *
   * @return the value, which may be null
   * @throws InvalidArgumentException the text is no JSON or nested deeper than 128 levels
   */
  public Object value() {
    return JsonReader.read(source);
  }

  /**
   * As {@link #value}, of an object.
   *
   * @return the members in their order
   * @throws InvalidArgumentException the text is no object
   */
  @SuppressWarnings("unchecked")
  public Map<String, Object> map() {
    Object value = value();
    if (!(value instanceof Map)) {
      throw new InvalidArgumentException(ErrorKind.INVALID_ARGUMENT, "the JSON text is no object");
    }
    return (Map<String, Object>) value;
  }

  /**
   * As {@link #value}, of an array.
   *
   * @return the elements
   * @throws InvalidArgumentException the text is no array
   */
  @SuppressWarnings("unchecked")
  public List<Object> list() {
    Object value = value();
    if (!(value instanceof List)) {
      throw new InvalidArgumentException(ErrorKind.INVALID_ARGUMENT, "the JSON text is no array");
    }
    return (List<Object>) value;
  }

  /** The text as it is. */
  @Override
  public String toString() {
    return source;
  }
}
