package io.github.qdrantedge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The driver of tests/c/driver.c through the public classes: requests are made of the text, answers are printed from the decoded objects. */
public final class Driver {
  private final Map<String, Function<String, Object>> calls = new HashMap<>();
  private EdgeShard shard;

  private Driver() {
    calls.put("update", r -> shard.update(UpdateOperation.json(r)));
    calls.put("query", r -> shard.query(QueryRequest.json(r)));
    calls.put("search", r -> shard.search(SearchRequest.json(r)));
    calls.put("query_batch", r -> shard.queryBatch(QueryBatchRequest.json(r)));
    calls.put("query_groups", r -> "{\"groups\":" + shard.queryGroups(QueryGroupsRequest.json(r)) + "}");
    calls.put("search_matrix_pairs", r -> "{\"pairs\":" + shard.searchMatrixPairs(SearchMatrixRequest.json(r)) + "}");
    calls.put("search_matrix_offsets", r -> shard.searchMatrixOffsets(SearchMatrixRequest.json(r)));
    calls.put("scroll", r -> shard.scroll(ScrollRequest.json(r)));
    calls.put("count", r -> "{\"count\":" + shard.count(CountRequest.json(r)) + "}");
    calls.put("facet", r -> "{\"hits\":" + shard.facet(FacetRequest.json(r)) + "}");
    calls.put("retrieve", r -> shard.retrieve(RetrieveRequest.json(r)));
    calls.put("info", r -> shard.info());
    calls.put("config", r -> shard.config());
    calls.put("manifest", r -> shard.manifest());
    calls.put("optimize", r -> "{\"optimized\":" + shard.optimize() + "}");
    calls.put("bm25_embed", r -> "{\"vector\":" + EdgeShard.bm25Embed(Bm25EmbedRequest.json(r)) + "}");
    calls.put("flush", r -> told(() -> shard.flush()));
    calls.put("close", r -> told(() -> shard.close()));
    calls.put("reset", r -> told(() -> reset()));
    calls.put("update_from_snapshot", r -> told(() -> shard.updateFromSnapshot(r, null)));
    calls.put("unpack_snapshot", r -> told(() -> EdgeShard.unpackSnapshot(first(r), second(r))));
    calls.put("create", r -> told(() -> shard = EdgeShard.create(first(r), EdgeConfig.json(second(r)))));
    calls.put("load", r -> told(() -> shard = EdgeShard.load(first(r), second(r) == null ? null : EdgeConfig.json(second(r)))));
  }

  /** Lets go of the shard, so that the process can serve another case. */
  private void reset() {
    if (shard != null) {
      shard.close();
    }
    shard = null;
  }

  private static String told(Runnable call) {
    call.run();
    return "";
  }

  private static String first(String text) {
    return text.split("\t", 2)[0];
  }

  private static String second(String text) {
    String[] parts = text.split("\t", 2);
    return parts.length < 2 ? null : parts[1];
  }

  private String answer(String line) {
    Function<String, Object> call = calls.get(first(line));
    try {
      return "ok\t" + call.apply(second(line));
    } catch (EdgeException e) {
      return "error\t" + e.kind().json() + "\t" + e.getMessage().replace('\n', ' ');
    }
  }

  /**
   * Answers the lines of the standard input.
   *
   * @param args none
   */
  public static void main(String[] args) throws IOException {
    Driver driver = new Driver();
    PrintStream out = new PrintStream(System.out, false, "UTF-8");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null; ) {
      out.print(driver.answer(line) + "\n");
      out.flush();
    }
  }
}
