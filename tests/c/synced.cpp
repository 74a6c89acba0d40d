// Synced shards through the wrapper against the hub: synced DIRECTORY is started by with_hub.py, which gives QDRANT_URL.
#include <qdrant_edge.hpp>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "count.h"

namespace qe = qdrant_edge;

namespace {

std::string options(const std::string &url) {
  return R"({"config":{"vectors":{"":{"size":4,"distance":"Dot"}}},"collection":"notes","grpc":"off","url":")" + url + "\"}";
}

void transfers(const std::string &dir, const std::string &url) {
  std::atomic<int> progress{0}, logged{0};
  qe::SyncedShard device = qe::SyncedShard::open(dir + "/device", options(url));
  device.on_progress([&](std::string_view json) { progress += json.front() == '{'; });
  device.on_log([&](std::string_view) {
    logged++;
    throw std::runtime_error("leaves a callback");
  });
  const std::uint64_t ids[] = {7, 8};
  const float rows[] = {1, 0, 0, 0, 0, 1, 0, 0};
  const std::string seq(device.upsert(ids, 2, {rows, 8}, {}, {R"({"city":"Bonn"})", "{}"}).json());
  CHECK(seq.find("\"seq\":") != std::string::npos);
  CHECK(device.query_points({R"({"query":{"$f32":[0,4]},"limit":1,"with_payload":true})", {rows, 8}})[0].id().number() == 7);
  device.sync();
  CHECK(device.pending().json().find("\"operations\":0") != std::string_view::npos);
  CHECK(device.wait_synced(R"({"seq":1,"timeout":5})").json() == R"({"synced":true})");
  CHECK(progress > 0);

  qe::SyncedShard other = qe::SyncedShard::open(dir + "/other", options(url));
  other.pull();
  CHECK(other.count("{}").json() == R"({"count":2})");
  CHECK(other.retrieve_points(R"({"ids":[7],"with_payload":true})")[0].payload() == R"({"city":"Bonn"})");
  qe::SyncedShard moved = std::move(device);
  CHECK(!device.try_count("{}") && moved.count("{}").json() == R"({"count":2})");
  moved.on_progress({});
  moved.close();
  CHECK(moved.try_sync().error().code() == QE_CLOSED);
}

void offline(const std::string &dir) {
  qe::SyncedShard device = qe::SyncedShard::open(dir + "/offline", options("http://127.0.0.1:1"));
  const float row[] = {1, 0, 0, 0};
  const std::uint64_t id = 1;
  device.upsert(&id, 1, {row, 4});
  qe::Result<void> pushed = device.try_push(R"({"timeout":1})");
  CHECK(!pushed && (pushed.error().code() == QE_UNAVAILABLE || pushed.error().code() == QE_CANCELLED));
  CHECK(device.count("{}").json() == R"({"count":1})");
  std::atomic<int> asked{0};
  device.on_gate([&]() -> bool {
    asked++;
    throw 1;
  });
  device.start();
  for (int i = 0; i < 200 && asked == 0; i++) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(asked > 0);
  device.stop();
}

void hostile(const std::string &dir) {
  CHECK(!qe::SyncedShard::try_open("", "{}") && !qe::SyncedShard::try_open(dir + "/none", "{") && !qe::SyncedShard::try_open(dir + "/none", "{}"));
  CHECK(!qe::SyncedShard::try_open(dir + "/none", R"({"colection":"x"})"));
  qe::SyncedShard none;
  CHECK(none.try_count("{}").error().code() == QE_INVALID_ARGUMENT && none.try_push().error().code() == QE_INVALID_ARGUMENT);
  CHECK(none.try_on_gate([] { return true; }).error().code() == QE_INVALID_ARGUMENT);
}

}  // namespace

int main(int argc, char **argv) {
  const char *url = std::getenv("QDRANT_URL");
  if (argc != 2 || !url) return 2;
  std::filesystem::remove_all(argv[1]);
  std::filesystem::create_directories(argv[1]);
  transfers(argv[1], url);
  offline(argv[1]);
  hostile(argv[1]);
  CHECK(qe_live_handles() == 0);
  std::filesystem::remove_all(argv[1]);
  return report("C++ wrapper, synced shards");
}
