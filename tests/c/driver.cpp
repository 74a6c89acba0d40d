// The driver of driver.c through the C++ wrapper.
#include <qdrant_edge.hpp>

#include <functional>
#include <iostream>
#include <map>
#include <string>

namespace qe = qdrant_edge;

namespace {

qe::Shard shard;

using Call = std::function<qe::Message(const std::string &)>;

qe::Message none() { return {}; }

std::pair<std::string, std::string> two(const std::string &text) {
  const auto tab = text.find('\t');
  return tab == std::string::npos ? std::make_pair(text, std::string()) : std::make_pair(text.substr(0, tab), text.substr(tab + 1));
}

const std::map<std::string, Call> calls = {
    {"update", [](const std::string &r) { return shard.update(r); }},
    {"query", [](const std::string &r) { return shard.query(r); }},
    {"search", [](const std::string &r) { return shard.search(r); }},
    {"query_batch", [](const std::string &r) { return shard.query_batch(r); }},
    {"query_groups", [](const std::string &r) { return shard.query_groups(r); }},
    {"search_matrix_pairs", [](const std::string &r) { return shard.search_matrix_pairs(r); }},
    {"search_matrix_offsets", [](const std::string &r) { return shard.search_matrix_offsets(r); }},
    {"scroll", [](const std::string &r) { return shard.scroll(r); }},
    {"count", [](const std::string &r) { return shard.count(r); }},
    {"facet", [](const std::string &r) { return shard.facet(r); }},
    {"retrieve", [](const std::string &r) { return shard.retrieve(r); }},
    {"info", [](const std::string &) { return shard.info(); }},
    {"config", [](const std::string &) { return shard.config(); }},
    {"manifest", [](const std::string &) { return shard.manifest(); }},
    {"optimize", [](const std::string &) { return shard.optimize(); }},
    {"bm25_embed", [](const std::string &r) { return qe::bm25_embed(r); }},
    {"flush", [](const std::string &) { return shard.flush(), none(); }},
    {"close", [](const std::string &) { return shard.close(), none(); }},
    {"update_from_snapshot", [](const std::string &r) { return shard.update_from_snapshot(r), none(); }},
    {"unpack_snapshot", [](const std::string &r) { return qe::unpack_snapshot(two(r).first, two(r).second), none(); }},
    {"create", [](const std::string &r) { return shard = qe::Shard::create(two(r).first, two(r).second), none(); }},
    {"load", [](const std::string &r) { return shard = qe::Shard::load(two(r).first, two(r).second), none(); }},
};

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const auto [name, rest] = two(line);
    try {
      const qe::Message answer = calls.at(name)(rest);
      std::cout << "ok\t" << answer.json() << std::endl;
    } catch (const qe::Error &e) {
      std::string text = e.what();
      for (char &c : text) c = c == '\n' ? ' ' : c;
      std::cout << "error\t" << e.kind() << '\t' << text << std::endl;
    }
  }
}
