import io.github.qdrantedge.CountRequest;
import io.github.qdrantedge.DeletePointsByFilter;
import io.github.qdrantedge.Distance;
import io.github.qdrantedge.EdgeConfig;
import io.github.qdrantedge.EdgeShard;
import io.github.qdrantedge.FieldCondition;
import io.github.qdrantedge.Filter;
import io.github.qdrantedge.Json;
import io.github.qdrantedge.NearestQuery;
import io.github.qdrantedge.Point;
import io.github.qdrantedge.PointId;
import io.github.qdrantedge.QueryRequest;
import io.github.qdrantedge.RangeFloat;
import io.github.qdrantedge.ScoredPoint;
import io.github.qdrantedge.UpsertPoints;
import io.github.qdrantedge.Vector;
import io.github.qdrantedge.VectorParams;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * The five steps of the guide "Synchronize Qdrant Edge with a Server" in Java, against an embedded hub.
 *
 * <p>QDRANT_URL (and QDRANT_API_KEY) name a real server; otherwise QDRANT_EDGE_HUB is the program that stands in for one.
 */
public final class SyncGuide {
  private static final String COLLECTION = "notes";
  private static final String VECTOR = "v";
  private static final String TIMESTAMP = "timestamp";
  private static final int DIM = 64;
  private static final int ON_SERVER = 2_000;
  private static final int LOCAL = 100;

  private final Path work;
  private final String url;
  private final String key;
  private final List<Map<String, Object>> uploadQueue = new ArrayList<>();
  private EdgeShard mutable;
  private EdgeShard immutable;

