package consumer;

import io.github.qdrantedge.Distance;
import io.github.qdrantedge.EdgeConfig;
import io.github.qdrantedge.EdgeShard;
import io.github.qdrantedge.NearestQuery;
import io.github.qdrantedge.Point;
import io.github.qdrantedge.QueryRequest;
import io.github.qdrantedge.UpsertPoints;
import io.github.qdrantedge.VectorParams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Asks the jar one question, and sees that it leaves nothing behind. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws IOException {
    Path dir = Files.createTempDirectory("consumer-");
    try (EdgeShard shard = EdgeShard.create(dir.resolve("shard").toString(), new EdgeConfig().vectors("", new VectorParams(2, Distance.COSINE)))) {
      shard.update(new UpsertPoints(new Point(1, new float[] {1, 0}), new Point(2, new float[] {0, 1})));
      long best = shard.query(new QueryRequest().query(new NearestQuery(0.1f, 0.9f)).limit(1)).get(0).id().number();
      if (best != 2) {
        throw new AssertionError("the nearest point is " + best);
      }
    }
    try (Stream<Path> left = Files.list(dir.getParent())) {
      if (left.anyMatch(p -> p.getFileName().toString().startsWith("qdrant-edge-native-"))) {
        throw new AssertionError("the natives were left in " + dir.getParent());
      }
    }
    System.out.println("consumer: qdrant-edge " + EdgeShard.version() + " from the published jar answers");
  }
}
