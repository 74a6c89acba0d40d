package io.github.qdrantedge;

/** What an update did. Immutable. */
public final class UpdateResult {
  private final long operationId;
  private final String status;

  UpdateResult(long operationId, String status) {
    this.operationId = operationId;
    this.status = status;
  }

  /**
   * The number of the operation, which grows.
   *
   * @return the number of the operation, which grows
   */
  public long operationId() {
    return operationId;
  }

  /**
   * Completed.
   *
   * @return completed
   */
  public String status() {
    return status;
  }

  /** The JSON of Qdrant's REST interface. */
  @Override
  public String toString() {
    return Json.write(Body.members("operation_id", operationId, "status", status)).toString();
  }
}
