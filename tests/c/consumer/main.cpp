// The smallest whole program in C++: a shard, a point, a search.
#include <qdrant_edge.hpp>

#include <iostream>

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  try {
    auto opened = qdrant_edge::Shard::try_load(argv[1]);
    qdrant_edge::Shard shard = opened ? std::move(*opened) : qdrant_edge::Shard::create(argv[1], R"({"vectors":{"":{"size":2,"distance":"Dot"}}})");
    shard.update(R"({"upsert_points":{"points":[{"id":1,"vector":[1,0]}]}})");
    for (qdrant_edge::Point hit : shard.query_points(R"({"query":[1,0],"limit":1})")) std::cout << hit.id() << ' ' << hit.score() << '\n';
    shard.close();
    return 0;
  } catch (const qdrant_edge::Error &e) {
    std::cerr << e.kind() << ": " << e.what() << '\n';
    return 1;
  }
}
