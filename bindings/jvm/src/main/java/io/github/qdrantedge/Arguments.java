package io.github.qdrantedge;

/** The named arguments of calls that take no request. */
final class Arguments extends Body {
  Arguments() {
    super(Shape.OBJECT, null);
  }

  Arguments with(String name, Object value) {
    if (value != null) {
      put(name, value);
    }
    return this;
  }
}
