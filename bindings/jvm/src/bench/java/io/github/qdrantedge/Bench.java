package io.github.qdrantedge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The same search through JNI and through the Go API, in rounds in turn; calls per second of a trivial call. */
public final class Bench {
  private static final int DIM = 128;
  private static final int ROUNDS = 15;
  private static final int CALLS = 1000;
  private static long sink;

  private Bench() {}

  /** Numbers that the Go side makes too. */
  private static float[] vector(int i) {
    float[] out = new float[DIM];
    for (int k = 0; k < DIM; k++) {
      out[k] = (float) (((i * 31 + k) * 7919) % 1009) - 504;
    }
    return out;
  }

  private static EdgeShard shard(Path path, int n) {
    EdgeShard shard = EdgeShard.create(path.toString(), new EdgeConfig().vectors("", new VectorParams(DIM, Distance.COSINE)));
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      points.add(new Point(i, vector(i)).payload(Body.members("n", i)));
    }
    shard.update(new UpsertPoints(points));
    return shard;
  }

  private static double search(EdgeShard shard, int limit) {
    long start = System.nanoTime();
    for (int i = 0; i < CALLS; i++) {
      QueryRequest request = new QueryRequest().query(new NearestQuery(vector(i))).limit(limit);
      for (ScoredPoint hit : shard.query(request)) {
        sink += hit.id().number() + (long) hit.score();
      }
    }
    return (System.nanoTime() - start) / 1e3 / CALLS;
  }

  private static double median(List<Double> all) {
    double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /**
   * Runs the rounds.
   *
   * @param args the program of src/bench/go
   */
  public static void main(String[] args) throws IOException {
    Path work = Files.createTempDirectory("bench-jvm-");
    for (int n : new int[] {1000, 10_000}) {
      try (EdgeShard shard = shard(work.resolve("jvm" + n), n)) {
        compare(args[0], work.resolve("go" + n), shard, n);
        if (n == 1000) {
          trivial(shard);
        }
      }
    }
  }

  private static void compare(String goBench, Path path, EdgeShard shard, int n) throws IOException {
    Process go = new ProcessBuilder(goBench, path.toString(), String.valueOf(n), String.valueOf(CALLS)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader said = new BufferedReader(new InputStreamReader(go.getInputStream(), StandardCharsets.UTF_8));
    PrintStream ask = new PrintStream(go.getOutputStream(), true, "UTF-8");
    for (int limit : new int[] {10, 100}) {
      List<Double> java = new ArrayList<>();
      List<Double> direct = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      for (int round = -5; round < ROUNDS; round++) {
        double mine = search(shard, limit);
        ask.println(limit);
        double other = Double.parseDouble(said.readLine());
        if (round >= 0) { // before, the JVM compiles
          java.add(mine);
          direct.add(other);
          ratios.add(mine / other);
        }
      }
      System.out.printf("exact search of %d x %d, limit %d: JNI %.1f us, Go %.1f us, median ratio of %d rounds in turn %.3f%n",
          n, DIM, limit, median(java), median(direct), ROUNDS, median(ratios));
    }
    go.destroy();
  }

  private static void trivial(EdgeShard shard) {
    List<Double> counts = new ArrayList<>();
    List<Double> handles = new ArrayList<>();
    CountRequest all = new CountRequest();
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < 20_000; i++) {
        sink += shard.count(all);
      }
      long middle = System.nanoTime();
      for (int i = 0; i < 100_000; i++) {
        sink += EdgeShard.liveHandles();
      }
      counts.add(20_000 / ((middle - start) / 1e9));
      handles.add(100_000 / ((System.nanoTime() - middle) / 1e9));
    }
    System.out.printf("count: %,.0f calls/s; liveHandles: %,.0f calls/s (medians of %d rounds)%n", median(counts), median(handles), ROUNDS);
  }
}
