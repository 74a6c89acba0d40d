package io.github.qdrantedge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;

/**
 * Finds the two native libraries: in the directory that the system property {@code qdrantedge.library.path} names, on Android among those of
 * the app, else in the jar, from which they are unpacked into a new directory that only this user can enter, and deleted once loaded.
 */
final class NativeLoader {
  static final String PROPERTY = "qdrantedge.library.path";
  private static final String[] NAMES = {"qdrant_edge", "qdrant_edge_jni"};

  private NativeLoader() {}

  static void load() {
    try {
      String directory = System.getProperty(PROPERTY);
      if (directory != null) {
        loadFrom(Paths.get(directory));
      } else if (System.getProperty("java.vendor", "").contains("Android")) {
        for (String name : NAMES) {
          System.loadLibrary(name);
        }
      } else {
        unpackAndLoad();
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      UnsatisfiedLinkError failed = new UnsatisfiedLinkError("the native libraries of Qdrant Edge cannot be loaded on " + platform() + ": " + e.getMessage());
      failed.initCause(e);
      throw failed;
    }
  }

  private static void loadFrom(Path directory) {
    for (String name : NAMES) {
      System.load(directory.resolve("lib" + name + ".so").toAbsolutePath().toString());
    }
  }

  private static void unpackAndLoad() throws IOException {
    Path directory = Files.createTempDirectory("qdrant-edge-native-");
    try {
      for (String name : NAMES) {
        unpack(name, directory);
      }
      loadFrom(directory);
    } finally {
      for (String name : NAMES) {
        Files.deleteIfExists(directory.resolve("lib" + name + ".so"));
      }
      Files.delete(directory);
    }
  }

  private static void unpack(String name, Path directory) throws IOException {
    String resource = "native/" + platform() + "/lib" + name + ".so";
    try (InputStream in = NativeLoader.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the jar has no " + resource + "; name a directory with it in the system property " + PROPERTY);
      }
      Files.copy(in, directory.resolve("lib" + name + ".so"));
    }
  }

  /** As linux-x86_64. */
  private static String platform() {
    String arch = System.getProperty("os.arch", "");
    return System.getProperty("os.name", "").toLowerCase(java.util.Locale.ROOT) + "-" + (arch.equals("amd64") ? "x86_64" : arch);
  }
}
