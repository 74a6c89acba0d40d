package io.github.qdrantedge;

/** WithPayload selects the keys of a payload that are returned. */
public final class WithPayload extends Body {
  private WithPayload(String what, String... keys) {
    super(Shape.OBJECT, null);
    put(what, list(keys));
  }

  /**
   * These keys and nothing else.
   *
   * @param keys payload keys, such as a.b[].c
   * @return the selection
   */
  public static WithPayload include(String... keys) {
    return new WithPayload("include", keys);
  }

  /**
   * Everything but these keys.
   *
   * @param keys payload keys, such as a.b[].c
   * @return the selection
   */
  public static WithPayload exclude(String... keys) {
    return new WithPayload("exclude", keys);
  }
}
