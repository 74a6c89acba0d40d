// An open shard. Part of <qdrant_edge.hpp>.
#ifndef QDRANT_EDGE_SHARD_HPP
#define QDRANT_EDGE_SHARD_HPP

namespace qdrant_edge {

/// An open shard; closes itself. Move-only. The calls that it inherits take JSON and return JSON, those here take and return packed floats.
class Shard : public ShardCalls {
 public:
  /// No shard, as one that was moved from: every call fails with QE_INVALID_ARGUMENT.
  Shard() noexcept = default;
  Shard(Shard &&other) noexcept : open_(std::exchange(other.open_, false)) { handle_ = std::exchange(other.handle_, 0); }
  Shard &operator=(Shard &&other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(open_, other.open_);
    return *this;
  }
  Shard(const Shard &) = delete;
  Shard &operator=(const Shard &) = delete;
  /// Flushes and closes; an error is lost here, so call close() where it matters.
  ~Shard() { (void)try_close(); }

  /// Creates a shard in a directory, which is made if it is missing. config: an EdgeConfig, as in edge_config.json.
  /// Errors: already_exists, invalid_argument, locked, io.
  static Result<Shard> try_create(const std::string &path, const Request &config) { return open(path, config, qe_shard_create); }

  /// Opens an existing shard; with a config its compatibility is checked and it is saved.
  /// Errors: not_found, locked, corrupt, incompatible, io.
  static Result<Shard> try_load(const std::string &path, const Request &config = std::string_view()) { return open(path, config, qe_shard_load); }

  /// Flushes and closes; calls in flight on other threads finish first, later ones fail with QE_CLOSED. A second close does nothing.
  Result<void> try_close() {
    if (!std::exchange(open_, false)) return {};
    return detail::call<void>([&](qe_msg *, qe_error *err) { return qe_shard_close(handle_, err); });
  }

  /// As query, search, scroll and retrieve, with the points in packed form: ids, scores and vectors are read without parsing.
  Result<Points> try_query_points(const Request &req) const { return Points::ask(QE_FN_SHARD_QUERY, handle_, req); }
  Result<Points> try_search_points(const Request &req) const { return Points::ask(QE_FN_SHARD_SEARCH, handle_, req); }
  Result<Points> try_scroll_points(const Request &req) const { return Points::ask(QE_FN_SHARD_SCROLL, handle_, req); }
  Result<Points> try_retrieve_points(const Request &req) const { return Points::ask(QE_FN_SHARD_RETRIEVE, handle_, req); }

  /// Upserts count points with one dense vector each, from rows of floats that lie one after the other: vectors.size() must be count × the
  /// dimension. vector_name: empty for the default vector. payloads: empty, or count JSON objects.
  Result<Message> try_upsert(const std::uint64_t *ids, std::size_t count, Floats vectors, std::string_view vector_name = {},
                             const std::vector<std::string> &payloads = {}) const {
    if (count == 0 || vectors.size() % count != 0 || (!payloads.empty() && payloads.size() != count))
      return Error(QE_INVALID_ARGUMENT, "invalid_argument", "an upsert needs ids, as many equal rows of floats, and no payloads or as many");
    const std::size_t dim = vectors.size() / count;
    std::string json = "{\"upsert_points\":{\"points\":[";
    for (std::size_t i = 0; i < count; i++) {
      json += i ? ",{\"id\":" : "{\"id\":";
      json += std::to_string(ids[i]);
      json += ",\"vector\":";
      if (!vector_name.empty()) json += '{' + detail::quoted(vector_name) + ':';
      json += "{\"$f32\":[" + std::to_string(i * dim) + ',' + std::to_string(dim) + "]}";
      if (!vector_name.empty()) json += '}';
      if (!payloads.empty()) json += ",\"payload\":" + payloads[i];
      json += '}';
    }
    json += "]}}";
    return try_update({json, vectors});
  }

#if QDRANT_EDGE_EXCEPTIONS
  static Shard create(const std::string &path, const Request &config) { return try_create(path, config).value(); }
  static Shard load(const std::string &path, const Request &config = std::string_view()) { return try_load(path, config).value(); }
  void close() { try_close().value(); }
  Points query_points(const Request &req) const { return try_query_points(req).value(); }
  Points search_points(const Request &req) const { return try_search_points(req).value(); }
  Points scroll_points(const Request &req) const { return try_scroll_points(req).value(); }
  Points retrieve_points(const Request &req) const { return try_retrieve_points(req).value(); }
  Message upsert(const std::uint64_t *ids, std::size_t count, Floats vectors, std::string_view vector_name = {},
                 const std::vector<std::string> &payloads = {}) const {
    return try_upsert(ids, count, vectors, vector_name, payloads).value();
  }
#endif

 private:
  using Open = qe_status (*)(const char *, qe_msg, qe_shard *, qe_error *);
  static Result<Shard> open(const std::string &path, const Request &config, Open run) {
    Shard shard;
    auto opened = detail::call<void>([&](qe_msg *, qe_error *err) { return run(detail::path(path), config.raw(), &shard.handle_, err); });
    if (!opened) return opened.error();
    shard.open_ = true;
    return shard;
  }

  bool open_ = false;
};

}  // namespace qdrant_edge

#endif
