package io.github.qdrantedge;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * An open shard: one directory, which this process alone has open. Every method may be called by any thread at any time; {@link #close} waits for
 * the calls in flight, and every later call throws {@link ClosedException}. An update that returned survives the death of the process; after
 * {@link #flush} it survives a power cut. A shard that is collected without close is closed when another one is opened.
 */
public final class EdgeShard extends ShardCalls implements AutoCloseable {
  private static final int CREATE = 16;
  private static final int LOAD = 17;
  private static final int CLOSE = 18;

  private final AtomicLong handle;
  private final Lost lost;

  private EdgeShard(long opened) {
    handle = new AtomicLong(opened);
    lost = new Lost(this, handle);
  }

  /**
   * Creates a shard in a directory, which is made if it is missing.
   *
   * @param path the directory
   * @param config its vectors, and what else differs from the defaults
   * @return the open shard
   * @throws AlreadyExistsException the directory already holds a shard
   * @throws InvalidArgumentException the configuration cannot be accepted
   * @throws LockedException another process has the directory open
   * @throws EdgeIOException the operating system refused a file operation
   */
  public static EdgeShard create(String path, EdgeConfig config) {
    return open(CREATE, path, config);
  }

  /**
   * Opens an existing shard.
   *
   * @param path its directory
   * @return the open shard
   * @throws NotFoundException there is none
   * @throws LockedException another process, or another EdgeShard, has it open
   * @throws CorruptException its files are damaged
   * @throws EdgeIOException the operating system refused a file operation
   */
  public static EdgeShard load(String path) {
    return open(LOAD, path, null);
  }

  /**
   * Opens an existing shard and changes its configuration.
   *
   * @param path its directory
   * @param config saved when it is compatible with what is stored; null keeps the saved one
   * @return the open shard
   * @throws NotFoundException there is none
   * @throws LockedException another process, or another EdgeShard, has it open
   * @throws CorruptException its files are damaged
   * @throws IncompatibleException the configuration does not fit
   * @throws EdgeIOException the operating system refused a file operation
   */
  public static EdgeShard load(String path, EdgeConfig config) {
    return open(LOAD, path, config);
  }

  private static EdgeShard open(int function, String path, EdgeConfig config) {
    if (path == null) {
      throw new InvalidArgumentException(ErrorKind.INVALID_ARGUMENT, "the path is null");
    }
    Lost.closeAll();
    Answer opened = Frame.call(null, 0, function, false, new Arguments().with("path", path).with("config", config));
    return new EdgeShard(Answer.number(opened, "handle"));
  }

  @Override
  Answer call(int function, boolean packed, Body body) {
    long h = handle.get();
    if (h == 0) {
      throw new ClosedException(ErrorKind.CLOSED, "the shard has been closed");
    }
    return Frame.call(this, h, function, packed, body);
  }

  /**
   * Flushes and closes; waits for the calls in flight on other threads. A second close does nothing. The shard is closed even when it throws.
   *
   * @throws EdgeIOException the flush failed: what the log holds is applied by the next load
   */
  @Override
  public void close() {
    long h = handle.getAndSet(0);
    lost.forget();
    if (h != 0) {
      Frame.call(this, h, CLOSE, false, null);
    }
  }

  /**
   * The release of the native library, as "0.1.0".
   *
   * @return the version
   */
  public static String version() {
    return Native.version();
  }

  /**
   * The number of shards that this process has open, for tests against leaks.
   *
   * @return the number
   */
  public static long liveHandles() {
    return Native.liveHandles();
  }

  /**
   * Tunes the memory of the native library, which is not the Java heap.
   *
   * @param gcPercent how much its heap may grow between collections, in percent; 0 keeps it, less than 0 switches them off but for the limit
   * @param memoryLimit a soft limit in bytes; 0 or less keeps it
   */
  public static void configure(int gcPercent, long memoryLimit) {
    int status = Native.configure(gcPercent, memoryLimit);
    if (status != 0) {
      throw ErrorKind.of(status).exception("gcPercent " + gcPercent + ", memoryLimit " + memoryLimit);
    }
  }

  /** Knows the handle of a shard that nobody can reach any more. */
  private static final class Lost extends PhantomReference<EdgeShard> {
    private static final ReferenceQueue<EdgeShard> QUEUE = new ReferenceQueue<>();
    private static final Set<Lost> OPEN = ConcurrentHashMap.newKeySet();

    private final AtomicLong handle;

    Lost(EdgeShard shard, AtomicLong handle) {
      super(shard, QUEUE);
      this.handle = handle;
      OPEN.add(this);
    }

    void forget() {
      OPEN.remove(this);
      clear();
    }

    static void closeAll() {
      for (Object found; (found = QUEUE.poll()) != null; ) {
        Lost lost = (Lost) found;
        OPEN.remove(lost);
        long h = lost.handle.getAndSet(0);
        if (h != 0) {
          closeQuietly(h);
        }
      }
    }

    /** The log keeps what the flush of a lost shard could not write, and nobody is there to be told. */
    private static void closeQuietly(long h) {
      try {
        Frame.call(null, h, CLOSE, false, null);
      } catch (EdgeException e) {
        Logger.getLogger("io.github.qdrantedge").log(Level.WARNING, "a shard that was never closed", e);
      }
    }
  }
}
