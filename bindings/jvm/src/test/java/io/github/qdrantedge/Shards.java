package io.github.qdrantedge;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Random;
import java.nio.file.Path;

/** Shards for tests. */
final class Shards {
  static final int DIM = 16;

  private Shards() {}

  static EdgeConfig config() {
    return new EdgeConfig().vectors("", new VectorParams(DIM, Distance.DOT));
  }

  /** A shard with points 0 to n - 1, each with {"n": id, "tag": "t" + id % 3}. */
  static EdgeShard filled(Path directory, int n) {
    EdgeShard shard = EdgeShard.create(directory.toString(), config());
    Point[] points = new Point[n];
    for (int i = 0; i < n; i++) {
      points[i] = new Point(i, vector(i)).payload(payload(i));
    }
    shard.update(new UpsertPoints(Arrays.asList(points)));
    return shard;
  }

  static Map<String, Object> payload(int i) {
    Map<String, Object> out = Body.members("n", i, "tag", "t" + i % 3);
    return Collections.unmodifiableMap(out);
  }

  /** The vector of a point: whole numbers, so that scores are exact. */
  static float[] vector(int seed) {
    Random random = new Random(seed);
    float[] out = new float[DIM];
    for (int i = 0; i < DIM; i++) {
      out[i] = random.nextInt(64) - 32;
    }
    return out;
  }

  static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
