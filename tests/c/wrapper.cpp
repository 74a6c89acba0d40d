// The C++ wrapper: ownership, both kinds of errors, packed points against the JSON of the same answer.
#include <qdrant_edge.hpp>

#include <cstring>
#include <filesystem>
#include <thread>
#include <vector>

#include "count.h"

namespace qe = qdrant_edge;

namespace {

template <class F>
qe_status thrown(F &&run) {
  try {
    run();
  } catch (const qe::Error &e) {
    CHECK(std::strlen(e.what()) > 0 && !e.kind().empty());
    return e.code();
  }
  return QE_OK;
}

const char config[] = R"({"vectors":{"":{"size":4,"distance":"Dot"},"many":{"size":2,"distance":"Dot","multivector_config":{"comparator":"max_sim"}}},
                          "sparse_vectors":{"words":{}}})";

void ownership(const std::string &dir) {
  CHECK(qe_live_handles() == 0);
  {
    qe::Shard a = qe::Shard::create(dir, config);
    CHECK(a.handle() != 0 && qe_live_handles() == 1);
    qe::Shard b = std::move(a);
    CHECK(a.handle() == 0 && b.handle() != 0);
    CHECK(thrown([&] { a.count("{}"); }) == QE_INVALID_ARGUMENT);
    a = std::move(b);
    CHECK(a.handle() != 0 && b.handle() == 0);
    CHECK(thrown([&] { qe::Shard::create(dir, config); }) != QE_OK);
    a.close();
    CHECK(qe_live_handles() == 0 && thrown([&] { a.count("{}"); }) == QE_CLOSED);
    a.close();
  }
  {
    qe::Shard a = qe::Shard::load(dir);
    CHECK(qe_live_handles() == 1);
  }
  CHECK(qe_live_handles() == 0);
  qe::Message m;
  CHECK(m.json().empty() && m.floats().empty());
  static_assert(!std::is_copy_constructible_v<qe::Shard> && std::is_nothrow_move_constructible_v<qe::Shard>);
  static_assert(!std::is_copy_constructible_v<qe::Message> && std::is_nothrow_move_constructible_v<qe::Message>);
}

void errors(const std::string &dir) {
  qe::Result<qe::Shard> none = qe::Shard::try_load(dir + "/nowhere");
  CHECK(!none && none.error().code() == QE_NOT_FOUND && none.error().kind() == "not_found");
  CHECK(thrown([&] { none.value(); }) == QE_NOT_FOUND);
  qe::Shard s = qe::Shard::load(dir);
  CHECK(thrown([&] { s.query("{"); }) == QE_INVALID_ARGUMENT);
  qe::Result<qe::Points> bad = s.try_query_points(R"({"query":[1,2]})");
  CHECK(!bad && bad.error().code() == QE_INVALID_ARGUMENT && bad.error().kind() == "invalid_argument" && std::strlen(bad.error().what()) > 0);
  CHECK(thrown([&] { s.query_points(R"({"query":{"$f32":[0,4]}})"); }) == QE_INVALID_ARGUMENT);
  CHECK(thrown([&] { s.write_snapshot(std::string("a\0b", 3)); }) != QE_OK);
  const std::uint64_t ids[] = {1, 2};
  const std::vector<float> odd(5, 1.0f);
  CHECK(thrown([&] { s.upsert(ids, 2, odd); }) == QE_INVALID_ARGUMENT);
  CHECK(thrown([&] { s.upsert(nullptr, 0, odd); }) == QE_INVALID_ARGUMENT);
  CHECK(!s.try_upsert(ids, 2, std::vector<float>(8, 1.0f), {}, {"{}"}));
  CHECK(qe_live_handles() == 1);
}

void points(const std::string &dir) {
  qe::Shard s = qe::Shard::load(dir);
  std::vector<std::uint64_t> ids;
  std::vector<float> rows;
  std::vector<std::string> payloads;
  for (std::uint64_t i = 0; i < 500; i++) {
    ids.push_back(i);
    payloads.push_back("{\"n\":" + std::to_string(i) + ",\"text\":\"a \\\"word\\\"\"}");
    for (int j = 0; j < 4; j++) rows.push_back(static_cast<float>(i) / 64 + static_cast<float>(j));
  }
  CHECK(s.upsert(ids.data(), ids.size(), rows, {}, payloads).json().find("completed") != std::string_view::npos);
  s.update(R"({"upsert_points":{"points":[{"id":"12345678-9abc-def0-1234-56789abcdef0",
      "vector":{"":[9,9,9,9],"many":[[1,2],[3,4],[5,6]],"words":{"indices":[3,70],"values":[0.5,2]}}}]}})");

  const std::vector<float> query = {1, 0, 0, 0};
  const qe::Request ask(R"({"query":{"$f32":[0,4]},"limit":400,"with_payload":true,"with_vector":true})", query);
  const qe::Points found = s.query_points(ask);
  CHECK(found.size() == 400 && !found.empty() && !found.next_page());
  const qe::Point top = found[0];
  CHECK(top.id().is_uuid() && top.id().text() == "12345678-9abc-def0-1234-56789abcdef0" && top.id().number() == 0);
  CHECK(top.score() == 9 && top.version() > 0 && top.payload() == "{}");
  CHECK(top.vector().size() == 4 && top.vector()[3] == 9 && top.vector("none").empty() && top.vector("many").empty());
  CHECK(top.multi_vector("many").rows == 3 && top.multi_vector("many").dim == 2 && top.multi_vector("many").values[5] == 6);
  CHECK(top.sparse_vector("words").values.size() == 2 && top.sparse_vector("words").indices[1] == 70 && top.sparse_vector("words").values[0] == 0.5f);
  std::uint64_t expected = 499;
  for (qe::Point p : found) {
    if (p.id().is_uuid()) continue;
    CHECK(p.id() == qe::PointId(expected) && p.payload() == payloads[expected] && p.vector()[1] == static_cast<float>(expected) / 64 + 1);
    expected--;
  }
  CHECK(expected == 499 - 399);

  const qe::Points page = s.scroll_points(R"({"limit":10,"with_payload":false})");
  CHECK(page.size() == 10 && page.next_page() && page.next_page()->number() == 10 && page[3].id().number() == 3 && page[0].payload().empty());
  const qe::Points last = s.scroll_points(R"({"limit":1000})");
  CHECK(last.size() == 501 && !last.next_page());
  CHECK(s.retrieve_points(R"({"ids":[7,70000]})").size() == 1);
  CHECK(s.search_points({R"({"vector":{"$f32":[0,4]},"limit":2})", query})[1].id().number() == 499);
  CHECK(s.query_points(R"({"query":[1,0,0,0],"limit":3,"filter":{"must":[{"key":"n","match":{"value":-1}}]}})").empty());
  CHECK(s.count("{}").json() == "{\"count\":501}");
}

void threads(const std::string &dir) {
  qe::Shard s = qe::Shard::load(dir);
  std::vector<std::thread> all;
  std::vector<int> good(4);
  for (int t = 0; t < 4; t++)
    all.emplace_back([&s, &good, t] {
      for (int i = 0; i < 200; i++) good[t] += s.query_points(R"({"query":[1,2,3,4],"limit":5})").size() == 5;
    });
  for (std::thread &t : all) t.join();
  for (int n : good) CHECK(n == 200);
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  std::filesystem::remove_all(argv[1]);
  ownership(argv[1]);
  errors(argv[1]);
  points(argv[1]);
  threads(argv[1]);
  CHECK(qe_live_handles() == 0);
  std::filesystem::remove_all(argv[1]);
  return report("C++ wrapper");
}
