package io.github.qdrantedge;

/** What every failure of a call is; the subclasses tell the kinds apart. Unchecked, and safe to send between threads. */
public class EdgeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorKind kind;

  EdgeException(ErrorKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /**
   * The kind of the error, the same in every language.
   *
   * @return the kind
   */
  public ErrorKind kind() {
    return kind;
  }
}