  private SyncGuide(Path work, String url, String key) {
    this.work = work;
    this.url = url;
    this.key = key;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("sync-guide-");
    String url = System.getenv("QDRANT_URL");
    if (url != null) {
      new SyncGuide(work, url, System.getenv("QDRANT_API_KEY")).run();
      return;
    }
    ProcessBuilder start = new ProcessBuilder(System.getenv("QDRANT_EDGE_HUB"), "hub", "--listen", "127.0.0.1:0", work.resolve("hub").toString());
    start.environment().put("QDRANT_EDGE_HUB_API_KEY", "demo-key");
    Process hub = start.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      String said = new BufferedReader(new InputStreamReader(hub.getInputStream(), StandardCharsets.UTF_8)).readLine();
      new SyncGuide(work, said.substring(said.lastIndexOf(' ') + 1), "demo-key").run();
    } finally {
      hub.destroy();
      hub.waitFor();
    }
  }

  private void run() throws IOException {
    fillServer();
    step1MutableShard();
    step2ImmutableShard();
    step3DualWrite();
    step5Query("before the partial snapshot");
    step4PartialSnapshot();
    step5Query("after it");
    mutable.close();
    immutable.close();
  }

  private void fillServer() throws IOException {
    System.out.println("A server at " + url + " with " + ON_SERVER + " points");
    rest("PUT", "", Json.write(map("vectors", map(VECTOR, map("size", DIM, "distance", "Cosine")))).toString());
    List<Map<String, Object>> batch = new ArrayList<>();
    for (int i = 0; i < ON_SERVER; i++) {
      batch.add(restPoint(i, now()));
    }
    rest("PUT", "/points?wait=true", Json.write(map("points", batch)).toString());
  }

  private void step1MutableShard() {
    System.out.println("1. A mutable Edge shard for local writes");
    mutable = EdgeShard.create(work.resolve("mutable").toString(), new EdgeConfig().vectors(VECTOR, new VectorParams(DIM, Distance.COSINE)));
  }

  private void step2ImmutableShard() throws IOException {
    Path snapshot = work.resolve("shard.snapshot");
    download("GET", "/shards/0/snapshot", null, snapshot);
    EdgeShard.unpackSnapshot(snapshot.toString(), work.resolve("immutable").toString());
    Files.delete(snapshot);
    immutable = EdgeShard.load(work.resolve("immutable").toString());
    System.out.println("2. An immutable Edge shard from the server's snapshot: " + immutable.count(new CountRequest()) + " points");
  }

  private void step3DualWrite() {
    for (int i = ON_SERVER; i < ON_SERVER + LOCAL; i++) {
      double now = now();
      Map<String, Vector> vectors = Collections.singletonMap(VECTOR, Vector.dense(vector(i)));
      mutable.update(new UpsertPoints(new Point(i, vectors).payload(map("n", i, TIMESTAMP, now))));
      uploadQueue.add(restPoint(i, now));
    }
    System.out.println("3. Dual write: mutable shard " + mutable.count(new CountRequest()) + " points, queue " + uploadQueue.size());
  }

  private void step4PartialSnapshot() throws IOException {
    rest("PUT", "/points?wait=true", Json.write(map("points", uploadQueue)).toString());
    uploadQueue.clear();
    double synced = now();
    long before = immutable.count(new CountRequest());
    pull();
    System.out.println("4. Partial snapshot: immutable shard " + before + " -> " + immutable.count(new CountRequest()) + " points");
    System.out.println("   once more: HTTP " + pull());
    mutable.update(new DeletePointsByFilter(new Filter().must(new FieldCondition(TIMESTAMP).range(new RangeFloat().lte(synced)))));
    System.out.println("   synced points dropped: mutable shard " + mutable.count(new CountRequest()) + " points");
  }

  private int pull() throws IOException {
    Path partial = work.resolve("partial.snapshot");
    int status = download("POST", "/shards/0/snapshot/partial/create", immutable.manifest().toString(), partial);
    immutable.updateFromSnapshot(partial.toString(), null);
    Files.delete(partial);
    return status;
  }

  /** Asks both shards; of a point in both the local one counts. */
  private void step5Query(String when) {
    QueryRequest request = new QueryRequest().query(new NearestQuery(vector(ON_SERVER + 7))).using(VECTOR).limit(5).withPayload(true);
    Map<ScoredPoint, String> from = new HashMap<>();
    List<ScoredPoint> hits = new ArrayList<>();
    for (EdgeShard shard : new EdgeShard[] {mutable, immutable}) {
      for (ScoredPoint hit : shard.query(request)) {
        hits.add(hit);
        from.put(hit, shard == mutable ? "mutable" : "immutable");
      }
    }
    hits.sort((a, b) -> Float.compare(b.score(), a.score()));
    Set<PointId> seen = new HashSet<>();
    System.out.print("5. Query both shards, " + when + ":");
    for (ScoredPoint hit : hits) {
      if (seen.add(hit.id()) && seen.size() <= 3) {
        System.out.print(" " + hit.id() + " (" + from.get(hit) + ")");
      }
    }
    System.out.println();
  }

  private static float[] vector(int i) {
    Random random = new Random(i);
    float[] out = new float[DIM];
    for (int k = 0; k < DIM; k++) {
      out[k] = (float) random.nextGaussian();
    }
    return out;
  }

  private static double now() {
    return System.currentTimeMillis() / 1000.0;
  }

  private static Map<String, Object> restPoint(int i, double timestamp) {
    List<Float> elements = new ArrayList<>();
    for (float f : vector(i)) {
      elements.add(f);
    }
    return map("id", i, "vector", map(VECTOR, elements), "payload", map("n", i, TIMESTAMP, timestamp));
  }

  private static Map<String, Object> map(Object... namesAndValues) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return out;
  }

  private void rest(String method, String path, String body) throws IOException {
    HttpURLConnection call = connect(method, path, body);
    if (call.getResponseCode() != 200) {
      throw new IOException(method + " " + path + ": HTTP " + call.getResponseCode());
    }
    call.disconnect();
  }

  /** Saves an answer, which is empty when the status is 304: there is nothing new. */
  private int download(String method, String path, String body, Path target) throws IOException {
    HttpURLConnection call = connect(method, path, body);
    int status = call.getResponseCode();
    if (status != 200 && status != 304) {
      throw new IOException(method + " " + path + ": HTTP " + status);
    }
    try (InputStream raw = call.getInputStream();
        InputStream in = "gzip".equals(call.getContentEncoding()) ? new GZIPInputStream(raw) : raw) {
      Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
    }
    return status;
  }

  private HttpURLConnection connect(String method, String path, String body) throws IOException {
    HttpURLConnection call = (HttpURLConnection) new URL(url + "/collections/" + COLLECTION + path).openConnection();
    call.setRequestMethod(method);
    call.setRequestProperty("api-key", key == null ? "" : key);
    call.setRequestProperty("Accept-Encoding", "gzip");
    call.setConnectTimeout(10_000);
    call.setReadTimeout(60_000);
    if (body != null) {
      call.setRequestProperty("Content-Type", "application/json");
      call.setDoOutput(true);
      try (OutputStream out = call.getOutputStream()) {
        out.write(body.getBytes(StandardCharsets.UTF_8));
      }
    }
    return call;
  }
}
