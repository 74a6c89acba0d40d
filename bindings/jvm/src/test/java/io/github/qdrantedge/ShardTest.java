package io.github.qdrantedge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every call, with answers that are known without the library. */
class ShardTest {
  @TempDir Path dir;

  @Test
  void queryRanksByScore() {
    try (EdgeShard shard = Shards.filled(dir, 200)) {
      float[] wanted = Shards.vector(7);
      List<Integer> best = IntStream.range(0, 200).boxed().sorted((a, b) -> {
        int byScore = Float.compare(Shards.dot(wanted, Shards.vector(b)), Shards.dot(wanted, Shards.vector(a)));
        return byScore != 0 ? byScore : Integer.compare(a, b);
      }).limit(10).collect(Collectors.toList());
      List<ScoredPoint> hits = shard.query(new QueryRequest().query(new NearestQuery(wanted)).limit(10).withPayload(true).withVector(true));
      assertEquals(best, hits.stream().map(h -> (int) h.id().number()).collect(Collectors.toList()));
      for (ScoredPoint hit : hits) {
        int id = (int) hit.id().number();
        assertEquals(Shards.dot(wanted, Shards.vector(id)), hit.score());
        assertArrayEquals(Shards.vector(id), hit.vector().values());
        assertEquals((long) id, hit.payload().map().get("n"));
      }
      List<ScoredPoint> found = shard.search(new SearchRequest(wanted, 10));
      assertEquals(best, found.stream().map(h -> (int) h.id().number()).collect(Collectors.toList()));
      assertNull(found.get(0).payload());
      assertNull(found.get(0).vectors());
    }
  }

  @Test
  void builtAndPastedRequestsAnswerAlike() {
    try (EdgeShard shard = Shards.filled(dir, 100)) {
      Filter filter = new Filter().must(new FieldCondition("tag").match(new MatchValue("t1"))).mustNot(new FieldCondition("n").range(new RangeFloat().lt(50)));
      String pasted = "{\"must\":[{\"key\":\"tag\",\"match\":{\"value\":\"t1\"}}],\"must_not\":[{\"key\":\"n\",\"range\":{\"lt\":50}}]}";
      long expected = IntStream.range(50, 100).filter(i -> i % 3 == 1).count();
      assertEquals(expected, shard.count(new CountRequest().filter(filter)));
      assertEquals(expected, shard.count(new CountRequest().filter(Filter.json(pasted))));
      assertEquals(expected, shard.count(CountRequest.json("{\"filter\":" + pasted + "}")));
      shard.update(new DeletePointsByFilter(filter));
      assertEquals(100 - expected, shard.count(new CountRequest()));
    }
  }

  @Test
  void scrollPagesToTheEnd() {
    try (EdgeShard shard = Shards.filled(dir, 25)) {
      ScrollResult page = shard.scroll(new ScrollRequest().limit(10));
      int seen = page.points().size();
      while (page.nextPageOffset() != null) {
        page = shard.scroll(new ScrollRequest().limit(10).offset(page.nextPageOffset()));
        seen += page.points().size();
      }
      assertEquals(25, seen);
      List<RetrievedPoint> ordered = shard.scroll(ScrollRequest.json("{\"limit\":3,\"with_payload\":[\"tag\"]}")).points();
      assertEquals("{\"tag\":\"t2\"}", ordered.get(2).payload().toString());
    }
  }

  @Test
  void orderValuesComeWithThePoints() {
    try (EdgeShard shard = Shards.filled(dir, 20)) {
      shard.update(new CreateIndex("n").fieldSchema(PayloadSchemaType.INTEGER));
      List<RetrievedPoint> last = shard.scroll(new ScrollRequest().limit(3).orderBy(new OrderBy("n").direction(Direction.DESC))).points();
      assertEquals(Arrays.asList(19L, 18L, 17L), last.stream().map(RetrievedPoint::orderValue).collect(Collectors.toList()));
      assertEquals("integer", ((Map<?, ?>) shard.info().payloadSchema().get("n")).get("data_type"));
    }
  }

  @Test
  void answersLargerThanTheBuffersAreFetched() {
    try (EdgeShard shard = Shards.filled(dir, 20_000)) {
      List<RetrievedPoint> all = shard.scroll(new ScrollRequest().limit(20_000).withVector(true)).points();
      assertEquals(20_000, all.size());
      assertArrayEquals(Shards.vector(19_999), all.get(19_999).vector().values());
      assertEquals(3, shard.scroll(new ScrollRequest().limit(3)).points().size());
    }
  }

