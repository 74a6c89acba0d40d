// The five steps of the guide "Synchronize Qdrant Edge with a Server" with a synced shard, in C++.
//
//   sync_guide DIRECTORY
//
// QDRANT_URL and QDRANT_API_KEY name a server that has an empty collection "notes" of four floats. A second device stands in for everybody
// else who writes to it. Ends with status 1 when something is not as the guide says.
#include <qdrant_edge.hpp>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using qdrant_edge::SyncedShard;

std::string environment(const char *name) {
  const char *value = std::getenv(name);
  return value ? value : "";
}

SyncedShard open_device(const std::string &path) {
  return SyncedShard::open(path, R"({"config":{"vectors":{"":{"size":4,"distance":"Dot"}}},"collection":"notes","url":")" + environment("QDRANT_URL") +
                                     R"(","api_key":")" + environment("QDRANT_API_KEY") + R"("})");
}

void write_notes(const SyncedShard &device, std::uint64_t first, std::size_t count, const std::string &city) {
  std::vector<std::uint64_t> ids;
  std::vector<float> vectors;
  for (std::size_t i = 0; i < count; i++) {
    ids.push_back(first + i);
    for (float x : {static_cast<float>(first + i), 1.0f, 0.0f, 0.0f}) vectors.push_back(x);
  }
  device.upsert(ids.data(), count, vectors, {}, std::vector<std::string>(count, R"({"city":")" + city + "\"}"));
}

void expect(const SyncedShard &device, const std::string &count) {
  const auto answer = device.count("{}");
  std::cout << "   " << answer.json() << '\n';
  if (answer.json() != "{\"count\":" + count + "}") throw std::runtime_error("expected " + count + " points");
}

std::string pending(const SyncedShard &device) { return std::string(device.pending().json()); }

void run(const std::string &directory) {
  SyncedShard others = open_device(directory + "/others");
  write_notes(others, 1, 200, "Berlin");
  others.push(R"({"timeout":60})");

  std::cout << "1. A shard for local writes, which needs no server\n";
  SyncedShard device = open_device(directory + "/device");
  write_notes(device, 1001, 1, "Bonn");
  expect(device, "1");

  std::cout << "2. The server's points, as a snapshot\n";
  std::atomic<int> events{0};
  device.on_progress([&](std::string_view) { events++; });
  device.pull();
  device.on_progress({});
  if (events == 0) throw std::runtime_error("no progress was told");
  expect(device, "201");

  std::cout << "3. Writes here are kept for the server\n";
  write_notes(device, 1002, 1, "Bonn");
  std::cout << "   " << pending(device) << '\n';
  device.push();
  if (pending(device).find("\"operations\":0") == std::string::npos) throw std::runtime_error("operations wait after a push");

  std::cout << "4. What others changed comes as a partial snapshot\n";
  write_notes(others, 2000, 1, "Paris");
  others.push();
  device.pull();
  expect(device, "203");

  std::cout << "5. One query over both\n";
  write_notes(device, 3000, 1, "Rome");
  const float query[] = {1, 0, 0, 0};
  const auto best = device.query_points({R"({"query":{"$f32":[0,4]},"limit":2,"with_payload":true})", {query, 4}});
  for (qdrant_edge::Point hit : best) std::cout << "   " << hit.id() << ' ' << hit.score() << ' ' << hit.payload() << '\n';
  if (best.size() != 2 || best[0].id() != 3000 || best[1].id() != 2000) throw std::runtime_error("not the best two of both sides");
  device.close();
  others.close();
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  try {
    run(argv[1]);
    return 0;
  } catch (const std::exception &e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
