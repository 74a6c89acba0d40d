package io.github.qdrantedge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards, the collector and the signal handlers of two runtimes under several threads. */
class ThreadsTest {
  private static final int THREADS = 8;

  @TempDir Path dir;

  private static <T> List<T> together(Callable<T> work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(pool.submit(work));
      }
      List<T> out = new ArrayList<>();
      for (Future<T> f : running) {
        out.add(f.get());
      }
      return out;
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void answersAreTheSameOnEveryThread() throws Exception {
    try (EdgeShard shard = Shards.filled(dir, 500)) {
      QueryRequest request = new QueryRequest().query(new NearestQuery(Shards.vector(3))).limit(5).withPayload(true).withVector(true);
      String alone = shard.query(request).toString();
      together(() -> {
        for (int i = 0; i < 200; i++) {
          assertEquals(alone, shard.query(request).toString());
        }
        return null;
      });
    }
  }

  @Test
  void closeWhileOthersCall() throws Exception {
    for (int round = 0; round < 10; round++) {
      EdgeShard shard = Shards.filled(dir.resolve("s" + round), 50);
      CountDownLatch started = new CountDownLatch(THREADS);
      Thread closer = new Thread(() -> {
        try {
          started.await();
          shard.close();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      });
      closer.start();
      together(() -> {
        started.countDown();
        assertThrows(ClosedException.class, () -> {
          for (; ; ) {
            assertEquals(50, shard.count(new CountRequest()));
          }
        });
        return null;
      });
      closer.join();
    }
  }

  @Test
  void closingTwiceAtOnceFlushesOnce() throws Exception {
    EdgeShard shard = Shards.filled(dir, 5);
    long open = EdgeShard.liveHandles();
    together(() -> {
      shard.close();
      return null;
    });
    assertEquals(open - 1, EdgeShard.liveHandles());
  }

  @Test
  void aLostShardIsClosedByTheNextOpen() throws Exception {
    Shards.filled(dir.resolve("lost"), 5);
    for (int i = 0; i < 100; i++) {
      System.gc();
      Thread.sleep(10);
      Shards.filled(dir.resolve("s" + i), 1).close();
      try (EdgeShard again = EdgeShard.load(dir.resolve("lost").toString())) {
        assertEquals(5, again.count(new CountRequest()));
        return;
      } catch (LockedException notYet) {
        assertEquals(ErrorKind.LOCKED, notYet.kind());
      }
    }
    throw new AssertionError("the lost shard is still locked");
  }

  private static int depth(int n) {
    return depth(n + 1) + 1;
  }

  @Test
  void faultsOfJavaStayWithJava() throws Exception {
    try (EdgeShard shard = Shards.filled(dir, 500)) {
      together(() -> {
        Object[] nothing = new Object[1];
        int caught = 0;
        for (int i = 0; i < 300; i++) {
          try {
            caught += nothing[0].hashCode();
          } catch (NullPointerException e) {
            caught++;
          }
          assertEquals(500, shard.count(new CountRequest()));
        }
        assertThrows(StackOverflowError.class, () -> depth(0));
        System.gc();
        assertEquals(300, caught);
        assertTrue(shard.query(new QueryRequest().query(new NearestQuery(Shards.vector(1)))).size() == 10);
        return null;
      });
    }
  }
}
