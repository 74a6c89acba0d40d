package io.github.qdrantedge;

/** DecayExpression falls from 1 the farther a term is from its target. */
public final class DecayExpression extends Expression {
  /**
   * Falls with the distance from 0.
   *
   * @param kind the shape
   * @param x the term
   */
  public DecayExpression(DecayKind kind, Expression x) {
    super(Shape.ENVELOPE, kind.json());
    put("x", x);
  }

  /**
   * Sets where it is 1.
   *
   * @param target the target; absent is 0
   * @return this
   */
  public DecayExpression target(Expression target) {
    put("target", target);
    return this;
  }

  /**
   * Sets the distance at which it has fallen to the midpoint.
   *
   * @param scale in the unit of the term; absent is 1
   * @return this
   */
  public DecayExpression scale(double scale) {
    put("scale", scale);
    return this;
  }

  /**
   * Sets the value at a distance of scale.
   *
   * @param midpoint between 0 and 1; absent is 0.5
   * @return this
   */
  public DecayExpression midpoint(double midpoint) {
    put("midpoint", midpoint);
    return this;
  }
}
