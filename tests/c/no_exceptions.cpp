// The C++ wrapper compiled with -fno-exceptions: errors are values only.
#include <qdrant_edge.hpp>

#include <filesystem>

#include "count.h"

namespace qe = qdrant_edge;

#if QDRANT_EDGE_EXCEPTIONS
#error "this file is meant for -fno-exceptions"
#endif

namespace {

void life(const std::string &dir) {
  auto missing = qe::Shard::try_load(dir + "/nowhere");
  CHECK(!missing.has_value() && missing.error().code() == QE_NOT_FOUND && missing.error().kind() == "not_found" && *missing.error().what());
  auto made = qe::Shard::try_create(dir, R"({"vectors":{"":{"size":2,"distance":"Dot"}}})");
  CHECK(made.has_value());
  if (!made) return;
  qe::Shard shard = std::move(*made);
  const std::uint64_t ids[] = {1, 2};
  const float rows[] = {1, 0, 0, 1};
  CHECK(shard.try_upsert(ids, 2, {rows, 4}));
  auto found = shard.try_query_points({R"({"query":{"$f32":[2,2]},"limit":1})", {rows, 4}});
  CHECK(found && found->size() == 1 && (*found)[0].id().number() == 2);
  auto refused = shard.try_query_points("{");
  CHECK(!refused && refused.error().code() == QE_INVALID_ARGUMENT);
  auto flushed = shard.try_flush();
  CHECK(flushed && flushed.has_value());
  CHECK(shard.try_close() && shard.try_close());
  CHECK(!shard.try_flush() && shard.try_flush().error().code() == QE_CLOSED);
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  std::filesystem::remove_all(argv[1]);
  life(argv[1]);
  CHECK(qe_live_handles() == 0);
  std::filesystem::remove_all(argv[1]);
  return report("C++ wrapper without exceptions");
}
