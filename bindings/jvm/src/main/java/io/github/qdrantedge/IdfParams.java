package io.github.qdrantedge;

/** IdfParams says which points count for inverse document frequencies. */
public final class IdfParams extends Body {
  private IdfParams(Object value) {
    super(Shape.TRANSPARENT, null);
    put("value", value);
  }

  /**
   * All points.
   *
   * @return the parameters
   */
  public static IdfParams global() {
    return new IdfParams("global");
  }

  /**
   * The points that match.
   *
   * @param filter the filter
   * @return the parameters
   */
  public static IdfParams corpus(Filter filter) {
    return new IdfParams(members("corpus", filter));
  }
}