  @Test
  void vectorsOfEveryKindComeBack() {
    EdgeConfig config = new EdgeConfig().vectors("dense", new VectorParams(3, Distance.EUCLID))
        .vectors("multi", new VectorParams(2, Distance.DOT).multivectorConfig(new MultiVectorConfig(MultiVectorComparator.MAX_SIM)))
        .sparseVectors("sparse", new SparseVectorParams());
    try (EdgeShard shard = EdgeShard.create(dir.toString(), config)) {
      UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
      Map<String, Vector> vectors = new java.util.LinkedHashMap<>();
      vectors.put("dense", Vector.dense(1, 2, 3));
      vectors.put("multi", Vector.multi(new float[] {1, 2}, new float[] {3, 4}, new float[] {5, 6}));
      vectors.put("sparse", Vector.sparse(new int[] {1, -1}, new float[] {0.5f, 2}));
      shard.update(new UpsertPoints(new Point(PointId.of(uuid), vectors)));
      RetrievedPoint p = shard.retrieve(new RetrieveRequest(PointId.of(uuid)).withVector(true)).get(0);
      assertEquals(uuid, p.id().uuid());
      assertArrayEquals(new float[] {1, 2, 3}, p.vector("dense").values());
      assertEquals(3, p.vector("multi").rows());
      assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, p.vector("multi").values());
      assertArrayEquals(new int[] {1, -1}, p.vector("sparse").indices());
      assertArrayEquals(new float[] {0.5f, 2}, p.vector("sparse").values());
      assertEquals("[[1.0,2.0],[3.0,4.0],[5.0,6.0]]", p.vector("multi").toString());
      List<ScoredPoint> hits = shard.query(new QueryRequest().query(new NearestQuery(Vector.sparse(new int[] {-1}, new float[] {3}))).using("sparse"));
      assertEquals(6f, hits.get(0).score());
    }
  }

  @Test
  void buffersOfAnyKindAreDenseVectors() {
    try (EdgeShard shard = EdgeShard.create(dir.toString(), Shards.config())) {
      FloatBuffer direct = ByteBuffer.allocateDirect(4 * 48).order(ByteOrder.nativeOrder()).asFloatBuffer();
      FloatBuffer bigEndian = ByteBuffer.allocate(4 * 16).order(ByteOrder.BIG_ENDIAN).asFloatBuffer();
      direct.position(16);
      direct.put(Shards.vector(1)).limit(32).position(16);
      bigEndian.put(Shards.vector(2)).flip();
      shard.update(new UpsertPoints(new Point(-1L, Vector.dense(direct)), new Point(2, Vector.dense(bigEndian.asReadOnlyBuffer()))));
      assertEquals(16, direct.position());
      List<RetrievedPoint> both = shard.retrieve(new RetrieveRequest(-1L, 2).withVector(true));
      assertEquals("18446744073709551615", both.get(0).id().toString());
      assertArrayEquals(Shards.vector(1), both.get(0).vector().values());
      assertArrayEquals(Shards.vector(2), both.get(1).vector().values());
    }
  }

  @Test
  void payloadsComeBackAsGiven() {
    try (EdgeShard shard = EdgeShard.create(dir.toString(), Shards.config())) {
      String text = "{\"z\":1.0,\"a\":[18446744073709551615,-0.0,null,true],\"é😀\":{\"\":\"\\u0000\\\"\"}}";
      shard.update(new UpsertPoints(new Point(1, Shards.vector(1)).payload(Json.of(text)), new Point(2, Shards.vector(2))));
      List<RetrievedPoint> both = shard.retrieve(new RetrieveRequest(1, 2));
      assertEquals(text, both.get(0).payload().toString());
      Map<String, Object> map = both.get(0).payload().map();
      assertEquals(1.0, map.get("z"));
      assertEquals(new BigInteger("18446744073709551615"), ((List<?>) map.get("a")).get(0));
      shard.update(new UpsertPoints(new Point(3, Shards.vector(3)).payload(map)));
      assertEquals(text, shard.retrieve(new RetrieveRequest(3)).get(0).payload().toString());
    }
  }

  @Test
  void conditionalUpserts() {
    try (EdgeShard shard = Shards.filled(dir, 3)) {
      Filter never = new Filter().must(new FieldCondition("n").match(new MatchValue(77)));
      shard.update(new UpsertPoints(new Point(1, Shards.vector(9))).condition(never));
      shard.update(new UpsertPoints(new Point(50, Shards.vector(9))).updateMode(UpdateMode.UPDATE_ONLY));
      assertArrayEquals(Shards.vector(1), shard.retrieve(new RetrieveRequest(1).withVector(true)).get(0).vector().values());
      assertEquals(3, shard.count(new CountRequest()));
      shard.update(UpsertPoints.json("{\"batch\":{\"ids\":[60],\"vectors\":[" + Vector.dense(Shards.vector(60)) + "]}}"));
      assertEquals(4, shard.count(new CountRequest()));
    }
  }

  @Test
  void payloadAndVectorEdits() {
    try (EdgeShard shard = Shards.filled(dir, 3)) {
      shard.update(new SetPayload(Collections.singletonMap("x", 1)).points(Arrays.asList(PointId.of(1))));
      shard.update(new DeletePayload(Arrays.asList("n", "tag")).points(1, 2));
      assertEquals("{\"x\":1}", shard.retrieve(new RetrieveRequest(1)).get(0).payload().toString());
      shard.update(new ClearPayload(0));
      assertEquals("{}", shard.retrieve(new RetrieveRequest(0)).get(0).payload().toString());
      shard.update(new UpdateVectors(new PointVectors(2, Shards.vector(99))));
      assertArrayEquals(Shards.vector(99), shard.retrieve(new RetrieveRequest(2).withVector(true)).get(0).vector().values());
      shard.update(new DeleteVectors(Arrays.asList(PointId.of(2)), ""));
      assertTrue(shard.retrieve(new RetrieveRequest(2).withVector(true)).get(0).vectors().isEmpty());
      shard.update(new DeletePoints(0, 1));
      assertEquals(1, shard.count(new CountRequest()));
    }
  }

  @Test
  void batchesGroupsFacetsAndMatrices() {
    try (EdgeShard shard = Shards.filled(dir, 60)) {
      QueryRequest one = new QueryRequest().query(new NearestQuery(Shards.vector(1))).limit(4);
      QueryRequest two = new QueryRequest().query(new NearestQuery(PointId.of(2))).limit(5);
      List<List<ScoredPoint>> batch = shard.queryBatch(new QueryBatchRequest(one, two));
      assertEquals(shard.query(one).toString(), batch.get(0).toString());
      assertEquals(5, batch.get(1).size());
      List<PointGroup> groups = shard.queryGroups(new QueryGroupsRequest("tag").query(new NearestQuery(Shards.vector(1))).groupSize(2).limit(3));
      assertEquals(3, groups.size());
      assertTrue(groups.stream().allMatch(g -> g.hits().size() == 2 && ((String) g.id()).startsWith("t")));
      shard.update(new CreateIndex("tag").fieldSchema(PayloadSchemaType.KEYWORD));
      assertEquals(Arrays.asList(20L, 20L, 20L), shard.facet(new FacetRequest("tag")).stream().map(FacetHit::count).collect(Collectors.toList()));
      List<SearchMatrixPair> pairs = shard.searchMatrixPairs(new SearchMatrixRequest().sample(10).limit(2));
      assertEquals(20, pairs.size());
      SearchMatrixOffsets offsets = shard.searchMatrixOffsets(new SearchMatrixRequest().sample(10).limit(2));
      int a = (int) offsets.ids().get(offsets.row(0)).number();
      int b = (int) offsets.ids().get(offsets.column(0)).number();
      assertEquals(Shards.dot(Shards.vector(a), Shards.vector(b)), offsets.score(0));
    }
  }

  @Test
  void bm25WithoutAShard() {
    Vector v = EdgeShard.bm25Embed(new Bm25EmbedRequest("the quick brown fox").config(new Bm25Config().language("english")));
    assertEquals(3, v.values().length);
    assertEquals(3, v.indices().length);
    assertFalse(v.isDense());
  }

  @Test
  void whatIsStoredIsThereAfterALoad() {
    try (EdgeShard shard = Shards.filled(dir, 30)) {
      shard.flush();
      shard.optimize();
      assertEquals(30, shard.info().pointsCount());
    }
    assertTrue(EdgeShard.checkShard(dir.toString()).map().size() > 0);
    try (EdgeShard shard = EdgeShard.load(dir.toString())) {
      assertEquals(30, shard.count(new CountRequest()));
      assertTrue(shard.config().toString().contains("\"Dot\""));
    }
    try (EdgeShard shard = EdgeShard.load(dir.toString(), Shards.config())) {
      assertEquals(30, shard.count(new CountRequest()));
    }
  }

  @Test
  void snapshotsBringAMirrorUpToDate() {
    String archive = dir.resolve("full.snapshot").toString();
    String partial = dir.resolve("partial.snapshot").toString();
    String mirrored = dir.resolve("mirror").toString();
    try (EdgeShard shard = Shards.filled(dir.resolve("shard"), 30)) {
      shard.writeSnapshot(archive);
      EdgeShard.unpackSnapshot(archive, mirrored);
      try (EdgeShard mirror = EdgeShard.load(mirrored)) {
        shard.update(new UpsertPoints(new Point(100, Shards.vector(100))));
        assertTrue(shard.writePartialSnapshot(mirror.manifest(), partial));
        mirror.updateFromSnapshot(partial, null);
        assertEquals(31, mirror.count(new CountRequest()));
        assertFalse(shard.writePartialSnapshot(mirror.manifest(), partial));
      }
    }
  }
}
