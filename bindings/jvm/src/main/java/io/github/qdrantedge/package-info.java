/**
 * Qdrant Edge: Qdrant's storage and search inside the process.
 *
 * <p>{@link io.github.qdrantedge.EdgeShard} is a directory that this process has open. Requests are built ({@code new QueryRequest().limit(10)})
 * or made of the JSON of Qdrant's REST interface ({@code QueryRequest.json(text)}); they are not safe for use by several threads while they
 * are being built, everything else is. Every error is an {@link io.github.qdrantedge.EdgeException}, which is unchecked.
 */
package io.github.qdrantedge;
