package io.github.qdrantedge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the docs and of the examples, in processes of their own. Run from the root of the repository. */
class ProgramsTest {
  private static final Pattern BLOCK = Pattern.compile("^```java\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern CLASS = Pattern.compile("public (?:final )?class (\\w+)");
  private static final Pattern PROMISE = Pattern.compile("// Output:\n((?:\\s*// .*\n)+)");

  @TempDir Path dir;

  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] part = new byte[8192];
    for (int n; (n = in.read(part)) > 0; ) {
      out.write(part, 0, n);
    }
    return new String(out.toByteArray(), StandardCharsets.UTF_8);
  }

  /** What a program with a main function prints. */
  private List<String> run(String source) throws IOException, InterruptedException {
    Matcher name = CLASS.matcher(source);
    assertTrue(name.find(), "a program has a public class");
    Path file = Files.write(dir.resolve(name.group(1) + ".java"), source.getBytes(StandardCharsets.UTF_8));
    String libraries = Paths.get(Native.class.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
    assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-cp", libraries, "-d", dir.toString(), file.toString()));
    Process java = new ProcessBuilder(Paths.get(System.getProperty("java.home"), "bin", "java").toString(), "-cp", libraries + ":" + dir,
        "-Dqdrantedge.library.path=" + System.getProperty("qdrantedge.library.path"), "-Djava.io.tmpdir=" + dir, name.group(1)).redirectErrorStream(true).start();
    String said = read(java.getInputStream());
    assertEquals(0, java.waitFor(), said);
    return Arrays.asList(said.split("\n"));
  }

  @Test
  void docsPrintWhatTheySay() throws IOException, InterruptedException {
    String page = new String(Files.readAllBytes(Paths.get("docs/java.md")), StandardCharsets.UTF_8);
    List<String> programs = new ArrayList<>();
    for (Matcher block = BLOCK.matcher(page); block.find(); ) {
      programs.add(block.group(1));
    }
    assertFalse(programs.isEmpty());
    for (String program : programs) {
      Matcher promised = PROMISE.matcher(program);
      assertTrue(promised.find(), "a program says what it prints");
      List<String> lines = Arrays.stream(promised.group(1).split("\n")).map(line -> line.trim().substring(3)).collect(Collectors.toList());
      assertEquals(lines, run(program));
    }
  }

  @Test
  void theGuideWalksItsFiveSteps() throws IOException, InterruptedException {
    List<String> said = run(new String(Files.readAllBytes(Paths.get("bindings/jvm/examples/SyncGuide.java")), StandardCharsets.UTF_8));
    String all = String.join("\n", said.subList(1, said.size()));
    assertTrue(all.startsWith("1. A mutable Edge shard for local writes\n2. An immutable Edge shard from the server's snapshot: 2000 points\n"
        + "3. Dual write: mutable shard 100 points, queue 100\n5. Query both shards, before the partial snapshot: 2007 (mutable) "), all);
    assertTrue(all.contains("\n4. Partial snapshot: immutable shard 2000 -> 2100 points\n   once more: HTTP 304\n   synced points dropped: mutable shard 0 points\n"
        + "5. Query both shards, after it: 2007 (immutable) "), all);
  }
}
