package io.github.qdrantedge;

/** A value that has a name in JSON. */
interface JsonName {
  /**
   * The name in JSON.
   *
   * @return the name
   */
  String json();
}
