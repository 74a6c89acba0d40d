package io.github.qdrantedge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every failure has its exception, and changes nothing. */
class ErrorsTest {
  @TempDir Path dir;

  @Test
  void kindsOfTheLibrary() {
    try (EdgeShard shard = Shards.filled(dir, 5)) {
      String path = dir.toString();
      assertThrows(LockedException.class, () -> EdgeShard.load(path));
      assertThrows(InvalidArgumentException.class, () -> EdgeShard.create(dir + "/bad", new EdgeConfig().vectors("", new VectorParams(0, Distance.DOT))));
      assertThrows(NotFoundException.class, () -> EdgeShard.load(dir + "/nowhere"));
      assertThrows(InvalidArgumentException.class, () -> shard.query(new QueryRequest().query(new NearestQuery(1f)).using("v")));
      assertThrows(NotFoundException.class, () -> shard.update(new UpdateVectors(new PointVectors(99, Shards.vector(1)))));
      InvalidArgumentException size = assertThrows(InvalidArgumentException.class, () -> shard.query(new QueryRequest().query(new NearestQuery(1f))));
      assertTrue(size.getMessage().contains("16"), size.getMessage());
      assertEquals(ErrorKind.INVALID_ARGUMENT, size.kind());
      assertEquals(2, size.kind().code());
      assertThrows(InvalidArgumentException.class, () -> shard.query(QueryRequest.json("{\"limit\":")));
      assertThrows(InvalidArgumentException.class, () -> shard.query(QueryRequest.json("")));
      assertThrows(InvalidArgumentException.class, () -> shard.query(new QueryRequest().limit(-1)));
      assertThrows(InvalidArgumentException.class, () -> EdgeShard.create(null, Shards.config()));
      assertThrows(EdgeException.class, () -> EdgeShard.create(dir + "/a\0b", Shards.config()));
      assertEquals(5, shard.count(new CountRequest()));
    }
    assertThrows(AlreadyExistsException.class, () -> EdgeShard.create(dir.toString(), Shards.config()));
    assertThrows(IncompatibleException.class, () -> EdgeShard.load(dir.toString(), new EdgeConfig().vectors("", new VectorParams(3, Distance.DOT))));
  }

  @Test
  void aRefusedUpsertChangesNothing() {
    try (EdgeShard shard = Shards.filled(dir, 5)) {
      float[] nan = Shards.vector(1);
      nan[3] = Float.NaN;
      for (Point bad : Arrays.asList(new Point(8, new float[3]), new Point(8, nan), new Point(8, Vector.sparse(new int[] {1}, new float[] {1})))) {
        assertThrows(InvalidArgumentException.class, () -> shard.update(new UpsertPoints(new Point(7, Shards.vector(7)), bad)));
      }
      assertThrows(InvalidArgumentException.class, () -> shard.update(new UpsertPoints(new Point(7, Shards.vector(7)).payload(Json.of("{\"a\":")))));
      assertThrows(InvalidArgumentException.class, () -> shard.update(new UpsertPoints(new Point(7, Shards.vector(7)).payload(Json.of("[1]")))));
      assertEquals(5, shard.count(new CountRequest()));
    }
  }

  @Test
  void damagedSnapshots() throws IOException {
    try (EdgeShard shard = Shards.filled(dir.resolve("shard"), 5)) {
      Path archive = dir.resolve("a.snapshot");
      shard.writeSnapshot(archive.toString());
      byte[] whole = Files.readAllBytes(archive);
      Files.write(archive, Arrays.copyOf(whole, whole.length / 2));
      assertThrows(IncompleteSnapshotException.class, () -> shard.updateFromSnapshot(archive.toString(), null));
      Files.write(archive, new byte[5000]);
      assertThrows(EdgeException.class, () -> EdgeShard.unpackSnapshot(archive.toString(), dir.resolve("b").toString()));
      assertEquals(5, shard.count(new CountRequest()));
    }
  }

  @Test
  void everythingFailsAfterClose() {
    EdgeShard shard = Shards.filled(dir, 5);
    shard.close();
    shard.close();
    assertThrows(ClosedException.class, () -> shard.count(new CountRequest()));
    assertThrows(ClosedException.class, shard::flush);
    ClosedException closed = assertThrows(ClosedException.class, () -> shard.update(new UpsertPoints()));
    assertEquals("closed", closed.kind().json());
  }

  @Test
  void directoriesWithoutRights() throws IOException {
    Path locked = Files.createDirectory(dir.resolve("locked"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
    Path file = Files.createFile(dir.resolve("file"));
    assertThrows(EdgeException.class, () -> EdgeShard.create(file.resolve("shard").toString(), Shards.config()));
    if (!Files.isWritable(locked)) {
      assertThrows(EdgeIOException.class, () -> EdgeShard.create(locked.resolve("shard").toString(), Shards.config()));
    }
  }
}
